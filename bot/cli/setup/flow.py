"""The steps of `larkwatch init` in their order: begin, or repair what is there."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tzlocal import get_localzone_name

from bot.cli.common import Failure
from bot.cli.setup import fitness, logs, saying
from bot.cli.setup.app import App, RefusedError, credentials_of, obtain, verify, verify_new
from bot.cli.setup.options import Options
from bot.cli.setup.proof import prove
from bot.config.errors import ConfigError
from bot.config.found_logs import FoundLogs
from bot.config.load import examine
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import APP_ID, APP_SECRET, Secrets, read_secrets
from bot.config.writing import (
    FirstConfig,
    backup_path,
    drawn,
    secret_path,
    write_config,
    write_secret,
)
from bot.core.subscription import Language
from bot.feishu.client import FeishuClient
from bot.feishu.console import Brand

_PLACELESS = ("UTC", "Etc/", "GMT", "Zulu", "UCT")


def set_up(options: Options) -> None:
    """Make a configuration, or repair what belongs to the one that is there.

    Raises:
        Failure: If it cannot be done.
    """
    if options.file.exists() and not options.force:
        _repair(options)
    else:
        _begin(options)


def _begin(options: Options) -> None:
    _refuse_unwritable(options.file)
    saying.step("The logs")
    watch = logs.choose(options)
    logs.say(watch)
    saying.step("The app")
    app = obtain(options)
    if not app.person:
        app = replace(app, person=fitness.owner(verify(app, options), app))
    saying.step("The configuration")
    first = _first(app, watch, options)
    _write(options.file, first, app)
    client = verify_new(app, options)
    _finish(client, app, options, first.language, first.time_zone)


def _repair(options: Options) -> None:
    file = options.file
    config, problems = examine(str(file))
    fatal = [problem for problem in problems if problem.fatal]
    if config is None or fatal:
        said = "\n".join(f"error: {problem}" for problem in fatal)
        raise Failure(
            f"{said}\n{file} is there and cannot be used. Mend it ({options.again('check')}), or "
            f"begin anew with --force: it is kept as {backup_path(file).name}."
        )
    if config.agent.report_to:
        raise Failure(f"{file} is of `larkwatch watch`, which needs no app; nothing to set up.")
    saying.plain(f"{file} is there and stays as it is (--force begins anew).")
    if options.globs or options.language:
        saying.plain("So --watch and --language change nothing; edit the file for that.")
    options = replace(options, brand=config.feishu.brand, domain=config.feishu.domain)
    saying.step("The app")
    app = _kept_app(config, options)
    client = verify(app, options)
    if not app.person:
        app = replace(app, person=_admin(config) or fitness.owner(client, app))
    _finish(
        client,
        app,
        options,
        config.feishu.language,
        config.feishu.time_zone,
        long_connection=config.feishu.mode == "long_connection",
    )


def _kept_app(config: Config, options: Options) -> App:
    """The app of the configuration, with its secret obtained anew where that is gone or wrong."""
    secrets = _readable_secrets(config, options)
    if options.app_id and secrets.app_id and options.app_id != secrets.app_id:
        raise Failure(
            f"{options.file} is of the app {secrets.app_id}, not of {options.app_id}. To begin "
            "anew with that one: --force"
        )
    brand: Brand = config.feishu.brand
    asked_anew = bool(options.app_id or options.secret_file)
    if secrets.app_id and secrets.app_secret and not asked_anew:
        app = App(app_id=secrets.app_id, secret=secrets.app_secret, brand=brand)
        try:
            verify(app, options)
        except RefusedError as failure:
            if os.environ.get(APP_SECRET):
                raise Failure(f"{failure.message}\n  It is that of {APP_SECRET}.") from failure
            saying.bad(failure.message)
        else:
            saying.good(f"Feishu knows the app {app.app_id}.")
            return app
    app = obtain(options, secrets.app_id)
    _keep_secret(config, app, options)
    return app


def _readable_secrets(config: Config, options: Options) -> Secrets:
    try:
        return read_secrets(config, str(options.file))
    except ConfigError as error:
        for problem in error.problems:
            saying.bad(str(problem))
        app_id = os.environ.get(APP_ID, "") or config.feishu.app_id
        return Secrets(app_id=app_id)


def _keep_secret(config: Config, app: App, options: Options) -> None:
    """Write the secret where the configuration looks for it; say what that must say in addition."""
    named = config.feishu.app_secret_file
    path = beside(str(options.file), named) if named else secret_path(options.file)
    with _undisturbed(path):
        write_secret(path, app.secret)
    saying.good(f"{path}: the App Secret; only you may read it.")
    lines = [] if named else [f'app_secret_file = "{path.name}"']
    if app.app_id != config.feishu.app_id and not config.feishu.app_id_file:
        lines.append(f'app_id = "{app.app_id}"')
    if app.person and not config.feishu.admins:
        lines.append(f'admins = ["{app.person}"]')
    if app.brand != config.feishu.brand:
        lines.append(f'brand = "{app.brand}"')
    if lines:
        saying.bad(f"Put this into [feishu] of {options.file}:")
        for line in lines:
            saying.plain(f"  {line}")


def _finish(
    client: FeishuClient,
    app: App,
    options: Options,
    language: Language,
    zone: str,
    *,
    long_connection: bool = True,
) -> None:
    saying.step("The app in Feishu")
    if app.new:
        fitness.settle(client, app)
    again = options.again("init")
    fitness.make_fit(client, app, long_connection=long_connection, again=again)
    if not options.no_click and long_connection and app.person:
        saying.step("The round trip")
        prove(client, credentials_of(app, options), app, language, zone)
    saying.step("Next")
    saying.plain(options.again("run" if long_connection else "serve"))
    saying.plain("Then add the bot to a group in Feishu and say there: @Larkwatch /subscribe")
    if not app.person:
        saying.plain("Say /whoami to it in private and put your open_id into [feishu] admins.")


def _first(app: App, watch: FoundLogs, options: Options) -> FirstConfig:
    usual = Language.EN if app.brand == "lark" else Language.ZH
    return FirstConfig(
        brand=app.brand,
        domain=options.domain,
        app_id=app.app_id,
        secret_file=secret_path(options.file).name,
        admin=app.person,
        language=Language(options.language) if options.language else usual,
        time_zone=_zone(app.brand),
        watch=watch,
    )


def _zone(brand: Brand) -> str:
    """This host's; servers set to UTC say nothing about their people."""
    name = get_localzone_name()
    if not name or name.startswith(_PLACELESS):
        return "UTC" if brand == "lark" else "Asia/Shanghai"
    return name


def _admin(config: Config) -> str:
    return next(iter(config.feishu.admins), "")


def _write(file: Path, first: FirstConfig, app: App) -> None:
    """The secret first: without it the app could only be had again in the console."""
    secret = secret_path(file)
    with _undisturbed(file):
        write_secret(secret, app.secret)
        replaced = file.exists()
        write_config(file, drawn(first))
    saying.good(f"{secret}: the App Secret; only you may read it.")
    kept = f" (the old one is {backup_path(file).name})" if replaced else ""
    saying.good(f"{file}: a short one to begin with{kept}.")
    if first.admin:
        saying.good("You are its admin.")


@contextmanager
def _undisturbed(path: Path) -> Iterator[None]:
    """No signal between the files; what the disk says is told."""
    stops = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    try:
        yield
    except OSError as error:
        raise Failure(f"{error.filename or path} cannot be written: {error.strerror}") from error
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)


def _refuse_unwritable(file: Path) -> None:
    """Say it before somebody scans."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise Failure(f"there is no folder {folder}: make it, or name another file with -c")
    if file.is_dir():
        raise Failure(f"{file} is a folder; wanted the name of a file")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Failure(f"{folder} cannot be written: name a file elsewhere with -c, or use sudo")

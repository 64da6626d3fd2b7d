"""The app of a new configuration: scanned, or named with its secret."""

import os
import time
from dataclasses import dataclass, field, replace

import click

from bot.cli.common import Failure
from bot.cli.setup import saying
from bot.cli.setup.options import Options
from bot.config.secrets import APP_ID, APP_SECRET
from bot.core.errors import DeliveryError, Fault
from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.console import Brand, Console, Page
from bot.feishu.errors import meaning
from bot.feishu.manifest import read_manifest
from bot.feishu.registration import (
    Accounts,
    Code,
    Ending,
    News,
    Registered,
    RegistrationError,
    register,
)

TRIES = 5
PAUSE_S = 1.0
"""So often, and so long in between, a new app is asked for until Feishu has it."""
_SECRETS_ASKED = 3
_TIMEOUT_S = 10.0
_NEWS = {
    News.WAITING: "",
    News.SLOWED_DOWN: "Feishu asks for patience",
    News.OF_LARK: "a company of Lark",
    News.UNREACHABLE: "Feishu does not answer just now; trying again",
}


class RefusedError(Failure):
    """Feishu does not take the app id with this secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The app, as far as it is known.

    Attributes:
        person: open_id of whoever sets it up, "" as long as nobody knows.
        new: Whether Feishu made or changed it just now.
    """

    app_id: str
    secret: str = field(repr=False)
    brand: Brand
    person: str = ""
    new: bool = False


def credentials_of(app: App, options: Options) -> Credentials:
    """How to reach Feishu as this app."""
    return Credentials(
        app_id=app.app_id,
        app_secret=app.secret,
        domain=options.origin(app.brand),
        timeout_s=_TIMEOUT_S,
    )


def obtain(options: Options, app_id: str = "") -> App:
    """Get the app: the one that was named, in the options or in the environment, or by a scan.

    Args:
        options: Of the command.
        app_id: Of the app that a configuration already names, "" for a new one.

    Raises:
        Failure: If there is none in the end.
    """
    from_shell = os.environ.get(APP_ID, "") if os.environ.get(APP_SECRET) else ""
    if named := options.app_id or from_shell:
        return _named(options, named)
    return scanned(options, app_id)


def scanned(options: Options, app_id: str = "") -> App:
    """Show the code and wait; with `app_id` that app gets what it lacks.

    Raises:
        Failure: If nobody agreed.
    """
    waiting: list[saying.Waiting] = []

    def show(code: Code) -> None:
        saying.plain("Scan this with Feishu on your phone, or open the address in a browser:")
        saying.plain()
        saying.show_code(code.address)
        saying.plain()
        waiting.append(saying.Waiting("Waiting for you to agree there", code.good_for_s))
        waiting[-1].say()

    try:
        found = register(
            read_manifest(),
            show,
            lambda news: waiting[-1].say(_NEWS[news]),
            accounts=Accounts(feishu=options.domain, lark=options.domain)
            if options.domain
            else None,
            brand=options.brand or "feishu",
            app_id=app_id,
        )
    except RegistrationError as error:
        raise Failure(_no_app(error, options)) from error
    finally:
        for line in waiting:
            line.end()
    saying.good(f"You agreed: the app is {found.app_id}.")
    return _app(found)


def verify(app: App, options: Options) -> FeishuClient:
    """Ask Feishu for a token, and for the bot.

    Raises:
        RefusedError: With what Feishu says against it.
        Failure: If Feishu cannot be reached.
    """
    client = FeishuClient(credentials_of(app, options))
    try:
        client.warm()
        client.bot_open_id()
    except DeliveryError as error:
        if error.fault in (Fault.PASSING, Fault.THROTTLED):
            raise Failure(
                f"Cannot reach {options.origin(app.brand)} ({error.detail}): check the network, "
                f"DNS and HTTPS_PROXY, then run {options.again('init')} again."
            ) from error
        raise RefusedError(_refusal(error, app)) from error
    return client


def verify_new(app: App, options: Options) -> FeishuClient:
    """The same for an app that was made just now, which Feishu may need a moment for.

    Raises:
        Failure: If it is not there after that.
    """
    for _ in range(TRIES - 1):
        try:
            return verify(app, options)
        except Failure:
            time.sleep(PAUSE_S)
    return verify(app, options)


def _refusal(error: DeliveryError, app: App) -> str:
    said = f"{meaning(error.code, error.detail).remedy}\n  Feishu says: {error.detail} "
    console = Console(brand=app.brand, app_id=app.app_id).pointer(Page.CREDENTIALS)
    other = "" if app.brand == "lark" else "\n  Is it an app of Lark? Then add --brand lark."
    return f"{said}(code {error.code})\n  {console}{other}"


def _named(options: Options, app_id: str) -> App:
    """An app that is there, with its secret; without one it may be scanned, too."""
    app = App(app_id=app_id, secret=_secret(options), brand=options.brand or "feishu")
    if app.secret:
        verify(app, options)
    elif not options.asks:
        raise Failure(
            f"found no secret of {app_id}, wanted --secret-file FILE or {APP_SECRET} in the "
            "environment"
        )
    else:
        app = _asked(options, app)
    saying.good(f"Feishu knows the app {app.app_id}.")
    return app


def _asked(options: Options, app: App) -> App:
    for left in reversed(range(_SECRETS_ASKED)):
        secret = click.prompt(
            f"  App Secret of {app.app_id} (not shown; empty: scan a code instead)",
            default="",
            hide_input=True,
            show_default=False,
        ).strip()
        if not secret:
            return scanned(options, app.app_id)
        app = replace(app, secret=secret)
        try:
            verify(app, options)
        except RefusedError as failure:
            if not left:
                raise
            saying.bad(failure.message)
        else:
            return app
    raise AssertionError  # the last try returns or raises


def _secret(options: Options) -> str:
    if options.secret_file is None:
        return os.environ.get(APP_SECRET, "").strip()
    try:
        secret = options.secret_file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise Failure(f"{options.secret_file}: {reason}") from error
    if not secret:
        raise Failure(f"{options.secret_file}: an empty file, wanted the App Secret in it")
    return secret


def _app(found: Registered) -> App:
    return App(
        app_id=found.app_id,
        secret=found.app_secret,
        brand=found.brand,
        person=found.person,
        new=True,
    )


def _no_app(error: RegistrationError, options: Options) -> str:
    again = options.again("init")
    match error.ending:
        case Ending.DENIED:
            return f"You refused in Feishu; nothing was written. To try again: {again}"
        case Ending.EXPIRED:
            return f"The code expired; nothing was written. For a new one: {again}"
        case Ending.UNREACHABLE:
            return (
                f"Cannot reach {error.detail}; nothing was written. Check the network, DNS and "
                f"HTTPS_PROXY, then run {again}. An app that is there can be named: {again} "
                "--app-id cli_…"
            )
        case Ending.REFUSED:
            return (
                f"Feishu did not register the app: {error.detail}. Make one in the developer "
                f"console instead, then name it: {again} --app-id cli_…"
            )

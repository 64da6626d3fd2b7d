"""Secrets: from the environment or from files, never from the configuration itself."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import lines
from bot.config.database import password_of
from bot.config.errors import ConfigError, Problem
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.traces import headers_in
from bot.config.wording import dotted, shown

APP_ID = "LARKWATCH_APP_ID"
APP_SECRET = "LARKWATCH_APP_SECRET"  # noqa: S105 - the variable's name
ENCRYPT_KEY = "LARKWATCH_ENCRYPT_KEY"
VERIFICATION_TOKEN = "LARKWATCH_VERIFICATION_TOKEN"  # noqa: S105 - the variable's name
SMTP_PASSWORD = "LARKWATCH_SMTP_PASSWORD"  # noqa: S105 - the variable's name
REDIS_PASSWORD = "LARKWATCH_REDIS_PASSWORD"  # noqa: S105 - the variable's name
HEALTH_SECRET = "LARKWATCH_HEALTH_SECRET"  # noqa: S105 - the variable's name
INGEST_SECRET = "LARKWATCH_INGEST_SECRET"  # noqa: S105 - the variable's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What must not be seen; its text form shows none of it. Absent ones are ""."""

    app_id: str = ""
    app_secret: str = field(default="", repr=False)
    encrypt_key: str = field(default="", repr=False)
    verification_token: str = field(default="", repr=False)
    ingest_secret: str = field(default="", repr=False)
    smtp_password: str = field(default="", repr=False)
    redis_password: str = field(default="", repr=False)
    health_secret: str = field(default="", repr=False)
    webhooks: Mapping[str, str] = field(default_factory=dict, repr=False)
    exports: Mapping[str, str] = field(default_factory=dict, repr=False)
    otlp: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    addresses: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Of robots, whose address is their secret, by ``wecom:NAME`` and ``feishu:NAME``."""
    trace_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    signing: Mapping[str, str] = field(default_factory=dict, repr=False)
    """With which messages are signed, by ``feishu:NAME`` and ``hook:NAME``."""


def read_secrets(config: Config, file: str, environment: Mapping[str, str] = os.environ) -> Secrets:
    """Collect the secrets; the environment goes before the configuration and files.

    Raises:
        ConfigError: With every named file that cannot be read.
    """
    problems: list[Problem] = []

    def one(variable: str, section: str, key: str) -> str:
        path = str(getattr(getattr(config, section), key))
        if environment.get(variable) or not path:
            return environment.get(variable, "").strip()
        return read(path, (section, key), f", or the environment variable {variable}")

    def read(path: str, place: lines.Path, instead: str) -> str:
        try:
            found = beside(file, path).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            found, reason = "", getattr(error, "strerror", None) or "not text in UTF-8"
        else:
            reason = "" if found else "an empty file"
        if reason:
            problems.append(_unread(file, place, f"{shown(path)}: {reason}", instead))
        return found

    named = environment.get(APP_ID) or config.feishu.app_id
    secrets = Secrets(
        app_id=named.strip() or one(APP_ID, "feishu", "app_id_file"),
        app_secret=one(APP_SECRET, "feishu", "app_secret_file"),
        encrypt_key=one(ENCRYPT_KEY, "feishu", "encrypt_key_file"),
        verification_token=one(VERIFICATION_TOKEN, "feishu", "verification_token_file"),
        ingest_secret=one(INGEST_SECRET, "server", "ingest_secret_file"),
        health_secret=one(HEALTH_SECRET, "health", "report_secret_file"),
        smtp_password=one(SMTP_PASSWORD, "email", "password_file"),
        redis_password=one(REDIS_PASSWORD, "redis", "password_file"),
        webhooks={
            hook.name: read(hook.secret_file, ("webhook", number, "secret_file"), "")
            for number, hook in enumerate(config.webhook)
        },
        exports={
            one.name: read(getattr(one, key), ("export", number, key), "")
            for number, one in enumerate(config.export)
            for key in ("token_file", "password_file")
            if getattr(one, key)
        },
        otlp={
            watch.name: tuple(
                token.strip()
                for token in read(
                    watch.otlp.token_file, ("watch", number, "otlp", "token_file"), ""
                ).splitlines()
            )
            for number, watch in enumerate(config.watch)
            if watch.otlp is not None
        },
        trace_headers=_headers(config, file, read, problems),
        addresses={
            **{
                f"wecom:{one.name}": read(one.url_file, ("wecom", number, "url_file"), "")
                for number, one in enumerate(config.wecom)
            },
            **{
                f"feishu:{one.name}": read(one.url_file, ("feishu_bot", number, "url_file"), "")
                for number, one in enumerate(config.feishu_bot)
            },
        },
        signing={
            **{
                f"feishu:{one.name}": read(
                    one.secret_file, ("feishu_bot", number, "secret_file"), ""
                )
                for number, one in enumerate(config.feishu_bot)
                if one.secret_file
            },
            **{
                f"hook:{one.name}": read(one.secret_file, ("hook", number, "secret_file"), "")
                for number, one in enumerate(config.hook)
            },
        },
    )
    try:
        password_of(config, file, environment)  # read where the database is opened
    except ConfigError as error:
        problems += error.problems
    problems += _unknowable(config, file, environment, read)
    problems += () if problems else _unsigned(config, secrets, file)
    if problems:
        raise ConfigError(tuple(problems))
    return secrets


def _headers(
    config: Config,
    file: str,
    read: Callable[[str, lines.Path, str], str],
    problems: list[Problem],
) -> Mapping[str, str]:
    path = config.traces.headers_file
    if not path:
        return {}
    place = ("traces", "headers_file")
    try:
        return headers_in(read(path, place, ""))
    except ValueError as error:
        problems.append(
            _wanting(file, place, f"{shown(path)}: a line that is no header", str(error))
        )
        return {}


def _unsigned(config: Config, secrets: Secrets, file: str) -> Iterator[Problem]:
    """What is to be signed, or checked, without a secret for it."""
    if config.health.report_to and not secrets.health_secret:
        wanted = f"a secret in {HEALTH_SECRET}, or in the file of report_secret_file: it signs"
        yield _wanting(file, ("health", "report_to"), "no secret to sign with", wanted)
    if config.server.findings_from and not secrets.ingest_secret:
        wanted = f"the secret that agents sign with, in {INGEST_SECRET}, or in ingest_secret_file"
        yield _wanting(file, ("server", "findings_from"), "no secret to check with", wanted)


def sender_keys(text: str) -> tuple[str, ...]:
    """The keys of who pushes something in, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _unknowable(
    config: Config,
    file: str,
    environment: Mapping[str, str],
    read: Callable[[str, lines.Path, str], str],
) -> Iterator[Problem]:
    """Who may push something in, and has nothing to be known by; their files are only looked at."""
    for number, sender in enumerate(config.ingest):
        if sender.secret_file:
            instead = f", one a line, or the environment variable {sender.variable}"
            read(sender.secret_file, ("ingest", number, "secret_file"), instead)
        elif not sender_keys(environment.get(sender.variable, "")):
            wanted = f"secret_file, or the environment variable {sender.variable}"
            yield _wanting(file, ("ingest", number), "no secret to know it by", wanted)


def _unread(file: str, path: lines.Path, found: str, instead: str) -> Problem:
    return _wanting(file, path, found, f"a readable file with the secret in it{instead}")


def _wanting(file: str, path: lines.Path, found: str, wanted: str) -> Problem:
    text = Path(file).read_text(encoding="utf-8-sig")
    line = lines.line_of(text, path)
    return Problem(file=file, line=line, path=dotted(path), found=found, wanted=wanted)


def demand(secrets: Secrets, file: str, *, http: bool) -> None:
    """Refuse to start without what the mode needs.

    Raises:
        ConfigError: Naming every missing secret and where to get it.
    """
    needed = [(secrets.app_id, APP_ID), (secrets.app_secret, APP_SECRET)]
    if http:
        needed += [
            (secrets.encrypt_key, ENCRYPT_KEY),
            (secrets.verification_token, VERIFICATION_TOKEN),
        ]
    _refuse(file, [name for value, name in needed if not value])


def demand_to_report(secrets: Secrets, file: str) -> None:
    """Refuse to report elsewhere without the secret that both sides share.

    Raises:
        ConfigError: Naming it.
    """
    _refuse(file, [] if secrets.ingest_secret else [INGEST_SECRET])


def _refuse(file: str, missing: list[str]) -> None:
    if missing:
        raise ConfigError(
            tuple(
                Problem(
                    file=file,
                    line=0,
                    path="",
                    found=f"no {name} in the environment",
                    wanted=_SOURCES[name],
                )
                for name in missing
            )
        )


_CONSOLE = "the Feishu developer console, your app"
_SOURCES = {
    APP_ID: f"the App ID ({_CONSOLE}, Credentials), or what larkwatch init writes",
    APP_SECRET: f"the App Secret ({_CONSOLE}, Credentials)",
    ENCRYPT_KEY: f"the Encrypt Key ({_CONSOLE}, Events & callbacks, Encryption strategy); "
    "without it anybody could post",
    VERIFICATION_TOKEN: f"the Verification Token ({_CONSOLE}, Events & callbacks, "
    "Encryption strategy)",
    INGEST_SECRET: "the secret that larkwatch serve has too, with which reports are signed",
}

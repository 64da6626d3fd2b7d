"""Secrets: from the environment or from files, never from the configuration itself."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config.errors import ConfigError, Problem
from bot.config.load import beside
from bot.config.schema import Config

APP_ID = "LARKWATCH_APP_ID"
APP_SECRET = "LARKWATCH_APP_SECRET"  # noqa: S105 - the variable's name
ENCRYPT_KEY = "LARKWATCH_ENCRYPT_KEY"
VERIFICATION_TOKEN = "LARKWATCH_VERIFICATION_TOKEN"  # noqa: S105 - the variable's name
INGEST_SECRET = "LARKWATCH_INGEST_SECRET"  # noqa: S105 - the variable's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What must not be seen; its text form shows none of it. Absent ones are ""."""

    app_id: str = ""
    app_secret: str = field(default="", repr=False)
    encrypt_key: str = field(default="", repr=False)
    verification_token: str = field(default="", repr=False)
    ingest_secret: str = field(default="", repr=False)


def read_secrets(config: Config, file: str, environment: Mapping[str, str] = os.environ) -> Secrets:
    """Collect the secrets; the environment goes before files.

    Raises:
        ConfigError: If a named file cannot be read.
    """
    feishu = config.feishu

    def one(variable: str, path: str) -> str:
        if environment.get(variable) or not path:
            return environment.get(variable, "").strip()
        try:
            return beside(file, path).read_text(encoding="utf-8").strip()
        except OSError as error:
            wanted = f"a readable file, or the environment variable {variable}"
            found = f"{path!r}: {error.strerror}"
            raise ConfigError(
                (Problem(file=file, line=0, path="", found=found, wanted=wanted),)
            ) from error

    return Secrets(
        app_id=one(APP_ID, feishu.app_id_file),
        app_secret=one(APP_SECRET, feishu.app_secret_file),
        encrypt_key=one(ENCRYPT_KEY, feishu.encrypt_key_file),
        verification_token=one(VERIFICATION_TOKEN, feishu.verification_token_file),
        ingest_secret=one(INGEST_SECRET, config.server.ingest_secret_file),
    )


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
    problems = tuple(
        Problem(
            file=file,
            line=0,
            path="",
            found=f"no {name} in the environment",
            wanted=_SOURCES[name],
        )
        for value, name in needed
        if not value
    )
    if problems:
        raise ConfigError(problems)


_CONSOLE = "the Feishu developer console, your app"
_SOURCES = {
    APP_ID: f"the App ID ({_CONSOLE}, Credentials)",
    APP_SECRET: f"the App Secret ({_CONSOLE}, Credentials)",
    ENCRYPT_KEY: f"the Encrypt Key ({_CONSOLE}, Events & callbacks, Encryption strategy); "
    "without it anybody could post",
    VERIFICATION_TOKEN: f"the Verification Token ({_CONSOLE}, Events & callbacks, "
    "Encryption strategy)",
}

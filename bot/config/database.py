"""The password of the database: in a file of its own, never in the address."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from bot.config import lines
from bot.config.errors import ConfigError, Problem
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.wording import dotted, shown

_VARIABLE = "PGPASSWORD"
_KEY = ("database", "password_file")


def password_of(config: Config, file: str, environment: Mapping[str, str] = os.environ) -> str:
    """What the file holds; "" without one, and where the environment says it.

    Raises:
        ConfigError: If the file cannot be read, or is empty.
    """
    path = config.database.password_file
    if not path or environment.get(_VARIABLE):
        return ""
    try:
        found, reason = beside(file, path).read_text(encoding="utf-8").strip(), "an empty file"
    except (OSError, ValueError) as error:
        found, reason = "", getattr(error, "strerror", None) or "not text in UTF-8"
    if found:
        return found
    text = Path(file).read_text(encoding="utf-8-sig")
    problem = Problem(
        file=file,
        line=lines.line_of(text, _KEY),
        path=dotted(_KEY),
        found=f"{shown(path)}: {reason}",
        wanted=f"a readable file with the password in it, or the environment variable {_VARIABLE}",
    )
    raise ConfigError((problem,))


def with_password(url: str, password: str) -> str:
    """The address of a server with a password; one that has another keeps it."""
    parts = urlsplit(url)
    if not password or parts.password is not None:
        return url
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}{at or '@'}{host}"))

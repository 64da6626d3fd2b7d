"""Writes a first `larkwatch.toml` and the file with the App Secret beside it."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.config.found_logs import FoundLogs
from bot.core.subscription import Language

SECRET_MODE = 0o600
_CONFIG_MODE = 0o644
_SECRET_SUFFIX = ".app-secret"  # noqa: S105 - of a file's name
_BACKUP_SUFFIX = ".bak"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstConfig:
    """What a first configuration says.

    Attributes:
        domain: Another address than the brand's own, "" for that.
        secret_file: Where the App Secret is, relative to the configuration's folder.
        admin: An open_id, "" for nobody yet.
    """

    brand: Literal["feishu", "lark"]
    domain: str
    app_id: str
    secret_file: str
    admin: str
    language: Language
    time_zone: str
    watch: FoundLogs


def secret_path(config: Path) -> Path:
    """Where the secret of a configuration lies when that does not say."""
    return config.with_name(config.stem + _SECRET_SUFFIX)


def backup_path(path: Path) -> Path:
    """Where a file goes that another takes the place of."""
    return path.with_name(path.name + _BACKUP_SUFFIX)


def drawn(first: FirstConfig) -> str:
    """The text of a first configuration; it passes `larkwatch check`."""
    return "\n".join(_lines(first)) + "\n"


def write_config(path: Path, text: str) -> None:
    """Put the configuration in place; one that is there is kept with ``.bak`` behind its name."""
    _put(path, text, _CONFIG_MODE)


def write_secret(path: Path, secret: str) -> None:
    """Put the secret in place, never readable by others; another one that is there is kept.

    Raises:
        OSError: If it cannot be written.
    """
    _put(path, secret + "\n", SECRET_MODE)


def _put(path: Path, text: str, mode: int) -> None:
    """Write beside the file, then rename: there is never half a file, nor one with other rights."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and path.read_bytes() != text.encode():
            path.replace(backup_path(path))
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


_HEAD = """\
# Larkwatch's configuration, begun by `larkwatch init`. After a change: `larkwatch check`.
# A running Larkwatch takes a sound change within seconds, [feishu] mostly at its next start.
# Every key there is stands in manifest/larkwatch.example.toml of Larkwatch's sources.

[feishu]"""
_RULES = """
# The built-in rules are on: PANIC and FATAL are critical, ERROR is high, TIMEOUT is only
# recorded. Your own rules are regular expressions (RE2 syntax) on single lines:
# [[rule]]
# name = "out-of-memory"
# pattern = 'OutOfMemoryError|oom-killer'
# severity = "critical\""""


def _lines(first: FirstConfig) -> Iterable[str]:
    yield _HEAD
    yield f"brand = {_text(first.brand)}"
    if first.domain:
        yield f"domain = {_text(first.domain)}"
    yield f"app_id = {_text(first.app_id)}"
    yield f"app_secret_file = {_text(first.secret_file)}   # nobody else may read it"
    if first.admin:
        yield f"admins = [{_text(first.admin)}]   # may do everything, are told of trouble"
    else:
        yield '# admins = ["ou_…"]   # say /whoami to the bot: whom it tells of trouble'
    yield f'language = {_text(first.language)}   # of chats that chose none: "zh" or "en"'
    yield f"time_zone = {_text(first.time_zone)}"
    yield ""
    yield "[[watch]]   # as many as you like"
    yield f"name = {_text(first.watch.name)}"
    yield f"files = [{', '.join(map(_text, first.watch.files))}]"
    yield '# service = "…"   # the label to subscribe by; without it, the name of the file'
    yield _RULES


def _text(text: str) -> str:
    """As a string of TOML; JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

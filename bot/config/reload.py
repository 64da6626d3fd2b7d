"""Reads a changed configuration anew: what is sound takes effect, what is not leaves the old."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.config.errors import ConfigError, Problem
from bot.config.load import load, reading_stdin
from bot.config.schema import Config

_AT_START_ONLY = ("api", "database", "redis", "server", "traces")
_OF_FEISHU = ("brand", "domain", "mode", "app_id")
_LONGEST = 80
_SECRETS = re.compile(
    r"database\.url|heartbeat\.url|health\.report_to|export\..*\.url|webhook\..*\.url|"
    r"rota\..*\.calendar|watch\..*\.url|ingest\..*\.silence_url|traces\.endpoint"
)
"""May hold a password or a key."""

Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value that is another now.

    Attributes:
        path: Dotted, e.g. ``feishu.admins`` or ``rule.error.severity``.
        before: As written, "" for none.
        after: The same.
        at_start_only: Whether it takes effect at the next start.
    """

    path: str
    before: str
    after: str
    at_start_only: bool

    def __str__(self) -> str:
        return f"{self.path}: {self.before or '-'} → {self.after or '-'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading anew came to.

    Attributes:
        config: What is in force from now on.
        differences: What changed, also what waits for a start; () when nothing did.
        problems: Why the file is refused; then the configuration is the old one.
    """

    config: Config
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()


class ConfigFile:
    """Watches one file; belongs to one thread."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._stamp = _stamp(file)

    def changed(self) -> bool:
        """Whether the file is another than at the last call; one that is gone is no change."""
        stamp = _stamp(self._file)
        if stamp is None or stamp == self._stamp:
            return False
        self._stamp = stamp
        return True

    def read(self, current: Config) -> Reading:
        """Read it and keep of `current` what only a start can change."""
        try:
            fresh = load(self._file)
            if any(watch.stdin for watch in current.watch):
                fresh = reading_stdin(fresh)  # what was given on the command line stays
        except ConfigError as error:
            fatal = tuple(problem for problem in error.problems if problem.fatal)
            return Reading(config=current, problems=fatal)
        return Reading(config=_bearable(current, fresh), differences=differences(current, fresh))


def differences(old: Config, new: Config) -> tuple[Difference, ...]:
    """What differs, by path."""
    before, after = dict(_flat(old)), dict(_flat(new))
    return tuple(
        Difference(
            path=path,
            before=_shown(path, before.get(path)),
            after=_shown(path, after.get(path)),
            at_start_only=_at_start_only(path),
        )
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    )


def _bearable(old: Config, new: Config) -> Config:
    kept = {key: getattr(old.feishu, key) for key in type(old.feishu).model_fields if _stays(key)}
    feishu = new.feishu.model_copy(update=kept)
    sections = {name: getattr(old, name) for name in _AT_START_ONLY}
    return new.model_copy(update={**sections, "feishu": feishu})


def _at_start_only(path: str) -> bool:
    section, _, key = path.partition(".")
    return section in _AT_START_ONLY or (section == "feishu" and _stays(key))


def _stays(key: str) -> bool:
    return key in _OF_FEISHU or key.endswith("_file")


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value by its path; entries of a list that have names go by these."""
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)) and any(isinstance(one, BaseModel) for one in value):
        for number, one in enumerate(value, 1):
            yield from _flat(one, f"{path}.{getattr(one, 'name', number)}")
    elif isinstance(value, (list, tuple)):
        yield path, ", ".join(str(one) for one in value)
    else:
        yield path, str(value)


def _shown(path: str, value: str | None) -> str:
    if _SECRETS.fullmatch(path) and value:
        return "…"
    text = value or ""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _stamp(file: str) -> Stamp:
    try:
        seen = Path(file).stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino

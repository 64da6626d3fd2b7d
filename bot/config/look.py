"""Looks at a configuration beside the machine it is for: what is there twice, what is not there."""

import glob
import importlib.util
import os
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.config import lines
from bot.config.errors import Problem
from bot.config.schema import SQLITE, Config
from bot.config.wording import dotted, shown


def beside(file: str, path: str) -> Path:
    """A path of the configuration, taken from the folder of the file."""
    return Path(file).parent / path


def twice(file: str, text: str, raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Names that two of a kind have; `raw` need not be sound."""
    kinds: tuple[str, ...] = ("watch", "rule", "mute", "rota", "escalation", "webhook", "wecom")
    kinds += ("feishu_bot", "hook", "command", "kubernetes", "notifier", "template")
    kinds += ("ingest", "export")
    yield from _twice(file, text, raw, [(kind,) for kind in kinds])
    health = raw.get("health")
    if isinstance(health, dict):
        yield from _twice(file, text, {"health": health}, [("health", "check")])


def _twice(
    file: str, text: str, raw: Mapping[str, Any], places: Iterable[tuple[str, ...]]
) -> Iterator[Problem]:
    for place in places:
        kind = place[-1]
        seen: dict[str, int] = {}
        tables: Any = raw
        for part in place:
            tables = tables.get(part)
        for index, table in enumerate(tables if isinstance(tables, list) else ()):
            name = table.get("name") if isinstance(table, dict) else None
            if not isinstance(name, str) or not name:
                continue
            line = lines.line_of(text, (*place, index, "name"))
            first = seen.setdefault(name, line)
            if first != line:
                wanted = f"a name that no other {kind} has (line {first} has this one)"
                yield _at(file, text, (*place, index, "name"), shown(name), wanted)


def missed(file: str, text: str, config: Config, refused: AbstractSet[Any]) -> Iterator[Problem]:
    """What should be on this machine and is not; `refused` sections are already complained of."""
    # An agent keeps neither; the folder of its configuration may be one that only reads.
    if not config.agent.report_to or "database" in config.model_fields_set:
        yield from _database(file, text, config)
    if not config.agent.report_to or "record" in config.model_fields_set:
        yield from map(_warning, _record(file, text, config))
    if config.ingest and config.feishu.mode != "http":
        wanted = 'larkwatch serve, or mode = "http": run opens no port over the long connection'
        found = "[[ingest]] while Feishu is reached over the long connection"
        yield _warning(_at(file, text, ("ingest", 0), found, wanted))
    told_of_health = "health" in config.model_fields_set | refused
    told = told_of_health or any(rule.series for rule in config.rule)
    if not config.watch and "watch" not in refused and not told:
        wanted = '[[watch]] with name = "pay" and files = ["/var/log/pay/*.log"]'
        yield _warning(_at(file, text, (), "no [[watch]]: nothing is watched", wanted))
    for index, watch in enumerate(config.watch):
        for pattern in watch.files:
            reason = _unreadable(str(beside(file, pattern)))
            if reason:
                found = f"{shown(pattern)}: {reason}"
                wanted = "a log file that can be read; it is waited for until it is there"
                yield _warning(_at(file, text, ("watch", index, "files"), found, wanted))
        section = getattr(watch.placed(lambda path: str(beside(file, path))), watch.kind)
        reason = getattr(section, "missing", "")
        if reason:
            wanted = "what this watch needs; it is tried again and again until it is there"
            yield _warning(_at(file, text, ("watch", index, watch.kind), reason, wanted))


def _database(file: str, text: str, config: Config) -> Iterator[Problem]:
    if not config.database.url.startswith(SQLITE):
        if importlib.util.find_spec("psycopg") is None:
            found = "PostgreSQL, whose driver is not installed"
            wanted = "pip install 'larkwatch[postgres]'"
            yield _at(file, text, ("database", "url"), found, wanted)
        return
    path = beside(file, config.database.url.removeprefix(SQLITE))
    reason, wanted = _unwritable(path), "a file that can be written; its folder must be there"
    if reason:
        found = f"{shown(config.database.url)}: {reason}"
        yield _at(file, text, ("database", "url"), found, wanted)


def _record(file: str, text: str, config: Config) -> Iterator[Problem]:
    reason = _unwritable(beside(file, config.record.path))
    if reason:
        found = f"{shown(config.record.path)}: {reason}"
        wanted = "a file that can be written; what is owed to the record waits until then"
        yield _at(file, text, ("record", "path"), found, wanted)


def _unwritable(path: Path) -> str:
    try:
        if path.is_dir():
            return f"{path} is a folder"
        if not path.parent.is_dir():
            return f"there is no folder {path.parent}"
        if path.exists():
            return (
                "" if os.access(path, os.W_OK) else f"{path} cannot be written (check its rights)"
            )
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    if os.access(path.parent, os.W_OK | os.X_OK):
        return ""
    return f"the folder {path.parent} cannot be written (check its rights)"


def _unreadable(pattern: str) -> str:
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207 - pathlib takes no absolute globs
    if not found:
        folder = _fixed(pattern)
        return "no such file now" if folder.is_dir() else f"there is no folder {folder}"
    if all(Path(path).is_dir() for path in found):
        return "a folder (to watch what is in it, write FOLDER/*.log)"
    closed = [path for path in found if not os.access(path, os.R_OK)]
    return f"cannot read {closed[0]} (check its rights)" if closed else ""


def _fixed(pattern: str) -> Path:
    """The folder in front of the first wildcard."""
    parts: Iterable[str] = Path(pattern).parent.parts
    folder = Path()
    for part in parts:
        if glob.has_magic(part):
            break
        folder /= part
    return folder


def _at(file: str, text: str, path: lines.Path, found: str, wanted: str) -> Problem:
    line = lines.line_of(text, path)
    return Problem(file=file, line=line, path=dotted(path), found=found, wanted=wanted)


def _warning(problem: Problem) -> Problem:
    return replace(problem, fatal=False)

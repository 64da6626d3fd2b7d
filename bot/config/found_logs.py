"""Looks which log files this host has, so that a first configuration watches something real."""

import glob
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MOST = 8
_STILL_S = 7 * 86400
_ELSEWHERE = (
    ("docker", "var/lib/docker/containers/*/*-json.log"),
    ("containers", "var/log/containers/*.log"),
    ("syslog", "var/log/syslog"),
    ("messages", "var/log/messages"),
    ("system", "var/log/*.log"),
)
_NO_SERVICES = {"apt", "installer", "private", "journal", "containers", "pods", "sysstat"}
_IN_FOLDERS = ("*.log", "*_log")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLogs:
    """Log files that belong together.

    Attributes:
        name: For the watch.
        files: Paths or globs.
        count: How many files these are now.
        written_at: When the newest was written, in seconds since 1970.
        readable: Whether this process may read at least one of them.
    """

    name: str
    files: tuple[str, ...]
    count: int = 0
    written_at: float = 0.0
    readable: bool = True


USUAL = FoundLogs(name="system", files=("/var/log/*.log",))
"""Where nothing was found: it is waited for."""


def found_logs(root: Path = Path("/"), here: Path | None = None) -> list[FoundLogs]:
    """What is there, best guess first: of services, then of containers, then of the system.

    Among services, what was written last comes first; what lay still for a week and what cannot be
    read comes last. At most eight.
    """
    now = time.time()  # noqa: TID251 - as the times of files are
    services = sorted(_services(root, here or Path.cwd()), key=_freshness)
    others = [_looked(name, str(root / pattern)) for name, pattern in _ELSEWHERE]
    found = [one for one in (*services, *others) if one.count]
    found.sort(key=lambda one: (not one.readable, now - one.written_at > _STILL_S))
    return found[:_MOST]


def looked_at(name: str, pattern: str) -> FoundLogs:
    """The files of one glob that somebody named."""
    return _looked(name, pattern)


def _services(root: Path, here: Path) -> Iterator[FoundLogs]:
    for folder in _folders(root / "var" / "log"):
        if folder.name not in _NO_SERVICES:
            yield from (_looked(folder.name, str(folder / one)) for one in _IN_FOLDERS)
    for folder in (here / "logs", here / "log", here):
        yield _looked(here.name or "app", str(folder / "*.log"))


def _folders(parent: Path) -> list[Path]:
    try:
        return sorted(one for one in parent.iterdir() if one.is_dir())
    except OSError:
        return []


def _looked(name: str, pattern: str) -> FoundLogs:
    paths = [path for path in glob.glob(pattern, recursive=True) if Path(path).is_file()]  # noqa: PTH207 - pathlib takes no absolute globs
    readable = [path for path in paths if os.access(path, os.R_OK)]
    return FoundLogs(
        name=name,
        files=(pattern,),
        count=len(paths),
        written_at=max(map(_written, paths), default=0.0),
        readable=bool(readable) or not paths,
    )


def _written(path: str) -> float:
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return 0.0


def _freshness(found: FoundLogs) -> float:
    return -found.written_at

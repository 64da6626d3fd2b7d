"""How this host treats its log files: who rotates them, and whether the kernel tells of writes."""

import fnmatch
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import inotify_simple

from bot.app.doctor.scene import Scene, diagnosis, size_of
from bot.app.doctor.sources import watched_files
from bot.config.load import watches_of
from bot.core.diagnosis import Check, Diagnosis, Verdict
from watchers.sources.file.discovery import folders

LARGE = 1 << 30
"""A log of this size that nothing rotates fills the disk some day."""
_MOST_READ = 1 << 18
_BLOCK = re.compile(r"(?P<names>[^{}]*)\{(?P<body>[^{}]*)\}")
_BODY = re.compile(r"\{[^{}]*\}")
_COMMENT = re.compile(r"(?m)^\s*#.*$")
_SCRIPT = re.compile(
    r"(?ms)^\s*(?:pre|post)rotate\b.*?^\s*endscript|^\s*(?:first|last|preremove)action\b.*?^\s*endscript"
)
_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _SetUp:
    """One block of logrotate: which files, and whether they are copied and cut."""

    patterns: tuple[str, ...]
    copies: bool
    place: str


def rotation(scene: Scene) -> Iterator[Diagnosis]:
    """Which files logrotate renames, which it copies and cuts, and which nothing rotates."""
    set_ups = [one for path in scene.machine.logrotate for one in _read(path)]
    for file, _ in watched_files(scene):
        path = file.path
        found = next(
            (one for one in set_ups if any(fnmatch.fnmatch(path, p) for p in one.patterns)), None
        )
        if found is not None:
            verdict = Verdict.ROTATION_COPIES if found.copies else Verdict.ROTATION_GOOD
            yield diagnosis(Check.ROTATION, verdict, path, path=path, by=found.place)
            continue
        size = file.size
        verdict = Verdict.ROTATION_NONE if size >= LARGE else Verdict.ROTATION_UNKNOWN
        yield diagnosis(Check.ROTATION, verdict, path, path=path, size=size_of(size))


def _read(path: Path) -> list[_SetUp]:
    """Blocks of a file, or of all files in a folder; what cannot be read has none."""
    if path.is_dir():
        with suppress(OSError):
            return [one for file in sorted(path.iterdir()) if file.is_file() for one in _read(file)]
        return []
    try:
        with path.open(encoding="utf-8", errors="replace") as opened:
            text = opened.read(_MOST_READ)
    except OSError:
        return []
    text = _SCRIPT.sub("", _COMMENT.sub("", text))
    whole = bool(re.search(r"(?m)^\s*copytruncate\s*$", _BODY.sub("", text)))
    return [
        _SetUp(
            patterns=tuple(
                one.strip("\"'") for one in block["names"].split() if one.strip("\"'")[:1] == "/"
            ),
            copies="copytruncate" in block["body"].split()
            or (whole and "nocopytruncate" not in block["body"].split()),
            place=str(path),
        )
        for block in _BLOCK.finditer(text)
    ]


def inotify(scene: Scene) -> Iterator[Diagnosis]:
    """Whether the kernel has room for the folders that are to be watched."""
    watches = [one for one in watches_of(scene.config, scene.file) if one.wake == "inotify"]
    if not watches:
        yield diagnosis(Check.INOTIFY, Verdict.INOTIFY_UNUSED)
        return
    try:
        inotify_simple.INotify().close()
    except OSError as error:
        detail = error.strerror or type(error).__name__
        yield diagnosis(Check.INOTIFY, Verdict.INOTIFY_NONE, detail=detail)
        return
    paths = [file.path for file, _ in watched_files(scene)]
    needed = len(folders([one for watch in watches for one in watch.files], paths))
    limit = _limit(scene.machine.inotify / "max_user_watches")
    if limit is not None and needed > limit * _SHARE:
        yield diagnosis(Check.INOTIFY, Verdict.INOTIFY_LOW, needed=needed, limit=limit)
    else:
        shown = "?" if limit is None else str(limit)
        yield diagnosis(Check.INOTIFY, Verdict.INOTIFY_GOOD, needed=needed, limit=shown)


def _limit(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None

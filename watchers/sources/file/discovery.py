"""Which files there are: globs, rotated names, and why a named file cannot be read."""

import errno
import fnmatch
import glob
import os
import re
import stat as mode
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

_DATE = r"\d{4}[-_.]?\d\d[-_.]?\d\d(?:[-_.T]?\d\d(?:[-_.:]?\d\d){0,2}|[-_.]\d{1,3})?"
_SUFFIX = re.compile(
    rf"(?:\.\d{{1,4}}|[-_.]{_DATE}|\.(?:old|bak|orig|prev|copy|save)|[-_.]\d{{9,13}})$"
)
_DATE_INSIDE = re.compile(rf"[-_.]{_DATE}(?=\.[A-Za-z]+$)")
_NUMBER = re.compile(r"\.(\d{1,4})$")
_EXTENSION = re.compile(r"\.(?:log|txt|out|err|json|jsonl)$")
_PACKED = re.compile(r"\.(?:gz|bz2|xz|zst|zip)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file that a glob leads to; there may be ten thousand at once.

    Attributes:
        path: Where it stands.
        device: Its device number.
        inode: Its inode number.
        size: In bytes.
        changed_ns: When it was written last, in nanoseconds since 1970.
        pattern: The glob.
        named: Whether the glob is its very name.
        link: Whether a link leads to it.
    """

    path: str
    device: int
    inode: int
    size: int
    changed_ns: int
    pattern: str
    named: bool
    link: bool = False

    @property
    def changed_at(self) -> float:
        """When it was written last, in seconds since 1970."""
        return self.changed_ns / 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a path is not read.

    Attributes:
        path: The path or glob.
        text: What is wrong and what to do.
        absent: Whether it is merely not there yet.
    """

    path: str
    text: str
    absent: bool = False


def expand(patterns: Iterable[str]) -> tuple[list[Found], list[Trouble]]:
    """All files the globs lead to, each once, by path; and what stands in the way."""
    found: dict[str, Found] = {}
    troubles: list[Trouble] = []
    for pattern in patterns:
        wild = glob.has_magic(pattern) and not os.path.lexists(pattern)
        # Path.glob refuses absolute globs.
        paths = sorted(glob.iglob(pattern, recursive=True)) if wild else [pattern]  # noqa: PTH207
        if not paths:
            text = "no file matches yet; one is read from its beginning as soon as it is there"
            troubles.append(Trouble(path=pattern, text=text, absent=True))
        for path in paths:
            try:
                stat = os.lstat(path)
                if link := mode.S_ISLNK(stat.st_mode):
                    stat = os.stat(path)  # noqa: PTH116 - on every file
            except OSError as error:
                if not wild or error.errno == errno.ELOOP:
                    troubles.append(explain(path, error))
                continue
            if mode.S_ISREG(stat.st_mode):
                found.setdefault(path, _found(path, stat, pattern, named=not wild, link=link))
            elif not wild:
                troubles.append(Trouble(path=path, text=_not_a_file(path, stat)))
    return list(found.values()), troubles


def _found(path: str, stat: os.stat_result, pattern: str, *, named: bool, link: bool) -> Found:
    return Found(
        path=path,
        device=stat.st_dev,
        inode=stat.st_ino,
        size=stat.st_size,
        changed_ns=stat.st_mtime_ns,
        pattern=pattern,
        named=named,
        link=link,
    )


def leads_to(pattern: str, path: str) -> bool:
    """Whether a glob would lead to a path, be there such a file or not."""
    return _leads(os.path.normpath(pattern).split("/"), os.path.normpath(path).split("/"))


def _leads(globs: list[str], parts: list[str]) -> bool:
    if not globs:
        return not parts
    if globs[0] == "**":
        return any(_leads(globs[1:], parts[skipped:]) for skipped in range(len(parts) + 1))
    if not parts or not fnmatch.fnmatchcase(parts[0], globs[0]):
        return False
    return _leads(globs[1:], parts[1:])


def explain(path: str, error: OSError) -> Trouble:
    """Say what an error of the operating system means for a file to be followed."""
    match error.errno:
        case errno.ENOENT:
            if Path(path).is_symlink():
                target = Path(path).readlink()
                text = f"is a link to {target}, which does not exist; it is read once it does"
            else:
                text = "does not exist; it is read from its beginning as soon as it is created"
            return Trouble(path=path, text=text, absent=True)
        case errno.EACCES | errno.EPERM:
            text = (
                "may not be read: permission denied; let this user read it, e.g. "
                f"`setfacl -m u:{os.geteuid()}:r {path}` and `x` on its directories"
            )
        case errno.ENOTDIR:
            text = "cannot exist: a part of the path is a file, not a directory; correct the path"
        case errno.ELOOP:
            text = "is a link that leads back to itself; correct the link"
        case errno.EMFILE | errno.ENFILE:
            text = "cannot be opened: too many open files; raise the limit (`ulimit -n`)"
        case errno.ENAMETOOLONG:
            text = "is too long for a path; correct it"
        case _:
            text = f"cannot be read: {error.strerror}; it is tried again"
    return Trouble(path=path, text=text)


def folders(
    patterns: Iterable[str], paths: Collection[str], links: Iterable[str] | None = None
) -> set[str]:
    """The directories in which a change can concern these globs or files.

    Args:
        patterns: The globs.
        paths: The files.
        links: Those of them that are links; any may be one when it is None.
    """
    near = {os.path.dirname(path) for path in paths}  # noqa: PTH120
    for path in paths if links is None else links:
        near.add(os.path.dirname(os.path.realpath(path)))  # noqa: PTH120
    for pattern in patterns:
        folder = Path(pattern).parent
        while (glob.has_magic(str(folder)) or not folder.is_dir()) and folder != folder.parent:
            folder = folder.parent
        near.add(str(folder))
    return {folder or "." for folder in near}


def is_packed(path: str) -> bool:
    """Whether the name says that the file is packed."""
    return _PACKED.search(path) is not None


def family(path: str) -> str:
    """The path without the marks of rotation: that of ``app.log`` and ``app.log.1.gz`` alike."""
    folder, name = os.path.split(path)
    bare = _PACKED.sub("", name) or name
    while (shorter := _SUFFIX.sub("", bare)) and shorter != bare:
        bare = shorter
    ours = os.path.join(folder, _DATE_INSIDE.sub("", bare))  # noqa: PTH118 - on every file
    return path if ours == path else ours  # mostly it is its own, and need not be kept twice


def siblings(path: str) -> list[str]:
    """Rotated generations of a file in its directory, oldest first; itself not among them."""
    folder = os.path.dirname(path) or "."  # noqa: PTH120 - keeps "./" and "//" as written
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names are all that is needed
    except OSError:
        return []
    ours = family(path)
    base = os.path.dirname(path)  # noqa: PTH120
    paths = [os.path.join(base, name) for name in names if not _PACKED.search(name)]  # noqa: PTH118
    return sorted((p for p in paths if p != path and family(p) == ours), key=age_order)


def age_order(path: str, changed: float | None = None) -> tuple[int, float, int, str]:
    """Sort key within a family: the older generation first, the file being written last.

    Args:
        path: Where it stands.
        changed: When it was written last, in seconds since 1970; looked up when it is None.
    """
    if changed is None:
        try:
            changed = os.stat(path).st_mtime  # noqa: PTH116 - on every file
        except OSError:
            changed = 0.0
    number = _NUMBER.search(_PACKED.sub("", path))
    current = int(path == family(path))
    return current, changed, -int(number.group(1)) if number else 0, path


def service_of(path: str) -> str:
    """What a file is about, from its name: ``/var/log/pay-2026-11-23.log.1`` is ``pay``."""
    name = os.path.basename(family(_PACKED.sub("", path)))  # noqa: PTH119
    stem = _SUFFIX.sub("", _EXTENSION.sub("", name))
    return stem or name


def _not_a_file(path: str, stat: os.stat_result) -> str:
    if mode.S_ISDIR(stat.st_mode):
        return f"is a directory; name the files in it, e.g. {path.rstrip('/')}/*.log"
    return "is no regular file (a pipe, socket or device); have the log written to a file"

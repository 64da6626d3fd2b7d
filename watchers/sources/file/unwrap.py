"""Lines as a container wrote them, out of what its runtime made of them: json-file and CRI."""

import json
import re
from dataclasses import dataclass

_LONGEST = 1 << 20
"""Bytes of parts that are put together."""
_CRI = re.compile(rb"(\d{4}-\d\d-\d\dT\S{1,40}) (stdout|stderr) ([FP])(?::\S*)? ?")
_CRI_WHOLE = frozenset({b" stdout F ", b" stderr F "})
_DOCKER = b'{"log":"'
_DOCKER_END = b'\\n","stream":"std'


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwrapped:
    """The lines of a text without what the runtime put around them.

    Attributes:
        text: The lines, parts of one joined where the first of them stood.
        starts: Where each line of `text` begins in the wrapped text, and where that ends; None
            when both have the same lines.
        open_at: Where in the wrapped text the first line begins that lacks its last part, its
            length when none does.
    """

    text: bytes
    starts: list[int] | None
    open_at: int


def unwrapped(raw: bytes) -> Unwrapped:
    """Unwrap whole lines; what no runtime wrapped stays as it is."""
    plain = _all_whole(raw)
    if plain is not None:
        return Unwrapped(text=plain, starts=None, open_at=len(raw))
    lines: list[tuple[int, bytes]] = []
    parts: dict[bytes, tuple[int, list[bytes]]] = {}
    at = 0
    while at < len(raw):
        end = raw.find(b"\n", at)
        end = len(raw) if end < 0 else end
        inner, stream, whole = _one(raw[at:end])
        begin, before = parts.pop(stream, (at, []))
        if whole or end - begin > _LONGEST:
            lines.append((begin, b"".join([*before, inner])))
        else:
            before.append(inner)
            parts[stream] = (begin, before)
        at = end + 1
    first_open = min((begin for begin, _ in parts.values()), default=len(raw))
    lines += ((begin, b"".join(pieces)) for begin, pieces in parts.values())
    # A line stands where its first part does, also when another stream wrote in between.
    lines.sort(key=lambda one: one[0])
    text = b"".join(line + b"\n" for _, line in lines)
    starts = [*(begin for begin, _ in lines), len(raw)]
    return Unwrapped(text=text, starts=starts, open_at=first_open)


def open_at(raw: bytes) -> int:
    """As of `Unwrapped`, without unwrapping where a glance is enough."""
    docker = raw.startswith(_DOCKER)
    if b" P " not in raw and (not docker or raw.count(_DOCKER_END) == raw.count(b"\n")):
        return len(raw)
    return unwrapped(raw).open_at


def _all_whole(raw: bytes) -> bytes | None:
    """The text, when every line is one whole line of one runtime without anything unusual.

    That is nearly always so; slicing takes a fraction of the time that parsing does.
    """
    lines = raw.split(b"\n")
    if lines.pop():
        return None
    if raw.startswith(_DOCKER):
        if raw.count(b"\\") != len(lines):
            return None
        found = [
            line[len(_DOCKER) : end]
            for line in lines
            if line.startswith(_DOCKER) and (end := line.rfind(_DOCKER_END)) >= 0
        ]
    else:
        begin = raw.find(b" F ") + 3
        found = [line[begin:] for line in lines if line[begin - 10 : begin] in _CRI_WHOLE]
    return b"\n".join([*found, b""]) if len(found) == len(lines) else None


def _one(line: bytes) -> tuple[bytes, bytes, bool]:
    """What the container wrote, to which stream, and whether the line ends with it."""
    if line.startswith(_DOCKER):
        try:
            found = json.loads(line)
            inner, stream = found["log"], str(found.get("stream", ""))
        except (ValueError, RecursionError):
            return line, b"", True
        if isinstance(inner, str):
            whole = inner.endswith("\n")
            text = inner.rstrip("\r\n").replace("\n", " ")
            return text.encode("utf-8", "replace"), stream.encode("utf-8", "replace"), whole
    if (match := _CRI.match(line)) is not None:
        return line[match.end() :], match[2], match[3] == b"F"
    return line, b"", True

"""How a line of a file travels through Kafka: what stands in the headers of its message."""

from collections.abc import Mapping
from dataclasses import dataclass

_PLACE = "larkwatch-place"
_PATH = "larkwatch-path"
_LABEL = "larkwatch-label-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """Where a line comes from.

    Attributes:
        origin: The file's content on its host; the same after a restart there.
        end: Offset behind the line: those of one origin rise, but for lines that are sent again.
        path: Of the file.
        labels: What its lines are labelled with where they are read.
    """

    origin: str
    end: int
    path: str
    labels: Mapping[str, str]


def headers_of(line: Shipped) -> list[tuple[str, bytes]]:
    """The headers of a line's message."""
    return [
        (_PLACE, f"{line.end}@{line.origin}".encode("utf-8", "replace")),
        (_PATH, line.path.encode("utf-8", "replace")),
        *((_LABEL + key, value.encode("utf-8", "replace")) for key, value in line.labels.items()),
    ]


def shipped_of(headers: Mapping[str, str]) -> Shipped | None:
    """What the headers of a message say, None for one that is no line of ours."""
    end, at, origin = headers.get(_PLACE, "").partition("@")
    if not (at and origin and end.isascii() and end.isdigit()):
        return None
    labels = {
        key.removeprefix(_LABEL): value for key, value in headers.items() if key.startswith(_LABEL)
    }
    return Shipped(origin=origin, end=int(end), path=headers.get(_PATH, ""), labels=labels)

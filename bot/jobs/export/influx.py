"""InfluxDB's line protocol: a line for each number, in nanoseconds."""

import gzip
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.core.points import Point

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DOUBTFUL = re.compile(r"\\(?=[,=\s\\]|$)")
_ESCAPES = str.maketrans({",": r"\,", "=": r"\=", " ": r"\ ", "\n": r"\ ", "\r": r"\ "})


class Influx:
    """`Wire` of InfluxDB and what speaks like it."""

    headers: Mapping[str, str] = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Encoding": "gzip",
    }
    token = "Token"  # noqa: S105 - the header's word

    def body(self, points: Sequence[Point]) -> bytes:
        """Lines, packed."""
        lines = "".join(map(_line, points))
        return gzip.compress(lines.encode("utf-8", "replace"), compresslevel=4)


def _line(point: Point) -> str:
    tags = "".join(
        f",{key}={_escaped(value)}" for key, value in sorted(point.labels.items()) if value
    )
    at = (point.at - _EPOCH) // _MICROSECOND * 1000
    return f"{point.measurement}{tags} {point.field}={point.value!r} {at}\n"


def _escaped(value: str) -> str:
    """A value of a tag; a backslash that stands before what is escaped becomes a slash.

    There is no way to write it that all databases read the same.
    """
    return _DOUBTFUL.sub("/", value).translate(_ESCAPES)

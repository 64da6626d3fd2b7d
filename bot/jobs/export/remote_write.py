"""Prometheus' remote write, version 1: series in protobuf, packed with snappy."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.core.points import Point

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FIRST, _SECOND, _MORE = 0x0A, 0x12, 0x80
"""Keys of fields 1 and 2 that have a length; and what says that a number goes on."""


class RemoteWrite:
    """`Wire` of Prometheus and what takes the same: ``prometheus.WriteRequest``."""

    headers: Mapping[str, str] = {
        "Content-Type": "application/x-protobuf",
        "Content-Encoding": "snappy",
        "X-Prometheus-Remote-Write-Version": "0.1.0",
    }
    token = "Bearer"  # noqa: S105 - the header's word

    def body(self, points: Sequence[Point]) -> bytes:
        """A request with every series once."""
        import cramjam  # noqa: PLC0415 - an extra

        series: dict[tuple[tuple[str, str], ...], list[Point]] = {}
        for point in points:
            labels = {**point.labels, "__name__": point.name}
            key = tuple(sorted((name, value) for name, value in labels.items() if value))
            series.setdefault(key, []).append(point)
        request = b"".join(
            _field(_FIRST, b"".join(_series(labels, some))) for labels, some in series.items()
        )
        return bytes(cramjam.snappy.compress_raw(request))


def _series(labels: tuple[tuple[str, str], ...], points: list[Point]) -> Iterator[bytes]:
    for name, value in labels:
        both = _field(_FIRST, _text(name)) + _field(_SECOND, _text(value))
        yield _field(_FIRST, both)
    for point in sorted(points, key=lambda one: one.at):
        at = (point.at - _EPOCH) // _MILLISECOND
        # A sample: its value as a double (field 1), its time as a number (field 2).
        yield _field(_SECOND, b"\x09" + struct.pack("<d", point.value) + b"\x10" + _number(at))


def _text(said: str) -> bytes:
    return said.encode("utf-8", "replace")


def _field(key: int, found: bytes) -> bytes:
    return bytes((key,)) + _number(len(found)) + found


def _number(found: int) -> bytes:
    """A number in groups of seven bits, the lowest first."""
    groups = bytearray()
    while found >= _MORE:
        groups.append(found & 0x7F | _MORE)
        found >>= 7
    groups.append(found)
    return bytes(groups)

"""The frames of the long connection: the protobuf messages of package pbbp2, by hand.

A frame has SeqID, LogID, service and method as required varints (on the wire even when zero),
headers of key and value, and as optional bytes payload encoding, payload type, payload, LogIDNew.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

CONTROL = 0
DATA = 1
_BYTES = 2
_U64 = (1 << 64) - 1
_HEADER_FIELD = 5
_PAYLOAD_FIELD = 8
_MOST_BITS = 63
_MORE = 0x80  # set in every byte of a varint but the last


class FrameError(ValueError):
    """Bytes that are no frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One binary WebSocket message."""

    method: int
    service: int
    headers: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""
    seq_id: int = 0
    log_id: int = 0

    def encode(self) -> bytes:
        """The frame as bytes."""
        out = bytearray()
        for number, figure in enumerate((self.seq_id, self.log_id, self.service, self.method), 1):
            out += _varint(number << 3) + _varint(figure & _U64)
        for key, value in self.headers.items():
            out += _bytes(_HEADER_FIELD, _bytes(1, key.encode()) + _bytes(2, value.encode()))
        if self.payload:
            out += _bytes(_PAYLOAD_FIELD, self.payload)
        return bytes(out)


def decode(data: bytes) -> Frame:
    """Read a frame; unknown fields are skipped.

    Raises:
        FrameError: If the bytes are cut short or are no protobuf.
    """
    numbers = {1: 0, 2: 0, 3: 0, 4: 0}
    headers: dict[str, str] = {}
    payload = b""
    for number, value in _fields(data):
        if isinstance(value, int):
            numbers[number] = value
        elif number == _HEADER_FIELD:
            pair = dict(_fields(value))
            headers[_text(pair.get(1))] = _text(pair.get(2))
        elif number == _PAYLOAD_FIELD:
            payload = value
    return Frame(
        seq_id=numbers[1],
        log_id=numbers[2],
        service=numbers[3],
        method=numbers[4],
        headers=headers,
        payload=payload,
    )


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        value, at = _read_varint(data, at)
        match tag & 7:
            case 0:
                yield tag >> 3, value
            case 2:
                if at + value > len(data):
                    raise FrameError(f"field {tag >> 3} of {value} bytes is cut short")
                yield tag >> 3, data[at : at + value]
                at += value
            case kind:
                raise FrameError(f"wire type {kind} is not used in frames")


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > _MOST_BITS:
            raise FrameError("a number is cut short")
        byte = data[at]
        value |= (byte & ~_MORE) << shift
        at += 1
        if byte < _MORE:
            return value, at
        shift += 7


def _text(value: int | bytes | None) -> str:
    if not isinstance(value, bytes):
        raise FrameError("a header without key or value")
    return value.decode("utf-8", "replace")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value >= _MORE:
        out.append(value & 0x7F | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value

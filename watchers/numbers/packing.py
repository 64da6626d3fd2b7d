"""Numbers as short text: single precision, compressed."""

import array
import base64
import math
import zlib
from collections.abc import Iterable

_LARGEST = 3e38


def packed(numbers: Iterable[float]) -> str:
    """As text; what single precision cannot hold is cut off, NaN stays."""
    raw = array.array("f", [max(-_LARGEST, min(one, _LARGEST)) for one in numbers])
    return base64.b64encode(zlib.compress(raw.tobytes(), 6)).decode()


def unpacked(text: str, most: int) -> list[float]:
    """The first `most` numbers of what `packed` made.

    Raises:
        ValueError: If it is none.
    """
    numbers = array.array("f")
    if text:
        try:
            raw = zlib.decompressobj().decompress(base64.b64decode(text), 4 * most)
        except zlib.error as error:
            raise ValueError("no packed numbers") from error
        numbers.frombytes(raw)
    return numbers.tolist()


def number(one: float) -> float | None:
    """None for NaN, which stands for no number."""
    return None if math.isnan(one) else one

"""The lines of whole files, packed or not, in the encoding of the watch that reads them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from watchers.replay.opening import unpacked
from watchers.sources.file.decode import BOM, Decoder

_PIECE = 1 << 20
_LONGEST_LINE = 4 * _PIECE


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Whole lines as UTF-8.

    Attributes:
        text: Ends with a newline.
        place: The byte of the content at which a byte of the text stood.
    """

    text: bytes
    place: Callable[[int], int]


def texts_of(pieces: Iterable[bytes], decoder: Decoder) -> Iterator[Text]:
    """The whole lines of some content, given as its bytes come; the last line ends itself.

    A line without an end in sight is cut.
    """
    rest, base = b"", 0
    for piece in pieces:
        data = rest + piece
        if not base and data.startswith(BOM):
            data, base = data[len(BOM) :], len(BOM)
        cut = data.rfind(b"\n") + 1
        cut = decoder.whole(data[:cut]) if cut else 0
        if not cut and len(data) > _LONGEST_LINE:
            cut = len(data)
        if cut:
            yield _text(data[:cut], base, decoder)
        rest, base = data[cut:], base + cut
    if rest:
        yield _text(rest, base, decoder)


def texts_in(path: str, decoder: Decoder, read: Callable[[int], object]) -> Iterator[Text]:
    """The same of a file, packed or not.

    Args:
        path: The file.
        decoder: Of the watch that reads it.
        read: Told how many more bytes were read.

    Raises:
        ReplayError: If it is no log.
        OSError: If it cannot be read, or as its compression says.
    """
    with Path(path).open("rb") as raw:
        yield from texts_of(_pieces(unpacked(path, raw).read, read), decoder)


def _pieces(take: Callable[[int], bytes], read: Callable[[int], object]) -> Iterator[bytes]:
    while piece := take(_PIECE):
        read(len(piece))
        yield piece


def _text(raw: bytes, base: int, decoder: Decoder) -> Text:
    view = decoder.view(raw)
    text = view.text if view.text.endswith(b"\n") else view.text + b"\n"
    size = len(view.text)
    end = base + len(raw)
    return Text(text=text, place=lambda at: end if at >= size else base + view.raw_offset(at))

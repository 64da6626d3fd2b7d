"""UTF-16 among files of bytes: found by its looks, cut at its own line ends."""

import codecs

LITTLE, BIG = "utf-16-le", "utf-16-be"
_BOMS = {codecs.BOM_UTF16_LE: LITTLE, codecs.BOM_UTF16_BE: BIG}
_NEWLINES = {LITTLE: b"\n\0", BIG: b"\0\n"}
_SHARE = 32
_SAMPLE = 4096
_TELLING = 16
_FEW = 4


def wide(raw: bytes) -> str:
    """Which UTF-16 a block of lines is, "" for none; its last newline may be cut in half."""
    if b"\0" not in raw:
        return ""
    if found := _BOMS.get(raw[:2]):
        return found
    encoding = alike(raw[:_SAMPLE])
    if not encoding or whole(raw, encoding) or (len(raw) % 2 and raw.endswith(b"\n")):
        return encoding
    # It may end within a character, before its first newline.
    return (
        encoding if len(raw) >= _TELLING and raw[:_SAMPLE].count(0) * 5 > len(raw[:_SAMPLE]) else ""
    )


def alike(text: bytes) -> str:
    """Which UTF-16 a text looks like, "" for none.

    Lines of a log have at least spaces and digits, half of which is NUL in UTF-16 and none in
    other encodings; a hole has NULs at even and odd places alike. A few stray ones tell nothing,
    unless every other byte is one.
    """
    even, odd = text[::2].count(0), text[1::2].count(0)
    most = max(even, odd)
    if most * _SHARE < len(text) or min(even, odd) * 2 > most:
        return ""
    if most < _FEW and most < len(text) // 2:
        return ""
    return LITTLE if odd > even else BIG


def whole(raw: bytes, encoding: str) -> int:
    """How much of a block that begins with a line is whole lines; half a one may follow."""
    newline = _NEWLINES[encoding]
    at = raw.rfind(newline)
    while at >= 0 and at % 2:
        at = raw.rfind(newline, 0, at + 1)
    return at + 2 if at >= 0 else 0


def text_of(raw: bytes, encoding: str) -> str:
    """The characters of whole lines; a newline that was cut in half is one."""
    if len(raw) % 2 and raw.endswith(b"\n"):
        raw = raw + b"\0" if encoding == LITTLE else raw[:-1] + b"\0\n"
    return raw.decode(encoding, "replace").removeprefix("\ufeff")


def line_starts(raw: bytes, encoding: str) -> list[int]:
    """Where each line begins, and behind the last newline."""
    newline, starts = _NEWLINES[encoding], [0]
    at = raw.find(newline)
    while at >= 0:
        if at % 2:
            at = raw.find(newline, at + 1)
            continue
        starts.append(at + 2)
        at = raw.find(newline, at + 2)
    if len(raw) % 2 and raw.endswith(b"\n"):
        starts.append(len(raw))
    return starts

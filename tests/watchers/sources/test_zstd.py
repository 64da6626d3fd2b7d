"""A file packed with zstd is read like any other."""

import io

import pytest
import zstandard

from watchers.sources.file.zstd import ZstdFile

TEXT = b"".join(b"line %d\n" % n for n in range(20_000))


def test_frames_one_after_the_other_are_one_content_and_it_is_read_from_anywhere() -> None:
    pack = zstandard.ZstdCompressor().compress
    file = ZstdFile(io.BytesIO(pack(TEXT[:70_000]) + pack(TEXT[70_000:])))
    for offset in (0, 100, 69_995, 5):
        file.seek(offset)
        assert file.tell() == offset
        piece = file.read(10)
        assert piece == TEXT[offset : offset + len(piece)] != b""
    file.seek(0)
    pieces = []
    while piece := file.read(4000):
        pieces.append(piece)
    assert b"".join(pieces) == TEXT
    file.seek(len(TEXT) + 1)
    assert file.tell() == len(TEXT)


def test_a_frame_without_its_end_is_no_end() -> None:
    packed = zstandard.ZstdCompressor().compress(TEXT)
    file = ZstdFile(io.BytesIO(packed[:-3]))
    with pytest.raises(EOFError):
        file.seek(len(TEXT))

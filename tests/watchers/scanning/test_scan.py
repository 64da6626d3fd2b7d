"""Files are scanned whole, whatever their size, packing and line ends."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from watchers.detectors.keyword import KeywordRule
from watchers.errors import UnreadableError
from watchers.finding import Severity
from watchers.scanning.blocks import blocks
from watchers.scanning.opening import Opened
from watchers.scanning.scan import BLOCK_BYTES, Match, Scan, Within
from watchers.sources.file.decode import Decoder

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALWAYS = Within(since=None, until=None, now=NOW)


def rule(name: str, pattern: str, **more: object) -> KeywordRule:
    return KeywordRule.model_validate(
        {"name": name, "pattern": pattern, "severity": Severity.HIGH, **more}
    )


def scanned(
    path: Path, *rules: KeywordRule, encoding: str = "utf-8", within: Within = ALWAYS
) -> list[Match]:
    found: list[Match] = []
    both = [
        Scan(rules, Decoder(encoding), within, found.append),
        Scan(rules, Decoder(encoding), within),
    ]
    for scan in both:
        with Opened(str(path)) as opened:
            for _ in scan.file(opened):
                pass
    assert both[0].tally == both[1].tally  # counting alone comes to the same
    assert both[0].tally.lines == len(found)
    return found


class _Pieces:
    """Gives bytes in pieces of certain sizes."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self._data, self._sizes = data, sizes

    def readinto(self, buffer: memoryview) -> int:
        size = min(self._sizes.pop(0) if self._sizes else len(buffer), len(buffer))
        piece, self._data = self._data[:size], self._data[size:]
        buffer[: len(piece)] = piece
        return len(piece)


@given(
    st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b"x"))),
    st.lists(st.integers(1, 16)),
    st.booleans(),
)
@example([b"x" * 16, b"y" * 5, b"z" * 11], [], False)
def test_blocks_are_whole_lines_and_long_ones_are_cut(
    lines: list[bytes], sizes: list[int], ended: bool
) -> None:
    data = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    buffer = bytearray(16)
    seen: list[tuple[int, bytes]] = []
    for filled in blocks(_Pieces(data, sizes), buffer):
        at = filled.offset
        for line in bytes(buffer[: filled.size]).splitlines(keepends=True):
            seen.append((at, line))
            at += len(line)
    wanted, at = [], 0
    for line in data.splitlines(keepends=True) if b"\r" not in data else ():
        wanted.append((at, line if len(line) <= 16 else line[:16]))
        at += len(line)
    if not any(byte in data for byte in b"\r\x0b\x0c\x1c\x1d\x1e\x85"):
        assert seen == wanted


@pytest.mark.parametrize(
    "pack",
    [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress],
    ids=["plain", "gzip", "bzip2", "xz", "zstd"],
)
def test_lines_are_found_with_number_and_offset(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    line = b"2026-11-23 10:00:00 INFO handled\n"
    lines = [line] * 40_000
    lines[7] = "2026-11-23 10:00:00 ERROR 支付失败\n".encode()
    lines[39_999] = b"PANIC ERROR no newline"
    data = b"".join(lines)
    assert len(data) > BLOCK_BYTES
    path = tmp_path / "app.log"
    path.write_bytes(pack(data))
    found = scanned(path, rule("error", r"\bERROR\b"), rule("panic", "PANIC"))
    assert [(one.line, one.offset, one.rules) for one in found] == [
        (8, 7 * len(line), ("error",)),
        (40_000, data.index(b"PANIC"), ("error", "panic")),
    ]
    assert found[0].text == "2026-11-23 10:00:00 ERROR 支付失败"


def test_gzip_of_several_members_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "app.log.1.gz"
    path.write_bytes(gzip.compress(b"ERROR 1\n") + gzip.compress(b"ERROR 2\n"))
    assert [one.line for one in scanned(path, rule("error", "ERROR"))] == [1, 2]


def test_line_ends_of_windows_marks_of_order_and_damage_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"\xef\xbb\xbfERROR a\r\nERROR b\xff\r\nok\r\n")
    rules = rule("first", "^ERROR a$"), rule("any", "ERROR ..?$"), rule("none", r"\r")
    found = scanned(path, *rules)
    assert [(one.line, one.text, one.rules) for one in found] == [
        (1, "ERROR a", ("first", "any")),
        (2, "ERROR b?", ("any",)),
    ]


def test_other_encodings_are_matched_as_text(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes("正常\n支付错误 E1\n".encode("gb18030"))
    (found,) = scanned(path, rule("错误", "错误 E\\d"), encoding="gb18030")
    assert (found.line, found.offset, found.text) == (2, 5, "支付错误 E1")


def test_exclude_and_files_of_a_rule_hold(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"ERROR a\nERROR health\n")
    rules = rule("all", "ERROR", exclude="health"), rule("else", "ERROR", files=["other.log"])
    assert [(one.line, one.rules) for one in scanned(path, *rules)] == [(1, ("all",))]


def test_only_lines_of_a_span_count_and_traces_have_the_time_above_them(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(
        b"ERROR before any time\n2026-11-23T09:59:59Z ERROR early\n2026-11-23T10:00:00Z INFO\n"
        b"\tat ERROR trace\n2026-11-23T11:00:00Z ERROR late\n"
    )
    ten, eleven = NOW.replace(hour=10), NOW.replace(hour=11)
    within = Within(since=ten, until=eleven, now=NOW)
    found = scanned(path, rule("error", "ERROR"), within=within)
    assert [(one.line, one.at) for one in found] == [(1, None), (4, ten)]


def test_a_line_longer_than_a_block_is_cut_and_counted_once(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(b"ERROR" * (BLOCK_BYTES // 2) + b"\nok\nERROR\n")
    found = scanned(path, rule("error", "ERROR"))
    assert [one.line for one in found] == [1, 3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"ERROR" * 99)[:-9], "is damaged"),
        (b"PK\x03\x04 a zip", "is a zip file"),
        (b"\x7fELF" + bytes(200), "is a binary file"),
    ],
    ids=["damaged", "zip", "binary"],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=said):
        scanned(path, rule("error", "ERROR"))


def test_a_folder_and_a_missing_file_are_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is a folder"):
        Opened(str(tmp_path))
    with pytest.raises(UnreadableError, match="is not there"):
        Opened(str(tmp_path / "gone.log"))

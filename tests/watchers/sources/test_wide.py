"""UTF-16: Windows writes logs in it."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.watchers.watching import Watching, shown
from watchers.sources.file.decode import Decoder, refusal
from watchers.sources.file.wide import wide

KINDS = pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
BOM = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
LINES = [
    "2026-11-23 10:00:00 INFO 上海 fine",
    "2026-11-23 10:00:01 ERROR 支付失败 上一个 ਊ",
    "2026-11-23 10:00:02 INFO 上",
]


@KINDS
def test_case_22_lines_of_utf_16_are_found_by_their_looks_and_know_their_places(
    encoding: str,
) -> None:
    raw = BOM[encoding] + "".join(f"{line}\r\n" for line in LINES).encode(encoding)
    assert wide(raw) == wide(raw[2:]) == encoding
    assert refusal(raw) == ""
    decoder = Decoder("utf-8")
    view = decoder.view(raw)
    assert view.text.decode() == "".join(f"{line}\n" for line in LINES)
    at = view.text.find(b"2026-11-23 10:00:01")
    assert raw[view.raw_offset(at) :].decode(encoding).startswith("2026-11-23 10:00:01")
    assert decoder.whole(raw) == len(raw)
    half = raw[: raw.rfind(b"\n") + 1]
    assert decoder.view(half).text == view.text
    last = decoder.last_lines(raw, 80).decode(encoding)
    assert last == f"{LINES[-1]}\r\n"


@pytest.mark.parametrize(
    "raw", [b"plain\n", b"\0" * 50 + b"after a hole\n", "支付\n".encode("gb18030"), b"a\0b\n" * 3]
)
def test_other_files_are_not_taken_for_it(raw: bytes) -> None:
    assert wide(raw) == ""


def test_what_cannot_be_read_is_refused_clearly() -> None:
    assert "UTF-32" in refusal(codecs.BOM_UTF32_LE + "ab".encode("utf-32-le"))


@KINDS
def test_case_22_a_watch_reads_it_as_it_is_written_over_a_restart(
    tmp_path: Path, encoding: str
) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(BOM[encoding])
    watching = Watching(log)
    for number, line in enumerate(LINES * 3):
        with log.open("ab") as file:
            file.write(f"{line}\r\n".encode(encoding))
        found = shown(watching.look() + watching.look())
        assert found == ([line] if "ERROR" in line else [])
        if number % 2:
            watching.restart()
    watching.restart()
    assert watching.look() == []
    watching.close()


@given(
    st.lists(st.text(alphabet="a1 上ਊ支\U0001f600", max_size=6), min_size=1, max_size=8),
    st.sampled_from(["utf-16-le", "utf-16-be"]),
    st.data(),
)
def test_case_22_every_line_is_read_wherever_it_is_cut(
    words: list[str], encoding: str, data: st.DataObject
) -> None:
    lines = [f"2026-11-23 10:00 {word}\n" for word in words]
    raw = "".join(lines).encode(encoding)
    decoder = Decoder("utf-8")
    assert decoder.view(raw).text.decode() == "".join(lines)
    places = [n + 1 for n, byte in enumerate(raw) if byte == 0x0A]
    cut = data.draw(st.sampled_from(places))
    whole = decoder.whole(raw[:cut])
    parts = decoder.view(raw[:whole]).text + decoder.view(raw[whole:]).text
    assert parts == "".join(lines).encode()

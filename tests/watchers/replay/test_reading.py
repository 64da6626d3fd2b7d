"""Files of every kind as records in the order of their times."""

import gzip
import io
import lzma
import sys
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zstandard

from tests.replays import BROKEN, START, Fault, make
from watchers.finding import Severity
from watchers.incidents.entry import Entry
from watchers.replay.opening import lines_at
from watchers.replay.reading import Count, Log, entries_of
from watchers.sources.file.decode import Decoder

LINES = [
    "2026-03-02T00:00:01Z INFO web node-1 started",
    "2026-03-02T00:00:02.500Z ERROR web node-1 boom",
    "java.lang.IllegalStateException: closed",
    "\tat a.B.c(B.java:7)",
    "2026-03-02T00:00:03+01:00 WARN web node-2 slow",
]


def read(*paths: Path | str, count: Count | None = None) -> list[Entry]:
    logs = [Log(path=str(one), decoder=Decoder("utf-8"), zone=UTC) for one in paths]
    return list(entries_of(logs, START, count or Count(), lambda _path, _done: None))


def written(folder: Path, lines: list[str], name: str = "a.log") -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n")
    return file


def test_lines_that_say_no_time_continue_the_record_before(tmp_path: Path) -> None:
    records = read(written(tmp_path, LINES))
    assert [(one.source, one.message) for one in records] == [
        (1, LINES[0]),
        (2, "web node-1 boom IllegalStateException"),
        (5, "web node-2 slow"),
    ]
    assert records[1].at_s == START.timestamp() + 2.5
    assert records[2].at_s == records[1].at_s  # an earlier time does not turn the clock back
    levels = [one.severity for one in records]
    assert levels == [Severity.INFO, Severity.HIGH, Severity.MEDIUM]


@pytest.mark.parametrize("kind", ["gz", "xz", "zst"])
def test_packed_files_say_the_same(tmp_path: Path, kind: str) -> None:
    plain = written(tmp_path, LINES)
    pack = {
        "gz": gzip.compress,
        "xz": lzma.compress,
        "zst": zstandard.ZstdCompressor().compress,
    }[kind]
    packed = tmp_path / f"a.log.{kind}"
    packed.write_bytes(pack(plain.read_bytes()))
    assert [(one.at_s, one.message) for one in read(packed)] == [
        (one.at_s, one.message) for one in read(plain)
    ]


def test_lines_in_a_row_of_mere_information_are_one(tmp_path: Path) -> None:
    lines = [f"2026-03-02T00:{n // 60:02}:{n % 60:02}Z INFO web n{n}" for n in range(600)]
    lines[100] = "2036-03-02T00:00:00Z INFO a clock is wrong"
    lines[300] = "2026-03-02T00:05:00Z ERROR web boom"
    count = Count()
    entries = read(written(tmp_path, lines), count=count)
    told = [(one.source, one.at_s - START.timestamp()) for one in entries]
    assert {(1, 0), (300, 299), (301, 300), (600, 599)} <= set(told)
    assert len(told) < 20  # a block ends a row too
    assert count.lines == 600


def test_a_file_is_read_in_its_encoding_and_zone(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_bytes("2026-03-02 08:00:00 ERROR 支付失败\n".encode("gb18030"))
    log = Log(
        path=str(file), decoder=Decoder("gb18030"), zone=ZoneInfo("Asia/Shanghai"), service="pay"
    )
    (entry,) = entries_of([log], START, Count(), lambda _path, _done: None)
    assert (entry.at_s, entry.service, entry.message) == (START.timestamp(), "pay", "支付失败")


def test_standard_input_is_a_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = written(tmp_path, LINES).read_bytes()
    piped = io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stdin", piped)
    assert len(read("-")) == 3


def test_lines_of_several_files_are_taken_by_their_times(tmp_path: Path) -> None:
    later = written(tmp_path, ["2026-03-02T01:00:00Z INFO x"], "later.log")
    early = written(tmp_path, ["2026-03-02T00:30:00Z INFO y", "2026-03-02T02:00:00Z INFO z"])
    assert [one.message[-1] for one in read(later, early)] == ["y", "x", "z"]


def test_labels_between_level_and_message_are_found_by_themselves(tmp_path: Path) -> None:
    fault = Fault(name="f", at_s=10, until_s=400, services=["web"], texts=BROKEN[:2], rate=1)
    everything = read(written(tmp_path, make(0.3, [fault], everyday=0.3).lines))
    records = [one for one in everything if one.severity is not Severity.INFO]
    services = {one.service for one in records}
    assert {"web", "cart"} <= services
    assert len(services) == 10
    assert {one.labels["host"] for one in records} == {f"node-{n}" for n in range(1, 6)}
    assert all(not one.message.startswith("node-") for one in records)


def test_one_line_with_a_wrong_clock_does_not_move_the_time(tmp_path: Path) -> None:
    lines = [f"2026-03-02T00:00:0{n}Z INFO a" for n in range(5)]
    lines.insert(2, "2036-01-01T00:00:00Z INFO wrong")
    assert max(one.at_s for one in read(written(tmp_path, lines))) == START.timestamp() + 4


def test_a_long_pause_is_believed_at_the_second_line(tmp_path: Path) -> None:
    lines = [
        "2026-03-02T00:00:00Z INFO a",
        "2026-03-05T00:00:00Z INFO b",
        "2026-03-05T00:00:01Z INFO c",
    ]
    assert read(written(tmp_path, lines))[-1].at_s == START.timestamp() + 3 * 86400 + 1


@pytest.mark.parametrize(
    ("line", "severity", "service", "message"),
    [
        ('{"ts":1772409600.5,"level":"error","service":"pay","msg":"boom"}', "high", "pay", "boom"),
        ('time=2026-03-02T00:00:00Z level=error service=pay msg="x y"', "high", "pay", "x y"),
        (
            "2026-03-02 00:00:00,123 [main] ERROR c.x.Pay - declined",
            "high",
            "",
            "c.x.Pay - declined",
        ),
        ("Mar  2 00:00:01 web01 sshd[12]: refused", "info", "sshd", "refused"),
        ("2026/03/02 10:00:00 [crit] 1#1: x", "critical", "", "1#1: x"),
        ("[2026-03-02 00:00:00] PANIC: out of room", "critical", "", "out of room"),
    ],
)
def test_heads_of_common_kinds_are_understood(
    tmp_path: Path, line: str, severity: str, service: str, message: str
) -> None:
    (entry,) = read(written(tmp_path, [line]))
    assert (entry.severity, entry.service, entry.message) == (severity, service, message)


def test_lines_are_numbered_by_their_place(tmp_path: Path) -> None:
    file = written(tmp_path, ["a", "bb", "", "ccc"])
    assert lines_at(str(file), [0, 2, 5, 6]) == {0: 1, 2: 2, 5: 3, 6: 4}

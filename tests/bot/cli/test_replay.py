"""The command `larkwatch replay`."""

import gzip
import json
import lzma
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard
from click.testing import CliRunner, Result

from bot.cli.replay import replay
from tests.replays import BROKEN, Fault, Replay, make

KEYS = {"ts", "kind", "alert", "severity", "evidence"}


@pytest.fixture(scope="module")
def made() -> Replay:
    faults = [
        Fault(name=name, at_s=at_s, until_s=at_s + 300, services=[service], texts=texts, rate=2)
        for name, at_s, service, texts in (
            ("first", 5000, "web", BROKEN[:2]),
            ("second", 8000, "cart", BROKEN[2:4]),
        )
    ]
    return make(2.6, faults, traffic=0.05)


def replayed(*arguments: object) -> Result:
    return CliRunner().invoke(replay, [str(one) for one in arguments])


def messages(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def written(folder: Path, made: Replay) -> Path:
    file = folder / "app.log"
    file.write_text("\n".join(made.lines) + "\n")
    return file


def test_each_message_is_one_object_with_its_lines(tmp_path: Path, made: Replay) -> None:
    out = tmp_path / "out.jsonl"
    result = replayed(written(tmp_path, made), "--notifications", out)
    assert result.exit_code == 0
    told = messages(out)
    assert [(one["kind"], one["severity"]) for one in told] == [
        ("fire", "high"),
        ("resolve", "high"),
        ("fire", "high"),
        ("resolve", "high"),
    ]
    assert told[0]["alert"] == told[1]["alert"] != told[2]["alert"]
    assert all(set(one) == KEYS and 1 <= len(one["evidence"]) <= 20 for one in told)
    for one, name in zip(told, ("first", "first", "second", "second"), strict=True):
        assert {made.truth.get(line) for line in one["evidence"]} == {name}
        assert datetime.fromisoformat(one["ts"]).tzinfo is not None
    assert result.stdout.count(" fire ") == 2


def test_packed_files_say_the_same(tmp_path: Path, made: Replay) -> None:
    plain = written(tmp_path, made)
    packed = {
        "a.gz": gzip.compress(plain.read_bytes()),
        "a.xz": lzma.compress(plain.read_bytes()),
        "a.zst": zstandard.ZstdCompressor().compress(plain.read_bytes()),
    }
    for name, content in packed.items():
        (tmp_path / name).write_bytes(content)
        assert replayed(tmp_path / name).stdout == replayed(plain).stdout


def test_standard_input_is_a_file_too(tmp_path: Path, made: Replay) -> None:
    plain = written(tmp_path, made)
    piped = CliRunner().invoke(replay, ["-"], input=plain.read_bytes())
    assert piped.exit_code == 0
    assert piped.stdout == replayed(plain).stdout


def test_since_and_until_leave_out_the_rest(tmp_path: Path, made: Replay) -> None:
    file = written(tmp_path, made)
    early = replayed(file, "--until", "2026-03-02T02:00:00Z")
    late = replayed(file, "--since", "2026-03-02T01:45:00+00:00")
    assert early.stdout.count(" fire ") == late.stdout.count(" fire ") == 1
    assert early.stdout != late.stdout


def test_lines_of_several_files_are_taken_by_their_times(tmp_path: Path, made: Replay) -> None:
    half = len(made.lines) // 2
    files = []
    for name, lines in (("b.log", made.lines[half:]), ("a.log", made.lines[:half])):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
        files.append(tmp_path / name)
    assert replayed(*files).stdout.count(" fire ") == 2


def test_a_file_that_is_missing_broken_or_no_log_is_said(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"2026-03-02T00:00:00Z INFO a\n" * 500)[:40])
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n" + bytes(range(256)))
    (tmp_path / "text.txt").write_text("no time at all\n" * 30)
    for name, said in (
        ("absent.log", "no such file"),
        ("cut.gz", "cannot be read"),
        ("image.png", "binary"),
        ("text.txt", "none of its first 30 lines says a time"),
    ):
        result = replayed(tmp_path / name)
        assert result.exit_code == 2
        assert said in result.stderr


def test_a_time_that_is_none_is_refused_with_an_example(tmp_path: Path, made: Replay) -> None:
    result = replayed(written(tmp_path, made), "--since", "yesterday-ish")
    assert result.exit_code == 2
    assert "2026-03-02T10:00:00Z" in result.stderr

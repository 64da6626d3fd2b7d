"""The command `larkwatch replay`."""

import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
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
    return make(2.5, faults, traffic=0.02, everyday=0.03)


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
    ]
    assert told[0]["alert"] == told[1]["alert"] != told[2]["alert"]
    assert all(set(one) == KEYS and 1 <= len(one["evidence"]) <= 20 for one in told)
    for one, name in zip(told, ("first", "first", "second"), strict=True):
        assert {made.truth.get(line) for line in one["evidence"]} == {name}
        assert datetime.fromisoformat(one["ts"]).tzinfo is not None
    assert result.stdout.count(" fire ") == 2


def test_since_and_until_leave_out_the_rest(tmp_path: Path, made: Replay) -> None:
    file = written(tmp_path, made)
    early = replayed(file, "--until", "2026-03-02T02:00:00Z")
    late = replayed(file, "--since", "2026-03-02T01:30:00+00:00")
    assert early.stdout.count(" fire ") == late.stdout.count(" fire ") == 1
    assert early.stdout != late.stdout


def test_a_file_is_read_as_its_watch_says(tmp_path: Path, made: Replay) -> None:
    file = written(tmp_path, made)
    file.write_bytes("".join(f"{one} 失败\n" for one in made.lines).encode("gb18030"))
    config = tmp_path / "larkwatch.toml"
    watch = f'[[watch]]\nname = "app"\nfiles = ["{file}"]\nencoding = "gb18030"\n'
    config.write_text(watch)
    said = replayed(file, "--config", config).stdout
    assert said.count(" fire ") == 2
    assert "失败" in said
    config.write_text(f'{watch}stage = "training"\n')
    assert replayed(file, "--config", config).stdout == ""


def test_rules_of_ones_own_tell_by_themselves_with_their_lines(
    tmp_path: Path, made: Replay
) -> None:
    rules, out = tmp_path / "rules.toml", tmp_path / "out.jsonl"
    rules.write_text(
        '[[rule]]\nname = "raft"\npattern = "could not obtain JDBC"\nseverity = "medium"\n'
    )
    result = replayed(written(tmp_path, made), "--rules", rules, "--notifications", out)
    assert result.exit_code == 0
    told = [one for one in messages(out) if one["severity"] == "medium"]
    assert [one["kind"] for one in told] == ["fire", "resolve"]
    assert all("could not obtain JDBC" in made.lines[one - 1] for one in told[0]["evidence"])
    assert sum(one["kind"] == "fire" for one in messages(out)) == 3


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

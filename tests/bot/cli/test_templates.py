"""`larkwatch templates` as a user calls it."""

import csv
import gzip
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.commands import larkwatch


def run(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(larkwatch, ["templates", *arguments], input=given)


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(result.stdout.splitlines()))


LINES = "".join(f"Accepted password for {name} from 10.0.0.1\n" for name in ("root", "al", "bob"))


def test_every_line_has_a_row_with_the_id_it_has_in_the_end(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(LINES + "\n" + 'said "no, never"\r\n', "utf-8")
    found = rows(run(str(log)))
    assert [row["line_number"] for row in found] == ["1", "2", "3", "4", "5"]
    assert {row["template"] for row in found[:3]} == {"Accepted password for <*> from <*>"}
    assert len({row["template_id"] for row in found[:3]}) == 1
    assert [row["template"] for row in found[3:]] == ["", 'said "no, never"']


def test_standard_input_and_packed_files_are_read_and_numbered_through(tmp_path: Path) -> None:
    packed = tmp_path / "b.log.gz"
    packed.write_bytes(gzip.compress(b"caf\xff 1\xe2\x80\xa8x\n"))
    found = rows(run("-", str(packed), given=LINES.encode()))
    assert len(found) == 4
    assert found[3]["line_number"] == "4"


def test_a_header_is_taken_off_where_it_stands(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("10:00 INFO a b\n10:01 WARN a b\nno header\n", "utf-8")
    found = rows(run(str(log), "--header", r"\S+ (INFO|WARN) "))
    assert [row["template"] for row in found] == ["a b", "a b", "no header"]


def test_counts_has_a_row_per_template(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("rare\n" + LINES, "utf-8")
    found = rows(run(str(log), "--counts"))
    assert [row["count"] for row in found] == ["3", "1"]


def test_an_empty_file_gives_the_heading_alone(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.touch()
    assert run(str(log)).stdout == "line_number,template_id,template\n"


def test_what_cannot_be_read_is_said_with_exit_code_2(tmp_path: Path) -> None:
    packed = tmp_path / "b.log.gz"
    packed.write_bytes(b"no gzip")
    for path in (tmp_path / "none", packed):
        result = run(str(path))
        assert result.exit_code == 2
        assert f"{path} cannot be read" in result.stderr


def test_a_header_that_is_no_pattern_is_refused() -> None:
    result = run("-", "--header", "(")
    assert result.exit_code == 2
    assert "--header" in result.stderr

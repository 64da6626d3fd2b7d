"""`larkwatch score`: one row of output for every row of input, knowing only the rows before."""

import csv
import io
import math
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.score import score
from watchers.clauses.judges import DETECTORS

START = datetime(2026, 1, 5, tzinfo=UTC)


def daily(rows: int, seed: int = 1) -> list[tuple[str, str]]:
    """A day's wave of five-minute figures with some noise."""
    chance = random.Random(seed)  # noqa: S311 - draws numbers, keeps no secret
    return [
        (
            (START + timedelta(minutes=5 * n)).strftime("%Y-%m-%d %H:%M:%S"),
            f"{100 + 40 * math.sin(n * math.tau / 288) + chance.gauss(0, 2):.3f}",
        )
        for n in range(rows)
    ]


def scored(path: Path, rows: list[tuple[str, str]], *options: str) -> list[dict[str, str]]:
    text = "timestamp,value\n" + "".join(f"{at},{value}\n" for at, value in rows)
    path.write_text(text, encoding="utf-8")
    ran = CliRunner().invoke(score, [*options, "--input", str(path)])
    assert ran.exit_code == 0, ran.output
    return list(csv.DictReader(io.StringIO(ran.stdout)))


@pytest.mark.parametrize("name", DETECTORS)
def test_every_row_comes_back_with_its_own_text_also_without_a_number(
    tmp_path: Path, name: str
) -> None:
    rows = daily(300)
    for at, text in ((40, ""), (41, "n/a"), (42, "nan"), (43, "1e999"), (200, " 7 ")):
        rows[at] = (rows[at][0], text)
    rows[210] = ("when?", rows[210][1])
    found = scored(tmp_path / "in.csv", rows, "--detector", name)
    assert [(row["timestamp"], row["value"]) for row in found] == rows
    assert {found[n]["score"] for n in (40, 41, 42, 43)} == {"0"}
    assert all(math.isfinite(float(row["score"])) for row in found)


@pytest.mark.parametrize("name", DETECTORS)
def test_a_score_depends_on_the_rows_up_to_it_only(tmp_path: Path, name: str) -> None:
    rows = daily(700)
    whole = scored(tmp_path / "whole.csv", rows, "--detector", name)
    part = scored(tmp_path / "part.csv", rows[:450], "--detector", name)
    assert whole[:450] == part


@pytest.mark.parametrize("name", DETECTORS)
def test_a_jump_gets_the_worst_level_and_an_ordinary_day_none(tmp_path: Path, name: str) -> None:
    rows = daily(1500)
    rows[1200] = (rows[1200][0], "400")
    found = scored(tmp_path / "in.csv", rows, "--detector", name)
    assert found[1200]["level"] == "critical"
    assert max(found[900:], key=lambda row: float(row["score"])) is found[1200]
    if name == "memory":
        assert sum(row["level"] != "" for row in found[900:]) == 1


@pytest.mark.parametrize("name", ["memory", "mahalanobis"])
def test_what_lasts_is_scored_where_it_begins(tmp_path: Path, name: str) -> None:
    rows = daily(900)
    rows[700:740] = [(at, f"{float(value) + 400:.3f}") for at, value in rows[700:740]]
    told = [
        n
        for n, row in enumerate(scored(tmp_path / "in.csv", rows, "--detector", name))
        if row["level"]
    ]
    of_it = [n for n in told if 700 <= n < 740]
    assert of_it[0] == 700
    assert len(of_it) <= 10


def test_the_memory_is_what_judges_without_a_name(tmp_path: Path) -> None:
    rows = daily(400)
    default = scored(tmp_path / "in.csv", rows)
    assert default == scored(tmp_path / "in.csv", rows, "--detector", "memory")


def test_columns_may_stand_anywhere_and_seconds_may_count_since_1970(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("\ufeffhost,Value,Timestamp\na,1,1700000000\na,2\n", encoding="utf-8")
    ran = CliRunner().invoke(score, ["--input", str(path)])
    assert ran.stdout.splitlines() == ["timestamp,value,score,level", "1700000000,1,0,", ",2,0,"]


def test_numbers_come_from_the_standard_input_too() -> None:
    ran = CliRunner().invoke(score, ["--input", "-"], input="timestamp,value\n1,5\n")
    assert ran.stdout.splitlines()[1:] == ["1,5,0,"]


def test_what_is_odd_about_the_rows_is_said_apart_from_the_scores(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("timestamp,value\n10,1\n10,2\n9,3\n?,4\n11,nan\n12,x\n")
    ran = CliRunner().invoke(score, ["--input", str(path)])
    assert len(ran.stdout.splitlines()) == 7
    assert ran.stderr == (
        "note: 2 of 6 rows without a finite number, passed on with score 0; "
        "1 of 6 rows with a timestamp that cannot be read; "
        "1 of 6 rows older than one before, judged where they stand; "
        "1 of 6 rows with the timestamp of the row before, judged like others\n"
    )
    path.write_text("timestamp,value\n10,1\n11,2\n")
    assert CliRunner().invoke(score, ["--input", str(path)]).stderr == ""


@pytest.mark.parametrize("text", ["", "time,value\n1,2\n"])
def test_an_input_without_its_columns_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(text)
    ran = CliRunner().invoke(score, ["--input", str(path)])
    assert ran.exit_code == 2
    assert "no column 'timestamp'" in ran.output


def test_an_input_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ran = CliRunner().invoke(score, ["--input", str(tmp_path / "none.csv")])
    assert ran.exit_code == 2

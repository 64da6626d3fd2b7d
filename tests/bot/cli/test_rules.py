"""`larkwatch rules test` shows what rules and formats make of each line."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.commands import larkwatch

CONFIG = r"""
[grok]
files = ["own.grok"]
[grok.patterns]
ORDER = '[A-Z]\d+'
[grok.formats]
pay = '%{DAYTIME:time} %{LOGLEVEL:level} %{ORDER:order} took %{NUMBER:ms:float}ms'
[[watch]]
name = "payments"
files = ["logs/*.log"]
format = "pay"
time_zone = "Asia/Shanghai"
[[rule]]
name = "slow"
pattern = 'took'
severity = "medium"
where = ["ms > 100"]
title = "{order} took {ms} ms"
labels = { order = "{order}" }
"""
LINES = """\
2026-11-23 10:00:00 error A7 took 12.5ms
2026-11-23 10:00:01 error A8 took 120ms
ERROR boom
\tat a.b(C.java:1)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "logs").mkdir()
    (tmp_path / "own.grok").write_text("# ours\nDAYTIME %{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIME}\n")
    (tmp_path / "logs" / "pay.log").write_text(LINES)
    return tmp_path


@pytest.fixture
def config(folder: Path) -> Path:
    file = folder / "larkwatch.toml"
    file.write_text(CONFIG)
    return file


def run(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(
        larkwatch, ["rules", "test", *arguments], input=given, catch_exceptions=False
    )


def objects(*arguments: str, given: bytes = b"") -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("--json", *arguments, given=given).output.splitlines()]


def test_each_line_has_its_rule_its_format_its_fields_and_its_time(config: Path) -> None:
    fast, slow, trace = objects("logs/pay.log")
    assert (slow["line"], slow["format"], slow["severity"]) == (2, "pay", "high")
    assert slow["fields"]["ms"] == 120.0
    assert slow["types"] == {"time": "string", "level": "string", "order": "string", "ms": "float"}
    assert slow["time"] == "2026-11-23T02:00:01+00:00"
    assert slow["rules"] == [
        {
            "name": "slow",
            "severity": "medium",
            "verdict": "alerts",
            "title": "A8 took 120.0 ms",
            "labels": {"order": "A8"},
        }
    ]
    assert [one["verdict"] for one in fast["rules"]] == ["unfit"]
    assert (trace["line"], trace["lines"], trace["format"]) == (3, 2, None)
    assert trace["rules"][0]["name"] == "error"


def test_people_read_it_with_a_summary(config: Path) -> None:
    result = run("logs/pay.log")
    assert result.exit_code == 0
    assert "ms = 120.0 (float)" in result.output
    assert "rule slow (medium) alerts: A8 took 120.0 ms" in result.output
    assert "rule slow (medium) unfit" in result.output
    assert "3-4  ERROR boom" in result.output
    assert "4 lines, 3 records" in result.output
    assert "formats: pay 2, no format 1" in result.output


def test_standard_input_and_a_pattern_to_try_out_need_no_configuration(folder: Path) -> None:
    (found,) = objects("-", "--pattern", "%{WORD:who} in %{INT:ms:int}", given=b"lin in 7")
    assert (found["format"], found["fields"]) == ("pattern", {"who": "lin", "ms": 7})
    result = run("-", given=b"all is well\n")
    assert result.exit_code == 1
    assert "rules: none" in result.output


def test_an_empty_text_has_no_records(folder: Path) -> None:
    assert run("-").output == "0 lines, 0 records\n"


def test_other_encodings_and_named_watches(config: Path) -> None:
    line = "2026-11-23 10:00:00 ERROR 支付失败 订单\n"
    (found,) = objects("-", "--encoding", "gb18030", given=line.encode("gb18030"))
    assert found["text"] == line.strip()
    (found,) = objects("-", "--watch", "payments", given=b"2026-11-23 10:00:00 error A7 took 1ms")
    assert found["format"] == "pay"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.log"], "nowhere.log: No such file"),
        (["-", "--watch", "x"], "there is no watch 'x' (there are: payments)"),
        (["-", "--format", "jsn"], "there is no format 'jsn'"),
        (["-", "--pattern", "%{NUMBR:x}"], "did you mean 'NUMBER'"),
        (["-", "--encoding", "klingon"], "unknown encoding 'klingon'"),
        (["-", "-c", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_what_cannot_be_tried_is_said_with_exit_code_two(
    config: Path, arguments: list[str], said: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_check_says_what_is_wrong_with_patterns_and_formats(config: Path) -> None:
    config.write_text(
        CONFIG.replace("own.grok", "missing.grok")
        .replace('format = "pay"', 'format = "pya"')
        .replace("pay = '", "json = '%{INT}'\npay = '%{NOPE}")
        .replace('"ms > 100"', '"ms > high"')
    )
    result = CliRunner().invoke(larkwatch, ["check"])
    assert result.exit_code == 2
    for said in (
        "grok.files[1]",
        "a name that no built-in format has",
        "there is no pattern 'NOPE'",
        "did you mean 'pay'?",
        "a number behind >",
    ):
        assert said in result.output


def test_what_belongs_together_is_one_record_with_its_first_lines_number(config: Path) -> None:
    config.write_text(
        CONFIG.replace('format = "pay"', 'multiline = { start = "^#", key = "^.(.)" }')
    )
    text = b"#1 ERROR a\n#2 ERROR b\n 1 more\n 2 more\n#1 c\n"
    found = objects("-", "--watch", "payments", given=text)
    assert [(one["line"], one["lines"]) for one in found] == [(1, 2), (2, 2), (5, 1)]

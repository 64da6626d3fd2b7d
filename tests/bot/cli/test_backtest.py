"""`larkwatch backtest` runs rules of every kind over logs, and sends nothing."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.commands import larkwatch

START = datetime(2026, 11, 1, tzinfo=UTC)
CONFIG = """
[agent]
name = "host-1"
host = "web-1"
[[watch]]
name = "payments"
files = ["logs/*.log"]
service = "pay"
[[rule]]
name = "many"
kind = "frequency"
severity = "high"
pattern = 'login failed user=(?P<user>\\w+)'
num_events = 3
timeframe = "1m"
query_key = "user"
[[rule]]
name = "no orders"
kind = "flatline"
severity = "critical"
pattern = 'order'
timeframe = "1h"
stage = "shadow"
"""


def line(minutes: float, text: str) -> str:
    return f"{START + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S.%f}Z {text}\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    logs = tmp_path / "logs"
    logs.mkdir()
    day = 24 * 60
    older = [line(minute, f"order {minute}") for minute in range(0, day, 30)]
    newer = [line(minute, f"order {minute}") for minute in range(day + 180, 2 * day, 30)]
    failed = "login failed user=bob password=hunter22xyz"
    newer += [line(2 * day + n / 10, failed) for n in range(4)]
    with gzip.open(logs / "pay.log.1.gz", "wt") as file:
        file.writelines(older)
    (logs / "pay.log").write_text("".join(newer))
    file_ = tmp_path / "larkwatch.toml"
    file_.write_text(CONFIG)
    return file_


def run(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        larkwatch, ["backtest", "-c", str(config), *arguments], catch_exceptions=False
    )


def told(config: Path, *arguments: str) -> dict[str, Any]:
    found = json.loads(run(config, "--json", *arguments).output)
    assert isinstance(found, dict)
    return found


def test_it_says_how_many_alerts_and_how_many_in_a_week(config: Path) -> None:
    found = told(config)
    assert (found["files"], found["lines"], found["refused"]) == (2, 94, {})
    rules = {one["name"]: one for one in found["rules"]}
    many = rules["many"]
    assert (many["alerts"], many["records"], many["tells"]) == (1, 3, True)
    assert many["per_week"] == pytest.approx(3.5, rel=0.01)
    assert many["shown"][0]["title"].startswith("many: 3 in 1m")
    assert many["shown"][0]["labels"] == {"user": "bob", "service": "pay", "host": "web-1"}
    flat = rules["no orders"]
    assert (flat["alerts"], flat["stage"], flat["tells"]) == (1, "shadow", False)
    assert flat["shown"][0]["at"].startswith("2026-11-02T00:3")
    assert rules["error"]["alerts"] == 0


def test_of_a_burst_every_record_counts_in_every_rule(config: Path) -> None:
    day, logs = 2 * 24 * 60, config.parent / "logs"
    for name in ("a.log", "b.log"):
        burst = [line(day + n / 6000, f"ERROR login failed user={name[0]}") for n in range(250)]
        (logs / name).write_text("".join(burst))
    rules = {one["name"]: one for one in told(config)["rules"]}
    assert (rules["error"]["alerts"], rules["error"]["records"]) == (1, 500)
    assert (rules["many"]["alerts"], rules["many"]["records"]) == (3, 9)


@pytest.mark.parametrize(("stage", "alerts"), [("shadow", 1), ("training", 0)])
def test_a_watch_that_is_not_live_tells_nobody(config: Path, stage: str, alerts: int) -> None:
    config.write_text(CONFIG.replace("[[rule]]", f'stage = "{stage}"\n[[rule]]', 1))
    many = next(one for one in told(config)["rules"] if one["name"] == "many")
    assert (many["alerts"], many["tells"]) == (alerts, stage == "training")


def test_people_read_the_same(config: Path) -> None:
    said = run(config, "--rule", "no orders", "--rule", "many").output
    assert "2 files, 94 lines, 2026-11-01 00:00 to 2026-11-03 00:00 UTC" in said
    assert "no orders (critical): 1 alerts, 3.5 a week" in said
    assert "told to nobody" in said
    assert "panic" not in said


def test_other_rules_and_named_files_may_be_tried(config: Path, tmp_path: Path) -> None:
    other = tmp_path / "rules.toml"
    other.write_text('[[rule]]\nname = "orders"\npattern = "order"\nseverity = "low"\n')
    log = str(tmp_path / "logs" / "pay.log")
    found = told(config, log, "--rules", str(other))
    assert [(one["name"], one["records"]) for one in found["rules"]] == [("orders", 42)]
    since = told(config, log, "--since", "1s")
    assert since["lines"] == 46
    assert {one["records"] for one in since["rules"]} == {0}


def test_what_cannot_be_read_is_said(config: Path, tmp_path: Path) -> None:
    missing = run(config, str(tmp_path / "none.log"))
    assert missing.exit_code == 2
    assert "not read" in missing.output
    (tmp_path / "picture.log").write_bytes(b"\x89PNG" + bytes(range(32)) * 9)
    assert "is a binary file" in run(config, str(tmp_path / "picture.log")).output
    assert run(config, "--rule", "nobody").exit_code == 2
    assert run(config, "--since", "soon").exit_code == 2
    for one in (tmp_path / "logs").iterdir():
        one.unlink()
    assert "there is no file to read" in run(config).output


def test_a_file_is_read_with_encoding_records_and_patterns_as_its_watch_reads_it(
    tmp_path: Path,
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (tmp_path / "larkwatch.toml").write_text(
        """
default_rules = false
[agent]
name = "host-1"
[grok]
patterns = { ORDER = "D[0-9]+" }
[grok.formats]
shop = '%{NOTSPACE:time} 订单 %{ORDER:order} 失败 %{NUMBER:ms:int}ms'
[[watch]]
name = "shop"
files = ["logs/*.log"]
encoding = "gbk"
format = "shop"
multiline = { start = '^2026' }
[[rule]]
name = "slow {order}"
severity = "high"
pattern = '失败'
where = ["ms >= 500"]
labels = { order = "{order}" }
""",
        encoding="utf-8",
    )
    said = ("订单 D1 失败 900ms", "订单 D2 失败 20ms\n接着 失败 订单", "订单 D3 失败 700ms")
    text = "".join(line(number, one) for number, one in enumerate(said))
    (logs / "shop.log").write_bytes(text.encode("gbk"))
    ran = CliRunner().invoke(
        larkwatch, ["backtest", "-c", str(tmp_path / "larkwatch.toml"), "--json"]
    )
    assert ran.exit_code == 0, ran.output
    (rule,) = json.loads(ran.stdout)["rules"]
    assert [one["labels"]["order"] for one in rule["shown"]] == ["D1", "D3"]
    assert rule["records"] == 2


def test_a_file_in_utf_16_is_read_piece_by_piece(tmp_path: Path) -> None:
    (tmp_path / "larkwatch.toml").write_text(
        '[agent]\nname = "host-1"\n[[watch]]\nname = "w"\nfiles = ["*.log"]\n'
    )
    many = "".join(line(number, f"ERROR of 第{number} order") for number in range(20_000))
    (tmp_path / "w.log").write_bytes(many.encode("utf-16"))
    ran = CliRunner().invoke(
        larkwatch, ["backtest", "-c", str(tmp_path / "larkwatch.toml"), "--json"]
    )
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["lines"] == 20_000
    assert [one["records"] for one in told["rules"] if one["name"] == "error"] == [20_000]

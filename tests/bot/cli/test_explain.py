"""`larkwatch explain` says what would come of a line, and changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.commands import larkwatch
from bot.core.subscription import Wish
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.store.database import known_migrations, migrate, open_database
from bot.store.store import Store
from tests.builders import LIN, NOW, chat, matchers

SECRET = "hunter22xyz"
CONFIG = """
[agent]
name = "host-1"
host = "web-1"
[[watch]]
name = "payments"
files = ["logs/*.log"]
service = "pay"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "larkwatch.toml"
    file.write_text(CONFIG)
    return file


@pytest.fixture
def engine(config: Path) -> Any:
    database = open_database(f"sqlite:///{config.parent}/larkwatch.db")
    migrate(database, NOW)
    yield Engine(Store(database), Terms(), lambda: None)
    database.close()


def explain(config: Path, *arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(
        larkwatch, ["explain", "-c", str(config), *arguments], input=given, catch_exceptions=False
    )


def told(config: Path, *arguments: str) -> dict[str, Any]:
    found = json.loads(explain(config, "--json", *arguments).output)
    assert isinstance(found, dict)
    return found


def test_a_line_leads_down_to_the_chat(config: Path, engine: Engine) -> None:
    engine.subscribe(chat(), Wish(matchers=matchers("service=pay")), LIN, NOW)
    line = f"ERROR PayError: declined password={SECRET}"
    path = str(config.parent / "logs" / "pay.log")
    result = explain(config, "--line", line, "--file", path)
    assert result.exit_code == 0
    assert "the watch payments reads" in result.output
    assert "error_type=PayError host=web-1 service=pay" in result.output
    assert "oc_ops takes it" in result.output
    assert SECRET not in result.output
    found = told(config, "--line", line, "--file", path)
    assert (found["told"], found["watch"]) == ("told", "payments")
    (finding,) = found["findings"]
    assert finding["labels"] == {"service": "pay", "host": "web-1", "error_type": "PayError"}
    assert [step["reason"] for step in finding["steps"]] == ["new_alert", "not_muted", "takes"]
    assert finding["steps"][-1]["target"] == "oc_ops"


def test_why_nothing_would_be_sent_is_said_with_exit_code_one(config: Path, engine: Engine) -> None:
    engine.subscribe(chat(), Wish(matchers=matchers("service=order")), LIN, NOW)
    result = explain(config, "--line", "ERROR x", "--service", "pay")
    assert result.exit_code == 1
    assert "oc_ops wants service=order, found “pay”" in result.output
    assert "Nobody was told: nobody subscribed to it." in result.output
    nothing = explain(config, "--line", "all is well", "--file", "/elsewhere.log")
    assert (nothing.exit_code, "no watch reads /elsewhere.log" in nothing.output) == (1, True)
    recorded = told(config, "--line", "TIMEOUT", "--label", "cluster=eu")
    assert recorded["told"] == "recorded"
    assert recorded["findings"][0]["labels"]["cluster"] == "eu"
    verdicts = {one["name"]: one["verdict"] for one in recorded["rules"]}
    assert verdicts == {"panic": "no_match", "error": "no_match", "timeout": "records"}


def test_a_line_may_come_from_standard_input_and_before_there_is_a_database(
    config: Path,
) -> None:
    result = explain(config, given="PANIC: out of memory\n")
    assert result.exit_code == 1
    assert "There is no database yet" in result.output
    assert not (config.parent / "larkwatch.db").exists()
    assert explain(config, given=" \n").exit_code == 2


def test_the_database_is_only_read(config: Path, engine: Engine) -> None:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    database = config.parent / "larkwatch.db"
    before = database.read_bytes()
    assert explain(config, "--line", "ERROR x", "--service", "pay").exit_code == 0
    assert database.read_bytes() == before


def test_an_older_database_is_not_touched_but_named(config: Path) -> None:
    database = open_database(f"sqlite:///{config.parent}/larkwatch.db")
    migrate(database, NOW, known_migrations()[:2])
    database.close()
    result = explain(config, "--line", "ERROR x")
    assert result.exit_code == 2
    assert "larkwatch migrate" in result.output


def test_a_label_that_is_none_is_refused(config: Path) -> None:
    result = explain(config, "--line", "ERROR x", "--label", "eu")
    assert result.exit_code == 2
    assert "NAME=VALUE" in result.output

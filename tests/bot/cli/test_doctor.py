"""The command `larkwatch doctor`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.check import check
from bot.cli.doctor import doctor
from bot.core.diagnosis import Check
from bot.sandbox.server import Sandbox
from bot.sandbox.town import OWNER
from bot.sandbox.wire import stable_id
from bot.store.database import migrate, open_database
from tests.builders import NOW


@pytest.fixture
def town() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def file(tmp_path: Path, town: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    database = open_database(f"sqlite:///{tmp_path}/larkwatch.db")
    migrate(database, NOW)
    database.close()
    (tmp_path / "pay.log").write_text("INFO hello\n")
    monkeypatch.setenv("LARKWATCH_APP_ID", town.settings.app_id)
    monkeypatch.setenv("LARKWATCH_APP_SECRET", town.settings.app_secret)
    file = tmp_path / "larkwatch.toml"
    file.write_text(
        f'[feishu]\ndomain = "{town.address}"\nadmins = ["{stable_id("ou_", OWNER)}"]\n'
        '[[watch]]\nname = "pay"\nfiles = ["pay.log"]\n'
    )
    return file


def run(file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(doctor, ["-c", str(file), *arguments])


def only(*checks: Check) -> list[str]:
    return [word for one in checks for word in ("--only", one.value)]


WELL = (Check.CREDENTIALS, Check.SCOPES, Check.DATABASE, Check.SOURCES, Check.PEOPLE)


def test_all_well_exits_with_0_and_says_so_in_groups(file: Path) -> None:
    result = run(file, *only(*WELL))
    assert result.exit_code == 0, result.output
    assert re.findall(r"^\w.*", result.output, re.MULTILINE) == [
        "App in Feishu",
        "People",
        "Sources",
        "Storage",
        "5 well.",
    ]
    assert "\x1b" not in result.output


def test_a_warning_exits_with_1_and_says_why_and_what_to_do(file: Path) -> None:
    result = run(file, *only(Check.PROCESS))
    assert result.exit_code == 1
    assert "! process        no process is at work on this database" in result.output
    assert "why            One process sends" in result.output
    assert "remedy         Start `larkwatch run`" in result.output


def test_a_failure_exits_with_2_and_names_the_page_of_the_console(
    file: Path, town: Sandbox
) -> None:
    application = town.application
    application.change(scopes=application.live.scopes - {"im:chat:readonly", "im:chat"})
    application.publish({})
    result = run(file)
    assert result.exit_code == 2
    assert "✗ scopes         im:chat:readonly is not granted: to know groups" in result.output
    page = f"https://open.feishu.cn/app/{town.settings.app_id}/auth?q=im:chat:readonly"
    assert page in result.output


def test_the_json_is_one_object_with_everything(file: Path) -> None:
    result = run(file, "--json")
    found = json.loads(result.output)
    assert set(found) == {"status", "counts", "diagnoses"}
    assert found["status"] == "warning"
    assert set(found["counts"]) == {"ok", "warning", "failed", "skipped"}
    assert sum(found["counts"].values()) == len(found["diagnoses"])
    assert {tuple(one) for one in found["diagnoses"]} == {
        ("area", "check", "status", "verdict", "subject", "found", "why", "remedy", "facts")
    }
    for one in found["diagnoses"]:
        assert "{" not in one["found"] + one["remedy"]
        assert "…" not in one["found"] + one["remedy"].replace("=…", "")


def test_a_broken_configuration_is_no_hindrance(file: Path) -> None:
    file.write_text(file.read_text() + "[alerts]\nquiet = 5\n")
    result = run(file, "--json")
    assert result.exit_code == 2
    found = {one["check"]: one["status"] for one in json.loads(result.output)["diagnoses"]}
    assert found["configuration"] == "failed"
    assert found["credentials"] == "ok"


@pytest.mark.parametrize("broken", [True, False])
def test_a_secret_is_never_printed(
    file: Path, town: Sandbox, monkeypatch: pytest.MonkeyPatch, *, broken: bool
) -> None:
    secret = "not-this-secret" if broken else town.settings.app_secret
    monkeypatch.setenv("LARKWATCH_APP_SECRET", secret)
    for arguments in ((), ("--json",)):
        result = run(file, *arguments)
        assert secret not in result.output
        assert "t-" not in re.findall(r"\bt-[0-9a-f]+", result.output)


def test_an_unknown_check_is_refused_with_the_known_ones(file: Path) -> None:
    result = run(file, "--only", "scope")
    assert result.exit_code == 2
    assert "'scope' is none of configuration, credentials" in result.output


@pytest.mark.parametrize(
    ("one", "other"), [(doctor, "larkwatch check"), (check, "larkwatch doctor")]
)
def test_each_help_says_how_it_differs_from_the_other(one: Any, other: str) -> None:
    assert other in CliRunner().invoke(one, ["--help"]).output

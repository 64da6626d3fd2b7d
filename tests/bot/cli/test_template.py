"""`larkwatch template preview`, and what `check` says of actions and templates."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.commands import larkwatch
from bot.config.load import examine, load
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.store.database import migrate, open_database
from bot.store.store import Store
from tests.builders import NOW, finding, report
from watchers.finding import Severity

CONFIG = """
[health]
every = "10s"

[[template]]
name = "short"
format = "text"
text = "{{ headline }} #{{ id }} {{ title }}"

[[template]]
name = "card"
format = "card"
text = '{"schema": "2.0", "body": {"elements": [{"tag": "hr"}]}}'

[[template]]
name = "misspelt"
format = "text"
text = "{{ tilte }}"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "larkwatch.toml"
    file.write_text(CONFIG)
    return file


def preview(file: Path, *words: str) -> Result:
    return CliRunner().invoke(larkwatch, ["template", "preview", "-c", str(file), *words])


def test_a_template_is_shown_for_an_alert_made_up_or_of_the_database(
    file: Path, tmp_path: Path
) -> None:
    shown = preview(file, "short")
    assert (shown.exit_code, "#42 card declined by issuer" in shown.output) == (0, True)
    assert json.loads(preview(file, "card").output)["body"]
    database = open_database(f"sqlite:///{tmp_path}/larkwatch.db")
    migrate(database, NOW)
    Engine(Store(database), Terms(), lambda: None).report(report(finding()), NOW)
    database.close()
    assert "#1 card declined" in preview(file, "short", "--alert", "1").output
    missing = preview(file, "short", "--alert", "7")
    assert (missing.exit_code, "no alert #7" in missing.output) == (2, True)


def test_what_breaks_or_is_not_there_is_said(file: Path) -> None:
    broken = preview(file, "misspelt")
    assert (broken.exit_code, "'tilte' is undefined" in broken.output) == (2, True)
    unknown = preview(file, "shrot")
    assert (unknown.exit_code, "no [[template]] shrot: short, card" in unknown.output) == (2, True)


WRONG = """
[health]
every = "10s"

[actions]
minor = ["record", "email:ops"]
major = ["wecom:oncal", "smoke:x"]
critical = ["sms", "command:restart"]

[[wecom]]
name = "oncall"
url_file = "wecom.url"

[[command]]
name = "restart"
argv = ["systemctl", "restart", "{{ service"]
allow = "("

[[kubernetes]]
name = "pods"
do = "scale"
deployment = "{{ service }}"
least = 9
most = 3
"""


def test_everything_that_names_nothing_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text(WRONG)
    (first,) = (one for one in examine(str(file))[1] if one.fatal)
    assert first.path == "actions.major[2]"
    file.write_text(WRONG.replace(', "smoke:x"', ""))
    said = {one.path: str(one) for one in examine(str(file))[1] if one.fatal}
    assert sorted(said) == [
        "actions.critical",
        "actions.major",
        "actions.minor",
        "command[1].allow",
        "command[1].argv",
        "kubernetes[1].least",
    ]
    assert "did you mean 'oncall'" in said["actions.major"]
    assert "[email] with host and sender" in said["actions.minor"]
    assert "larkwatch.toml:6:" in said["actions.minor"]


def test_a_level_has_one_table(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text('[health]\nevery = "10s"\n[actions]\nminor = ["record"]\nmedium = ["record"]\n')
    assert "minor or medium" in "".join(map(str, examine(str(file))[1]))
    file.write_text('[health]\nevery = "10s"\n[actions]\nmajor = ["record"]\n')
    assert load(str(file)).actions.of(Severity.HIGH) == ("record",)

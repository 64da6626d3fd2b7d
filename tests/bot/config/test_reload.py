"""A changed configuration takes effect when it is sound, and leaves the old one when it is not."""

import os
from pathlib import Path

import pytest

from bot.config.load import load
from bot.config.reload import ConfigFile

START = """
[feishu]
admins = ["ou_lin"]
[database]
url = "sqlite:///here.db"
[[watch]]
name = "pay"
files = ["pay.log"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "larkwatch.toml"
    path.write_text(START)
    os.utime(path, (1, 1))
    return path


def test_a_file_is_changed_once_for_each_change(file: Path) -> None:
    watched = ConfigFile(str(file))
    assert not watched.changed()
    file.write_text(START + "# more\n")
    assert watched.changed()
    assert not watched.changed()
    file.unlink()
    assert not watched.changed()


def test_case_40_a_file_with_errors_leaves_the_old_configuration(file: Path) -> None:
    current = load(str(file))
    file.write_text(START.replace("admins", "admin"))
    reading = ConfigFile(str(file)).read(current)
    assert reading.config is current
    assert reading.differences == ()
    (problem,) = reading.problems
    assert "larkwatch.toml:3: feishu.admin" in str(problem)


def test_case_40_what_changed_is_named_and_what_waits_for_a_start_stays(file: Path) -> None:
    current = load(str(file))
    changed = START.replace('"ou_lin"', '"ou_lin", "ou_wang"').replace("here.db", "there.db")
    file.write_text(changed + '[[rule]]\nname = "disk"\npattern = "ENOSPC"\nseverity = "high"\n')
    reading = ConfigFile(str(file)).read(current)
    found = {one.path: (one.before, one.after, one.at_start_only) for one in reading.differences}
    assert found["feishu.admins"] == ("ou_lin", "ou_lin, ou_wang", False)
    assert found["rule.disk.pattern"] == ("", "ENOSPC", False)
    assert found["database.url"] == ("…", "…", True)
    assert reading.config.feishu.admins == ("ou_lin", "ou_wang")
    assert reading.config.database == current.database
    assert str(reading.differences[1]) == "feishu.admins: ou_lin → ou_lin, ou_wang"


def test_the_same_again_changes_nothing(file: Path) -> None:
    current = load(str(file))
    reading = ConfigFile(str(file)).read(current)
    assert (reading.differences, reading.problems) == ((), ())
    assert reading.config == current


def test_addresses_that_may_hold_a_key_are_told_to_nobody(file: Path) -> None:
    current = load(str(file))
    file.write_text(
        START
        + '[heartbeat]\nurl = "https://ping.example/hidden"\n'
        + '[[webhook]]\nname = "pager"\nurl = "https://p.example/hidden"\nsecret_file = "s"\n'
        + '[[rota]]\nname = "ops"\ncalendar = "https://c.example/hidden.ics"\n'
    )
    reading = ConfigFile(str(file)).read(current)
    assert reading.problems == ()
    paths = {one.path for one in reading.differences}
    assert {"heartbeat.url", "webhook.pager.url", "rota.ops.calendar"} <= paths
    assert not any("hidden" in str(one) for one in reading.differences)

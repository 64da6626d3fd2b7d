"""The command `larkwatch audit`."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.audit import audit
from bot.core.audit import Actor, Entry, Source
from bot.store.database import migrate, open_database
from bot.store.store import Store
from watchers.clock import SystemClock


def asked(folder: Path, *words: str) -> Result:
    file = folder / "larkwatch.toml"
    file.write_text('[database]\nurl = "sqlite:///here.db"\n')
    return CliRunner().invoke(audit, ["-c", str(file), *words])


def fill(folder: Path) -> None:
    now = SystemClock().now()
    database = open_database(f"sqlite:///{folder}/here.db")
    migrate(database, now)
    actor = Actor(id="ou_lin", name="林晓", source=Source.CLICK, chat="oc_ops")
    for number, subject in enumerate(("#41", "#42"), 41):
        entry = Entry(at=now, actor=actor, action="resolved", subject=subject, alert_id=number)
        Store(database).audit.add(entry)
    database.close()


def test_it_prints_what_was_done_as_json_lines(tmp_path: Path) -> None:
    fill(tmp_path)
    lines = asked(tmp_path, "--since", "1h", "--jsonl").output.splitlines()
    found = [json.loads(line) for line in lines]
    assert [(one["subject"], one["actor"]["name"], one["source"]) for one in found] == [
        ("#41", "林晓", "click"),
        ("#42", "林晓", "click"),
    ]


def test_it_prints_one_alert_for_people(tmp_path: Path) -> None:
    fill(tmp_path)
    (line,) = asked(tmp_path, "--alert", "42").output.splitlines()
    assert line.endswith("林晓 (click) resolved #42")


def test_a_span_that_is_none_is_said_so(tmp_path: Path) -> None:
    result = asked(tmp_path, "--since", "soon")
    assert result.exit_code == 2
    assert '--since soon: wanted a span such as "90s"' in result.output

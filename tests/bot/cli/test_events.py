"""The commands `larkwatch events` and `larkwatch ingest test`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.commands import larkwatch
from bot.core.pushed import KeptEvent, Outcome
from bot.store.database import migrate, open_database
from bot.store.store import Store
from watchers.clock import SystemClock

CONFIG = """
[database]
url = "sqlite:///here.db"

[[ingest]]
name = "ci"
kind = "generic"
severities = { red = "critical" }
[[ingest.map]]
each = "builds"
title = "join(' ', [job, 'failed'])"
severity = "colour"
labels = { service = "job" }
links = { build = "url" }

[[ingest]]
name = "shop"
[[ingest.map]]
event = "order.*"
title = "data.text"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "larkwatch.toml"
    file.write_text(CONFIG)
    return file


def run(file: Path, *words: str, body: str = "") -> Result:
    named = (
        [*words[:2], "-c", str(file), *words[2:]]
        if words[0] == "ingest"
        else [words[0], "-c", str(file), *words[1:]]
    )
    return CliRunner().invoke(larkwatch, named, input=body)


def test_events_are_listed_by_name(file: Path) -> None:
    now = SystemClock().now()
    database = open_database(f"sqlite:///{file.parent}/here.db")
    migrate(database, now)
    kept = [
        KeptEvent(
            sender="shop",
            event=name,
            outcome=Outcome.UNKNOWN,
            note="",
            data="{}",
            at=now,
            received_at=now,
        )
        for name in ("user.created", "order.paid")
    ]
    Store(database).kept_events.keep(kept)
    database.close()

    listed = run(file, "events", "--name", "user.*", "--jsonl")
    (one,) = map(json.loads, listed.output.splitlines())
    assert (one["sender"], one["event"], one["outcome"]) == ("shop", "user.created", "unknown")
    assert one["received_at"] == now.isoformat()
    assert "shop order.paid: unknown {}" in run(file, "events").output
    assert run(file, "events", "--since", "x").exit_code == 2


def test_a_body_is_tried_without_a_secret_and_without_storing_anything(file: Path) -> None:
    build = {"job": "web", "colour": "red", "url": "https://ci.example/1"}
    done = run(file, "ingest", "test", "--source", "ci", "-", body=json.dumps({"builds": [build]}))
    assert done.output.splitlines() == [
        "200 ok",
        "critical: web failed",
        "  rule    ci",
        "  service web",
        "  link:build https://ci.example/1",
    ]
    event = json.dumps({"event": "order.lost", "data": {"text": "gone"}})
    told = run(file, "ingest", "test", "--source", "shop", "--json", "-", body=event)
    assert json.loads(told.output)["alerts"][0]["rule"] == "order.lost"
    assert not (file.parent / "here.db").exists()


def test_what_would_be_refused_or_kept_is_said(file: Path) -> None:
    refused = run(file, "ingest", "test", "--source", "ci", "-", body="{}")
    assert (refused.exit_code, refused.output) == (1, "400 no map finds anything in the body\n")
    kept = run(file, "ingest", "test", "--source", "shop", "-", body='{"event": "a.b"}')
    assert (kept.exit_code, kept.output.splitlines()[1]) == (0, "kept as a.b: nothing handles it")
    assert "known: ci, shop" in run(file, "ingest", "test", "--source", "x", "-").output

"""What Prometheus reads of delivery and of what is watched."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.points import point_of, points_of_host
from bot.core.ports import AgentRecord
from bot.engine.gauging import Gauges, gauges_of
from bot.store.database import migrate, open_database
from bot.store.store import Store
from bot.web.factory import Doors, create_app
from bot.web.health import Rejections
from bot.web.metrics import Looks, exposition
from tests.bot.feishu import samples
from tests.fakes import NOW, MovableClock
from watchers.finding import Severity, SourceProgress
from watchers.health import Disk, HostSample
from watchers.measured import Measured

HOST = HostSample(
    host="web1",
    at=NOW,
    cpu=0.25,
    memory=0.5,
    disk=0.9,
    swap=0.0,
    load=(1.5, 1.0, 0.5),
    sent_per_s=10.0,
    received_per_s=20.0,
    disks=(Disk(mount="/var", used=0.9, total_bytes=10, free_bytes=1),),
)
NASTY = 'a "b" \\ c\nd'
FIGURES = {"cpu": 0.25, "memory": 0.5, "swap": 0.1, "load": 1.5, "in": 20.0, "out": 10.0}
DASHBOARD = Path("manifest/grafana/dashboard.json")


def gauges() -> Gauges:
    source = SourceProgress(name=NASTY, state="behind", lines=1_234_567_890, lag_s=2.5, files=3)
    numbers = [Measured(name="queue-depth", labels={"shop/x": NASTY}, value=1e21, at=NOW)]
    figures = {**FIGURES, "disk:/var": 0.9, "up:web": 0.0}
    return Gauges(
        at=NOW + timedelta(seconds=3),
        open_alerts={Severity.HIGH: 2},
        agents=(AgentRecord(agent="a", heard_at=NOW, host=None, sources=(source,)),),
        hosts={"web1": True, "web2": False},
        points=(*points_of_host("web1", figures, NOW), *map(point_of, numbers)),
        pushed={"apps": 7},
    )


def looks() -> Looks:
    delivery = samples.figures(
        misfires=3, tripped=1, unheard=2, exports={"metrics:written": 9}, fields_left_out=7
    )
    return Looks(delivery=lambda: delivery, watched=gauges)


def everything() -> str:
    rejections = Rejections()
    rejections.count("ingest", "stale")
    return rejections.exposition() + exposition(looks())


def names(text: str) -> set[str]:
    return {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}


def test_figures_are_in_the_text_form() -> None:
    lines = everything().splitlines()
    for line in (
        'larkwatch_deliveries_total{purpose="first",result="sent"} 40',
        'larkwatch_outbox_waiting{kind="feishu_chat"} 2',
        "larkwatch_breakers_open 1",
        "larkwatch_alerts_unheard 2",
        "larkwatch_field_series_left_out_total 7",
        'larkwatch_alerts_open{severity="high"} 2',
        'larkwatch_alerts_open{severity="critical"} 0',
        'larkwatch_agent_heard_seconds{agent="a"} 3.0',
        'larkwatch_host_up{host="web2"} 0',
        'larkwatch_host_disk_usage{host="web1",mount="/var"} 0.9',
        'larkwatch_host_check_up{check="web",host="web1"} 0.0',
        'larkwatch_pushed_lines_kept{watch="apps"} 7',
        'larkwatch_export_points_total{export="metrics",result="written"} 9',
        r'larkwatch_series{series="queue-depth",shop_x="a \"b\" \\ c\nd"} 1e+21',
    ):
        assert line in lines
    shown = {line.partition("{")[0].split()[0] for line in lines if not line.startswith("#")}
    assert shown == names(everything())


def test_promtool_finds_nothing_to_say() -> None:
    found = shutil.which("promtool")
    if found is None and not os.environ.get("CI"):
        pytest.skip("!! promtool IS MISSING, NOT TESTED: apt-get install prometheus")
    done = subprocess.run(
        [found or "promtool", "check", "metrics"],
        input=everything(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_they_are_served_beside_what_was_turned_away() -> None:
    app = create_app(clock=MovableClock(), unready=list, doors=Doors(), looks=looks())
    app.test_client().post("/v1/logs")
    text = app.test_client().get("/metrics").get_data(as_text=True)
    assert "larkwatch_deliveries_total" in text


def test_what_is_watched_is_read_from_the_store(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/db")
    migrate(database, NOW)
    store = Store(database)
    numbers = [
        Measured(name=name, labels={"shop": shop}, value=value, at=NOW + timedelta(seconds=second))
        for name, shop, value, second in (
            ("queue", "east", 1.0, 0),
            ("queue", "east", 3.0, 2),
            ("queue", "east", 2.0, 1),
            ("queue", "west", 4.0, 0),
            ("host:cpu", "", 0.5, 0),
        )
    ]
    with store.transaction():
        store.health.heard("a", HOST, NOW + timedelta(minutes=2), NOW)
        store.numbers.take(numbers, lambda _name: False, NOW)
    read = gauges_of(store, ("apps",), NOW + timedelta(minutes=1))
    late = gauges_of(store, (), NOW + timedelta(minutes=9))
    store.disconnect()
    series = {one.labels["shop"]: one.value for one in read.points if one.field == "series"}
    assert series == {"east": 3.0, "west": 4.0}
    assert {one.field for one in read.points} == {
        *("cpu_usage", "memory_usage", "swap_usage", "load1", "disk_usage", "series"),
        *("received_bytes_per_second", "sent_bytes_per_second"),
    }
    assert (dict(read.hosts), dict(read.pushed)) == ({"web1": True}, {"apps": 0})
    assert (dict(late.hosts), late.points) == ({"web1": False}, ())


def queries(found: object) -> list[str]:
    """All that a dashboard asks, wherever it stands in it."""
    if isinstance(found, Mapping):
        own = [str(found[key]) for key in ("expr", "query") if isinstance(found.get(key), str)]
        return own + [one for inner in found.values() for one in queries(inner)]
    return [one for inner in found for one in queries(inner)] if isinstance(found, list) else []


def test_the_dashboard_asks_only_for_metrics_there_are() -> None:
    board = json.loads(DASHBOARD.read_text("utf-8"))
    asked = {one for query in queries(board) for one in re.findall(r"larkwatch_\w+", query)}
    assert asked <= names(everything())
    assert len(asked) > 12
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])

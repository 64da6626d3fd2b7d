"""The real Prometheus and Alertmanager: what fires there fires here, and a mute here silences."""

import json
import os
import shutil
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from bot.app.senders import door_of, silenced_of
from bot.config.load import load
from bot.core.alert import Alert, AlertState
from bot.core.pushed import Push
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.jobs.silences import Silencer
from bot.store.store import Store
from bot.web.factory import Doors, create_app
from tests.builders import LIN
from tests.waiting import until
from watchers.clock import SystemClock
from watchers.health import HostSample

PROMETHEUS = """
global: { scrape_interval: 200ms, evaluation_interval: 200ms }
alerting: { alertmanagers: [ { static_configs: [ { targets: ["127.0.0.1:%d"] } ] } ] }
rule_files: [ rules.yml ]
"""
RULES = """
groups:
  - name: shop
    rules:
%s
"""
RULE = """
      - alert: %s
        expr: vector(1)
        labels: { severity: critical, service: pay, instance: "db-%s:9100" }
        annotations: { summary: "%s of pay", runbook_url: "https://runbooks.example/pay" }
"""
ALERTMANAGER = """
route: { receiver: larkwatch, group_by: [service], group_wait: 100ms, group_interval: 300ms }
receivers:
  - name: larkwatch
    webhook_configs:
      - url: http://127.0.0.1:%d/ingest/alertmanager/prom
        http_config: { authorization: { credentials: "s3cret" } }
"""


def program(name: str) -> str:
    """Its path; without it the test is skipped, which CI does not take."""
    found = shutil.which(name)
    if found is None:
        text = f"!! {name} IS MISSING, NOT TESTED: apt-get install {name}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Town:
    """Prometheus, its Alertmanager, and our door with a database of its own."""

    def __init__(self, folder: Path, store: Store, running: ExitStack) -> None:
        self.store, self.clock = store, SystemClock()
        self.engine = Engine(store, Terms(), lambda: None)
        self._folder, self._running = folder, running
        self._api, ours, web = free_port(), free_port(), free_port()
        (folder / "prom.secret").write_text("s3cret\n")
        (folder / "larkwatch.toml").write_text(
            f'[[ingest]]\nname = "prom"\nkind = "alertmanager"\nsecret_file = "prom.secret"\n'
            f'silence_url = "http://127.0.0.1:{self._api}"\n'
        )
        file = str(folder / "larkwatch.toml")
        config = load(file)
        door = door_of(config, file, self._take, self.clock)
        doors = Doors(pushed=door.take)
        app = create_app(clock=self.clock, unready=lambda: (), doors=doors)
        server = make_server("127.0.0.1", ours, app)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.callback(thread.join)
        running.callback(server.shutdown)
        self.silencer = Silencer(silenced_of(config, file), store, self.engine, self.clock)
        (folder / "alertmanager.yml").write_text(ALERTMANAGER % ours)
        (folder / "prometheus.yml").write_text(PROMETHEUS % self._api)
        self._web = web

    def begin(self, *alerts: str) -> None:
        """Start both; these alerts fire."""
        self.fire(*alerts)
        self._start(
            program("prometheus-alertmanager"),
            "--config.file=alertmanager.yml",
            "--storage.path=am",
            f"--web.listen-address=127.0.0.1:{self._api}",
            "--cluster.listen-address=",
        )
        until(lambda: self.asked("status"), "Alertmanager")
        self._start(
            program("prometheus"),
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=tsdb",
            "--rules.alert.resend-delay=1s",
            "--web.enable-lifecycle",
            f"--web.listen-address=127.0.0.1:{self._web}",
        )

    def fire(self, *alerts: str) -> None:
        """Let only these fire from now on."""
        rules = "".join(RULE % (name, name.lower(), name) for name in alerts)
        (self._folder / "rules.yml").write_text(RULES % (rules or "      []"))

    def reload(self) -> None:
        """Let Prometheus see the change."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._web}/-/reload", b"", method="POST"
        )
        urllib.request.urlopen(request, timeout=10).close()

    def asked(self, what: str) -> Any:
        """What Alertmanager's API answers, None as long as it does not."""
        try:
            url = f"http://127.0.0.1:{self._api}/api/v2/{what}"
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)
        except OSError:
            return None

    def alert(self, rule: str) -> Alert | None:
        """Ours of that name."""
        found = (self.store.alerts.get(number) for number in range(1, 9))
        return next((one for one in found if one is not None and one.rule == rule), None)

    def state(self, rule: str) -> AlertState | None:
        """How ours of that name stands."""
        found = self.alert(rule)
        return found.state if found is not None else None

    def states(self) -> list[str]:
        """Of the silences there."""
        return sorted(one["status"]["state"] for one in self.asked("silences"))

    def _take(self, push: Push, hosts: Collection[HostSample]) -> bool:
        assert not hosts
        try:
            return self.engine.pushed(push, self.clock.now())
        finally:
            self.store.disconnect()  # a thread of the server's

    def _start(self, *words: str) -> None:
        log = (self._folder / f"{Path(words[0]).name}.log").open("wb")
        self._running.callback(log.close)
        process = subprocess.Popen(words, cwd=self._folder, stdout=log, stderr=log)
        self._running.callback(process.wait)
        self._running.callback(process.kill)


@pytest.fixture
def town(tmp_path: Path, store: Store) -> Iterator[Town]:
    with ExitStack() as running:
        yield Town(tmp_path, store, running)


def test_alerts_of_prometheus_fire_in_a_group_are_silenced_with_a_mute_and_end(town: Town) -> None:
    town.begin("Slow", "Down")
    until(lambda: town.alert("Slow") and town.alert("Down"), "both alerts of the group")
    slow, down = town.alert("Slow"), town.alert("Down")
    assert slow is not None
    assert down is not None
    assert (slow.title, slow.severity.value, slow.agent) == (
        "Slow of pay",
        "critical",
        "push:prom",
    )
    assert slow.labels == {
        "service": "pay",
        "severity": "critical",
        "instance": "db-slow:9100",
        "host": "db-slow",
    }
    assert slow.annotations["link:runbook"] == "https://runbooks.example/pay"
    assert slow.annotations["link:source"].startswith("http")

    now = town.clock.now()
    mute = town.engine.mute_alert(slow.id, now + timedelta(days=1), LIN, now)
    town.silencer.step()
    (silence,) = town.asked("silences")
    assert {one["name"]: one["value"] for one in silence["matchers"]} == {
        "alertname": "Slow",
        "service": "pay",
        "severity": "critical",
        "instance": "db-slow:9100",
    }
    assert f"#{slow.id}" in silence["comment"]
    until(lambda: len(town.asked("alerts?silenced=false")) == 1, "the other one to fire alone")
    town.silencer.step()
    assert town.states() == ["active"]

    town.engine.unmute(mute.id, LIN, town.clock.now())
    town.silencer.step()
    assert town.states() == ["expired"]

    town.fire("Slow")
    town.reload()
    until(lambda: town.state("Down") is AlertState.RESOLVED, "what is over there to be over")
    # While Prometheus reads its rules anew, Alertmanager may take all of them for over.
    until(lambda: town.state("Slow") is AlertState.FIRING, "what goes on there to go on")

"""Hosts looked after: a service that fails, a card with charts, another pace, and silence."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

from conftest import free_port
from town import CHEN, LIN, OPS, Town, nodes, until

from bot.sandbox.wire import stable_id
from watchers.clock import SystemClock
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify

HEALTH = """
[health]
every = "2s"
silent_after = "5s"
report_to = "http://127.0.0.1:{shop}/reports"
report_secret_file = "report-secret"

[[health.check]]
name = "shop"
kind = "http"
url = "http://127.0.0.1:{shop}/"
service = "pay"
"""
AGENT = """
[agent]
name = "far-1"
host = "far-1"
report_to = "http://127.0.0.1:{port}"
state = "far-state"

[health]
every = "2s"
"""


class Shop(BaseHTTPRequestHandler):
    """Is well, and takes how hosts stand."""

    reports: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        at, signature = self.headers[TIMESTAMP_HEADER], self.headers[SIGNATURE_HEADER]
        verify("to sign with", at, signature, body, SystemClock().now().timestamp())
        self.reports.append(json.loads(body))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def administered(town: Town) -> None:
    """Let 林 be an admin."""
    text = town.file.read_text()
    admins = f'[feishu]\nadmins = ["{stable_id("ou_", LIN)}"]'
    town.file.write_text(text.replace("[feishu]", admins))


def test_a_service_that_fails_is_an_alert_and_reports_wait_until_it_is_back(
    make_town: Callable[..., Town],
) -> None:
    port = free_port()
    town = make_town(extra=HEALTH.format(shop=port))
    administered(town)
    (town.folder / "report-secret").write_text("to sign with")
    town.run()
    ops = town.chat(OPS)
    ops.ask("/subscribe service=pay")

    card = ops.expect_card("shop fails")
    assert "refused" in card.header

    seen = ops.ask("/health")
    assert "🔴 shop" in seen.text
    until(lambda: [*nodes(ops.ask("/health").body, "chart")][4:], "charts of some samples")

    server = HTTPServer(("127.0.0.1", port), Shop)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        card.turns("green")
        assert "🔴" not in ops.ask("/health").text
        until(lambda: {one["status"] for one in Shop.reports} == {"UP", "DOWN"}, "all reports")
        assert {"cpu_usage", "memory_usage", "disks", "load", "network"} <= set(Shop.reports[0])
        times = [one["timestamp"] for one in Shop.reports]
        assert times == sorted(times)  # what waited on the disk went first
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    refused = ops.ask("/health interval 5s", by=CHEN)
    assert refused.colour == "orange"
    assert "每 5 秒" in ops.ask("/health interval 5s").text
    until(lambda: "每 5 秒采样一次" in ops.ask("/health").text, "the new pace on the card")
    town.file.write_text(town.file.read_text().replace('every = "2s"', 'every = "4s"'))
    until(lambda: "每 4 秒采样一次" in ops.ask("/health").text, "that of the configuration")


def test_a_host_elsewhere_is_shown_takes_the_pace_and_is_missed_when_it_is_gone(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(mode="http", extra='[health]\nevery = "2s"\nsilent_after = "5s"')
    administered(town)
    (town.folder / "agent.toml").write_text(AGENT.format(port=town.port))
    server = town.command("serve", "--port", str(town.port), "--workers", "1")
    until(lambda: "serves on" in server.said and town.sandbox.save_request_url() is None, "it")
    ops = town.chat(OPS)
    ops.ask("/subscribe level>=info")
    agent = town.command("watch", "-c", "agent.toml")

    until(lambda: "far-1" in ops.ask("/health").text, "both hosts in the list")
    ops.ask("/health interval 3s")
    until(lambda: "每 3 秒" in ops.ask("/health far-1 6h").text, "the pace on the other host")
    agent.kill()

    card = ops.expect_card("far-1 is silent")
    assert "失联" in ops.ask("/health").text
    town.command("watch", "-c", "agent.toml")
    card.turns("green")

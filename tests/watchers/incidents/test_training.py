"""A watch that is not live yet, from its file to what people are told afterwards."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from tests.watchers.following import append
from tests.watchers.test_agent import Desk, until
from watchers.agent import Agent
from watchers.clock import SystemClock
from watchers.detectors.keyword import DEFAULT_RULES
from watchers.finding import Response
from watchers.incidents.settings import IncidentTerms
from watchers.incidents.sink import LEAST_LINES, IncidentSink
from watchers.sources.file.settings import WatchSettings

Stage = Literal["live", "shadow", "training"]


@pytest.mark.parametrize("stage", ["training", "shadow"])
def test_what_is_everyday_in_training_is_everyday_when_the_watch_goes_live(
    tmp_path: Path, stage: Stage
) -> None:
    desk, log = Desk(), tmp_path / "pay.log"
    sink = IncidentSink(
        desk,
        agent="a",
        rules={"error"},
        learn=timedelta(0),
        terms=IncidentTerms(),
        positions={},
        clock=SystemClock(),
    )

    def agent(stage: Stage) -> Agent:
        kept = {key: text for one in desk.reports for key, text in one.positions.items()}
        watch = WatchSettings(
            name="w", files=[str(log)], from_start=True, trace_idle_s=0.05, stage=stage
        )
        made = Agent(
            name="a",
            host="b",
            watches=[watch],
            rules=DEFAULT_RULES,
            sink=sink,
            positions=kept,
            clock=SystemClock(),
        )
        made.start()
        return made

    append(log, "".join(f"ERROR query {n} was slow\n" for n in range(2 * LEAST_LINES)))
    training = agent(stage)
    until(lambda: any(one.positions for one in desk.reports))
    assert training.stop(5)
    assert not any(one.responses for one in desk.findings)
    live = agent("live")
    append(log, "ERROR query 7 was slow\n")
    until(lambda: any(one.responses for one in desk.findings))
    assert live.stop(5)
    told = frozenset({Response.RECORD})
    assert {one.responses for one in desk.findings if one.responses} == {told}

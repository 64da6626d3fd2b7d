"""Whether an alert's source can be heard: only then does silence mean that it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.ports import AgentRecord
from bot.core.pushed import PUSHED

HEARD_LATELY = timedelta(minutes=2)
_DEAF = ("absent", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """How a source is heard.

    Attributes:
        quiet_counts: Whether nothing found means that there is nothing.
        lost_since: When it was last heard or read, None while it is there.
    """

    quiet_counts: bool
    lost_since: datetime | None = None


def hearing(agent: str, watch: str, agents: Mapping[str, AgentRecord], now: datetime) -> Hearing:
    """How the source of an alert is heard.

    Somebody who only sends findings and never says how its sources or its host stand is never
    called lost: its silence says nothing. What it found is over when it is quiet while anybody is
    heard. Of what was pushed, the clock alone says when it is quiet.

    Args:
        agent: Who found it, "" when unknown.
        watch: Which of its sources, "" when unknown.
        agents: All agents by name.
        now: By this host's clock.
    """
    record = agents.get(agent)
    if record is None or not (record.sources or record.host):
        heard = agent.startswith(PUSHED) or any(_heard(one, now) for one in agents.values())
        return Hearing(quiet_counts=heard)
    if not _heard(record, now):
        return Hearing(quiet_counts=False, lost_since=record.heard_at)
    if not watch:
        return Hearing(quiet_counts=True)
    source = next((one for one in record.sources if one.name == watch), None)
    if source is None:
        return Hearing(quiet_counts=False, lost_since=record.heard_at)
    if source.state in _DEAF and not source.files:
        since = source.last_line_at or record.heard_at
        return Hearing(quiet_counts=False, lost_since=since)
    return Hearing(quiet_counts=source.state != "behind")


def _heard(record: AgentRecord, now: datetime) -> bool:
    return now - record.heard_at < HEARD_LATELY

from datetime import datetime

import pytest

from bot.core.hearing import Hearing, hearing
from bot.core.ports import AgentRecord
from tests.builders import NOW, host_sample, later, progress
from watchers.finding import SourceProgress

WATCH = "pay"


def record(*sources: SourceProgress, heard_at: datetime = NOW) -> dict[str, AgentRecord]:
    one = AgentRecord(agent="web-1", heard_at=heard_at, host=None, sources=sources)
    return {"web-1": one}


def test_a_source_that_is_read_is_heard() -> None:
    assert hearing("web-1", WATCH, record(progress(WATCH)), NOW) == Hearing(quiet_counts=True)


@pytest.mark.parametrize("state", ["absent", "error"])
def test_case_38_a_source_of_which_no_file_is_open_is_lost_since_its_last_line(state: str) -> None:
    bad = progress(WATCH, state=state, files=0, last_line_at=later(minutes=-3))
    lost = Hearing(quiet_counts=False, lost_since=later(minutes=-3))
    assert hearing("web-1", WATCH, record(bad), NOW) == lost
    never = progress(WATCH, state=state, files=0)
    assert hearing("web-1", WATCH, record(never), NOW).lost_since == NOW
    partly = progress(WATCH, state=state, files=3)
    assert hearing("web-1", WATCH, record(partly), NOW).quiet_counts


def test_case_38_an_agent_that_is_silent_or_gave_up_the_watch_is_lost() -> None:
    lost = Hearing(quiet_counts=False, lost_since=NOW)
    assert hearing("web-1", WATCH, record(progress(WATCH)), later(minutes=2)) == lost
    assert hearing("web-1", WATCH, record(progress("other")), NOW) == lost


def test_an_agent_that_only_tells_of_its_host_is_lost_when_it_is_silent() -> None:
    one = AgentRecord(agent="web-1", heard_at=NOW, host=host_sample(), sources=())
    assert hearing("web-1", "", {"web-1": one}, NOW) == Hearing(quiet_counts=True)
    lost = Hearing(quiet_counts=False, lost_since=NOW)
    assert hearing("web-1", "", {"web-1": one}, later(minutes=2)) == lost


def test_case_37_who_is_behind_may_still_find_more() -> None:
    behind = hearing("web-1", WATCH, record(progress(WATCH, state="behind")), NOW)
    assert behind == Hearing(quiet_counts=False)


def test_who_only_sends_findings_is_never_lost_and_needs_somebody_who_listens() -> None:
    assert hearing("hook", "", record(progress(WATCH)), NOW) == Hearing(quiet_counts=True)
    assert hearing("hook", "", record(progress(WATCH)), later(minutes=2)) == Hearing(
        quiet_counts=False
    )
    assert hearing("web-1", WATCH, record(), NOW) == Hearing(quiet_counts=True)
    assert hearing("web-1", "", record(progress(WATCH)), NOW) == Hearing(quiet_counts=True)

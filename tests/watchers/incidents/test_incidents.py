"""Incidents in generated logs: one message for each, and none for the everyday."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import pytest

from tests.replays import BROKEN, CRITICAL, EVERYDAY, SERVICES, START, Fault, Replay, make
from watchers.detectors.templates.constant import Constants
from watchers.incidents.entry import Kind, News
from watchers.incidents.settings import IncidentTerms
from watchers.replay.incidents import incidents_in
from watchers.replay.reading import Count, Log, entries_of
from watchers.sources.file.decode import Decoder

HOUR = 3600.0
A, B, C, D = SERVICES[:4]


def fault(
    name: str,
    at_s: float,
    span_s: float,
    services: Sequence[str],
    texts: Sequence[str],
    rate: float = 2.0,
    *,
    level: str = "ERROR",
    traced: bool = False,
) -> Fault:
    return Fault(
        name=name,
        at_s=at_s,
        until_s=at_s + span_s,
        services=services,
        texts=texts,
        rate=rate,
        level=level,
        traced=traced,
    )


def told(folder: Path, replay: Replay) -> list[News]:
    file = folder / "app.log"
    file.write_text("\n".join(replay.lines) + "\n")
    log = Log(path=str(file), decoder=Decoder("utf-8"), zone=UTC)
    records = entries_of([log], START, Count(), lambda _path, _done: None)
    return list(incidents_in(records, Constants(), IncidentTerms()))


def rung(news: Sequence[News]) -> list[News]:
    return [one for one in news if one.kind in (Kind.FIRE, Kind.UPDATE)]


def tells(replay: Replay, news: Sequence[News]) -> list[str]:
    """Of each message that rings, what most of its lines belong to; "" for everyday lines."""
    about = []
    for one in rung(news):
        kinds = Counter(replay.truth.get(entry.source, "") for entry in one.evidence)
        about.append(kinds.most_common(1)[0][0])
    return about


def test_everyday_lines_are_no_incident(tmp_path: Path) -> None:
    assert told(tmp_path, make(5, everyday=0.2, traffic=0.05)) == []


def test_lines_that_are_busier_by_day_are_no_incident(tmp_path: Path) -> None:
    def busy(at_s: float) -> float:
        return 0.525 - 0.475 * math.cos(at_s / 86_400 * 2 * math.pi)

    assert told(tmp_path, make(24, everyday=0.2, traffic=0.02, busy=busy)) == []


def test_a_storm_over_services_is_one_message(tmp_path: Path) -> None:
    replay = make(2.2, [fault("storm", 2 * HOUR, 600, SERVICES[:6], BROKEN[:8], 10)], traffic=0.05)
    news = told(tmp_path, replay)
    assert tells(replay, news) == ["storm"]
    assert set(rung(news)[0].services) <= set(SERVICES[:6])


def test_it_grows_without_a_ring_and_ends_after_a_quiet_quarter_of_an_hour(tmp_path: Path) -> None:
    replay = make(3, [fault("storm", 2 * HOUR, 600, SERVICES[:6], BROKEN[:8], 2)], traffic=0.05)
    news = told(tmp_path, replay)
    assert [one.kind for one in news if one.kind is not Kind.GREW] == [Kind.FIRE, Kind.RESOLVE]
    assert sum(one.kind is Kind.GREW for one in news) > 10
    assert news[-1].kind is Kind.RESOLVE
    assert set(news[-1].services) == set(SERVICES[:6])
    end_s = START.timestamp() + replay.faults["storm"][1]
    assert news[-1].at_s == pytest.approx(end_s + 900, abs=2)


def test_two_services_that_break_at_once_for_their_own_reasons_are_two(tmp_path: Path) -> None:
    faults = [
        fault("one", 2 * HOUR, 400, [A], BROKEN[:2]),
        fault("other", 2 * HOUR + 2, 400, [B], BROKEN[2:4]),
    ]
    replay = make(2.3, faults, traffic=0.05)
    assert sorted(tells(replay, told(tmp_path, replay))) == ["one", "other"]


def test_who_names_a_service_that_burns_joins_its_incident(tmp_path: Path) -> None:
    faults = [
        fault("root", 2 * HOUR, 600, [A], BROKEN[:2]),
        fault("second", 2 * HOUR + 60, 500, [B], [f"upstream {A} answered 503 to {{h}}"]),
        fault("third", 2 * HOUR + 120, 400, [C], [f"call to {B} timed out after {{n}} ms"]),
    ]
    replay = make(2.3, faults, traffic=0.05)
    news = told(tmp_path, replay)
    assert tells(replay, news) == ["root"]
    assert [(one.service, one.why.value) for one in news[-1].joined] == [
        (A, "began"),
        (B, "names"),
        (C, "names"),
    ]


def test_what_breaks_for_good_inside_a_restart_is_told_by_itself(tmp_path: Path) -> None:
    faults = [
        fault("restart", 2 * HOUR, 60, [A], BROKEN[:3], 3),
        fault("fault", 2 * HOUR + 90, 600, [A], BROKEN[5:6], 1),
    ]
    replay = make(2.5, faults, traffic=0.05)
    assert tells(replay, told(tmp_path, replay)) == ["restart", "fault"]


def test_bursts_that_come_again_and_again_are_one_message(tmp_path: Path) -> None:
    faults = [fault("flap", 2 * HOUR + n * 300, 20, [A], BROKEN[:2], 5) for n in range(8)]
    replay = make(3, faults, traffic=0.05)
    assert tells(replay, told(tmp_path, replay)) == ["flap"]


def test_what_comes_again_after_an_hour_is_another_incident(tmp_path: Path) -> None:
    faults = [fault(f"no {n}", (2 + n) * HOUR, 300, [A, B], BROKEN[:3], 4) for n in range(3)]
    replay = make(4.5, faults, traffic=0.05)
    assert tells(replay, told(tmp_path, replay)) == ["no 0", "no 1", "no 2"]


def test_what_burns_slowly_is_told_once(tmp_path: Path) -> None:
    replay = make(6, [fault("slow", 2 * HOUR, 3 * HOUR, [A], BROKEN[:1], 1 / 60)], traffic=0.05)
    assert tells(replay, told(tmp_path, replay)) == ["slow"]


def test_lines_far_apart_that_pause_are_waited_for(tmp_path: Path) -> None:
    at = [7200, 7340, 7400, 7450, 8430, 8490, 8540]
    faults = [fault("f", one, 0, (A,), BROKEN[:1], math.inf) for one in at]
    news = told(tmp_path, make(4, faults))
    assert tells(make(4, faults), news) == ["f"]
    over = next(one for one in news if one.kind is Kind.RESOLVE)
    assert 900 <= over.at_s - START.timestamp() - at[-1] <= 1800


def test_an_everyday_line_that_comes_far_more_often_is_an_incident(tmp_path: Path) -> None:
    replay = make(3, [fault("spike", 2 * HOUR, 600, [A], EVERYDAY[:1], 0.5)], traffic=0.05)
    assert tells(replay, told(tmp_path, replay)) == ["spike"]


def test_an_incident_before_the_everyday_is_known_for_an_hour_is_found(tmp_path: Path) -> None:
    replay = make(0.5, [fault("early", 900, 600, [A], BROKEN[:2])], traffic=0.05, everyday=0.3)
    assert tells(replay, told(tmp_path, replay)) == ["early"]


def test_critical_lines_are_told_with_the_very_line(tmp_path: Path) -> None:
    faults = [fault("early", 30, 1, [A], CRITICAL[:1], math.inf, level="FATAL")]
    faults += [fault("late", 2 * HOUR, 1, [B], CRITICAL[1:], math.inf, level="CRITICAL")]
    replay = make(2.5, faults, traffic=0.05)
    news = rung(told(tmp_path, replay))
    assert [one.at_s - START.timestamp() for one in news] == [30, 2 * HOUR]
    assert [replay.truth.get(one.evidence[0].source) for one in news] == ["early", "late"]


def test_what_becomes_critical_within_an_incident_rings_at_once(tmp_path: Path) -> None:
    faults = [
        fault("fault", 2 * HOUR, 900, [A], BROKEN[:2]),
        fault("worse", 2 * HOUR + 400, 1, [A], CRITICAL[:1], math.inf, level="CRITICAL"),
    ]
    replay = make(2.5, faults, traffic=0.05)
    news = rung(told(tmp_path, replay))
    assert news[-1].at_s - START.timestamp() == 2 * HOUR + 400
    assert replay.truth[news[-1].evidence[0].source] == "worse"


def test_a_storm_of_critical_lines_rings_no_more_than_twice(tmp_path: Path) -> None:
    faults = [
        fault("storm", 2 * HOUR, 600, SERVICES[:4], BROKEN[:5], 5),
        fault("storm", 2 * HOUR, 600, SERVICES[:4], CRITICAL, 0.5, level="FATAL"),
    ]
    replay = make(2.5, faults, traffic=0.05)
    assert set(tells(replay, told(tmp_path, replay))) == {"storm"}
    assert len(rung(told(tmp_path, replay))) <= 2


def test_lines_out_of_order_and_traces_change_nothing(tmp_path: Path) -> None:
    faults = [
        fault("one", 2 * HOUR, 600, [A], BROKEN[:2], traced=True),
        fault("other", 2 * HOUR + 60, 600, [B], BROKEN[2:4], traced=True),
    ]
    replay = make(2.5, faults, traffic=0.05, disorder_s=20)
    assert sorted(tells(replay, told(tmp_path, replay))) == ["one", "other"]


def test_what_goes_on_for_more_than_a_day_becomes_everyday(tmp_path: Path) -> None:
    replay = make(
        28, [fault("new", HOUR, 27 * HOUR, [A], BROKEN[:1], 0.02)], traffic=0.01, everyday=0.01
    )
    kinds = [one.kind for one in told(tmp_path, replay) if one.kind is not Kind.GREW]
    assert kinds == [Kind.FIRE, Kind.RESOLVE]


def test_the_same_log_gives_the_same_messages(tmp_path: Path) -> None:
    replay = make(2.2, [fault("storm", 2 * HOUR, 300, SERVICES[:3], BROKEN[:3], 5)], traffic=0.05)

    def again() -> list[tuple[object, ...]]:
        return [(one.kind, one.at_s, one.services, one.total) for one in told(tmp_path, replay)]

    assert again() == again()

"""Pure rules of delivery: breakers, urgency, the quota, the rush of the full hour."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.breaker import OPEN_AFTER, OPEN_MOST, Breaker, failed
from bot.core.concern import Concern, ConcernKind, concern_from_json
from bot.core.notification import Purpose
from bot.core.quota import Thrift, calls_key, thrift
from bot.core.rush import off_the_rush
from bot.core.urgency import Urgency, urgency_of
from tests.builders import NOW, chat, later
from watchers.finding import Severity

RUSH = timedelta(seconds=10)


def after(faults: int) -> Breaker:
    breaker = None
    for _ in range(faults):
        breaker = failed(breaker, chat(), "timeout", NOW)
    assert breaker is not None
    return breaker


def test_a_breaker_opens_after_a_few_faults_and_each_failed_probe_doubles_the_wait() -> None:
    assert not after(OPEN_AFTER - 1).tripped
    assert not after(OPEN_AFTER - 1).bars(NOW)
    opened = after(OPEN_AFTER)
    assert opened.tripped
    assert opened.bars(later(seconds=9))
    assert not opened.bars(later(seconds=10))
    assert after(OPEN_AFTER + 1).open_until == later(seconds=20)
    assert after(OPEN_AFTER + 60).open_until == NOW + OPEN_MOST


@pytest.mark.parametrize(
    ("purpose", "severity", "urgency"),
    [
        (Purpose.ANSWER, None, Urgency.ANSWER),
        (Purpose.FIRST, Severity.CRITICAL, Urgency.CRITICAL),
        (Purpose.REOPENED, Severity.CRITICAL, Urgency.CRITICAL),
        (Purpose.FIRST, Severity.HIGH, Urgency.FIRST),
        (Purpose.CONCERN, None, Urgency.FIRST),
        (Purpose.REOPENED, Severity.HIGH, Urgency.NOTICE),
        (Purpose.DIGEST, None, Urgency.NOTICE),
        (Purpose.CONTINUED, Severity.CRITICAL, Urgency.NOTICE),
        (Purpose.REFRESH, Severity.CRITICAL, Urgency.REFRESH),
        (Purpose.FROZEN, None, Urgency.REFRESH),
    ],
)
def test_case_23_answers_then_what_is_critical_then_first_cards_then_notices_then_edits(
    purpose: Purpose, severity: Severity | None, urgency: Urgency
) -> None:
    assert urgency_of(purpose, severity) is urgency


@pytest.mark.parametrize(
    ("calls", "monthly", "wanted"),
    [
        (799, 1000, Thrift.FREE),
        (800, 1000, Thrift.WARNED),
        (949, 1000, Thrift.WARNED),
        (950, 1000, Thrift.SPARING),
        (10**9, 0, Thrift.FREE),
    ],
)
def test_the_quota_warns_at_eighty_and_spares_at_ninety_five(
    calls: int, monthly: int, wanted: Thrift
) -> None:
    assert thrift(calls, monthly) is wanted


def test_feishus_months_begin_in_beijing() -> None:
    assert calls_key(datetime(2026, 10, 31, 15, 59, tzinfo=UTC)) == "calls:2026-10"
    assert calls_key(datetime(2026, 10, 31, 16, 0, tzinfo=UTC)) == "calls:2026-11"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 10**6),
)
def test_case_23_no_edit_is_due_in_the_rush_and_none_is_put_off_for_long(
    due: datetime, number: int
) -> None:
    moved = off_the_rush(due, number, RUSH)
    into = (moved - datetime(2026, 1, 1, tzinfo=UTC)) % timedelta(minutes=30)
    assert RUSH <= into < timedelta(minutes=30) - timedelta(seconds=1)
    assert timedelta(0) <= moved - due <= 2 * RUSH + timedelta(seconds=3)
    assert off_the_rush(moved, number, RUSH) == moved


def test_edits_of_many_alerts_are_spread_after_the_rush_and_nothing_moves_without_one() -> None:
    assert len({off_the_rush(NOW, number, RUSH) for number in range(100)}) == 100
    assert off_the_rush(NOW, 7, timedelta(0)) == NOW


def test_a_concern_survives_the_outbox_and_knows_what_it_is_about() -> None:
    concern = Concern(kind=ConcernKind.REFUSED, code=230028, detail="x", address="oc_a", alert_id=7)
    assert concern_from_json(concern.to_json()) == concern
    assert concern.about == "refused:230028"
    quota = Concern(kind=ConcernKind.QUOTA, code=80, month="2026-11")
    assert quota.about == "quota:80:2026-11"

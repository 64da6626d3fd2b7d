from datetime import timedelta

import pytest

from bot.core.alert import Alert
from bot.core.changes import Occurred, Quieten, Recovered, Resolve, Steady
from bot.core.flapping import CALM, DEFAULT_DELAY, STARTS_AT, current, down, ended, returned, starts
from bot.core.lifecycle import step
from bot.core.why import Why
from tests.builders import LIN, NOW, alert, finding, later
from watchers.delay import UNSAID, parse_delay

DELAY = parse_delay("up 0s down 10s x2 max 1m")


def test_what_returns_waits_for_longer_each_time_up_to_the_limit() -> None:
    flaps, waits = CALM, []
    for n in range(5):
        waits.append(down(DELAY, flaps, later(seconds=n)) // timedelta(seconds=1))
        flaps = returned(flaps, DELAY, later(seconds=n))
    assert waits == [10, 20, 40, 60, 60]


def test_a_run_that_was_calm_for_the_limit_is_over() -> None:
    flaps = returned(returned(CALM, DELAY, NOW), DELAY, later(seconds=59))
    assert current(flaps, DELAY, later(seconds=119)) == flaps
    assert current(flaps, DELAY, later(seconds=120)) == CALM
    assert down(DELAY, flaps, later(seconds=120)) == timedelta(seconds=10)
    assert returned(flaps, DELAY, later(seconds=120)).count == 1


def test_case_36_the_third_return_within_the_limit_is_flapping() -> None:
    flaps = CALM
    for n in range(STARTS_AT):
        assert flaps.since is None
        assert starts(flaps, DELAY, later(seconds=30 * n)) == (n == STARTS_AT - 1)
        flaps = returned(flaps, DELAY, later(seconds=30 * n))
    assert (flaps.since, flaps.count) == (NOW, STARTS_AT)
    assert ended(flaps) == CALM
    assert ended(returned(CALM, DELAY, NOW)).count == 1


def test_what_a_delay_leaves_out_counts_as_by_default() -> None:
    assert down(UNSAID, CALM, NOW) == DEFAULT_DELAY.down


def storm() -> list[tuple[Alert, Why | None]]:
    """Fires and is said to be over every 30 s."""
    seen: list[tuple[Alert, Why | None]] = []
    present = alert(delay=DELAY)
    for n in range(1, 12):
        now = later(seconds=15 * n)
        found = finding(seen_at=now)
        change = Recovered(finding=found) if n % 2 else Occurred(finding=found)
        stepped = step(present, change, now)
        present = stepped.alert
        seen.append((present, stepped.transition.why if stepped.transition else None))
    return seen


def test_case_36_one_start_and_no_change_of_state_after_it() -> None:
    history = storm()
    assert [why for _, why in history] == [
        Why.RECOVERED,
        Why.RECURRED,
        Why.RECOVERED,
        Why.RECURRED,
        Why.RECOVERED,
        Why.FLAPPING,
        *[None] * 5,
    ]
    assert history[-1][0].flaps.count == 5
    assert history[-1][0].flaps.since == later(seconds=30)


def test_case_36_it_ends_when_it_is_over_for_long_enough() -> None:
    present, _ = storm()[-1]
    assert present.recovered_at == later(seconds=165)
    assert present.quiet_at == later(seconds=225)
    over = step(present, Quieten(), later(seconds=225))
    assert over.transition is not None
    assert over.transition.why is Why.RECOVERED
    assert over.alert.flaps == CALM


def test_case_36_it_ends_when_it_only_fires_for_long_enough() -> None:
    present, _ = storm()[-2]
    assert present.next_at == later(seconds=210)
    calm = step(present, Steady(), later(seconds=210)).alert
    assert (calm.flaps, calm.state) == (CALM, present.state)


def test_case_36_a_person_who_resolves_it_ends_it() -> None:
    present, _ = storm()[-1]
    assert step(present, Resolve(by=LIN), later(minutes=4)).alert.flaps == CALM


@pytest.mark.parametrize("first", [True, False])
def test_case_36_a_return_that_was_believed_over_or_not_counts_once(first: bool) -> None:
    present, _ = storm()[5 if first else 7]
    found = finding(seen_at=later(minutes=3))
    waiting = step(present, Recovered(finding=found), later(minutes=3)).alert
    again = step(waiting, Occurred(finding=found), later(minutes=3)).alert
    assert again.flaps.count == present.flaps.count + 1
    assert step(again, Occurred(finding=found), later(minutes=3)).alert.flaps == again.flaps

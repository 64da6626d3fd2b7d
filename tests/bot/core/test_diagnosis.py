"""Diagnoses: how bad they are, and the worst of several."""

import pytest

from bot.core.diagnosis import Area, Check, Diagnosis, Status, Verdict, worst

SKIPPED = Diagnosis(check=Check.CLOCK, verdict=Verdict.CLOCK_UNKNOWN)
WELL = Diagnosis(check=Check.CLOCK, verdict=Verdict.CLOCK_GOOD)
WARNED = Diagnosis(check=Check.CLOCK, verdict=Verdict.CLOCK_OFF)
FAILED = Diagnosis(check=Check.CLOCK, verdict=Verdict.CLOCK_WRONG)


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ((), Status.OK),
        ((SKIPPED, WELL), Status.OK),
        ((WELL, WARNED, SKIPPED), Status.WARNING),
        ((WARNED, FAILED, WELL), Status.FAILED),
    ],
)
def test_the_worst_of_all_counts_and_what_was_skipped_does_not(
    found: tuple[Diagnosis, ...], status: Status
) -> None:
    assert worst(found) is status


def test_every_check_belongs_somewhere_and_every_area_has_one() -> None:
    assert {check.area for check in Check} == set(Area)


def test_the_status_comes_with_the_verdict() -> None:
    assert [one.status for one in (SKIPPED, WELL, WARNED, FAILED)] == [
        Status.SKIPPED,
        Status.OK,
        Status.WARNING,
        Status.FAILED,
    ]

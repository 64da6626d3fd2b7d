"""Kinds of messages in findings, and verdicts on what their records are of."""

import pytest

from bot.core.catalogue import seen_in
from bot.core.verdict import Verdict, kin_of, verdict_on
from tests.builders import NOW, finding
from watchers.finding import TemplateCount

POOL = TemplateCount(id="t1", text="pool of <*> full", count=2)
CARD = TemplateCount(id="t2", text="card <*> declined", count=1)
NOISE, MATTERS = Verdict.NOISE, Verdict.MATTERS
PAY = {"service": "pay"}


def test_the_kinds_of_several_findings_are_counted_together() -> None:
    unsaid = TemplateCount(id="t3", text="", count=1)
    several = (
        finding("a", labels=PAY, templates=(POOL, CARD, unsaid)),
        finding("b", labels=PAY, templates=(POOL,)),
        finding("c", labels={}, templates=(POOL,)),
        finding("d", labels=PAY, templates=(POOL,), recovers=True),
    )
    found = {one.subject: one.count for one in seen_in(several, NOW)}
    assert found == {"t1/pay": 4, "t2/pay": 1, "t1/": 2}


@pytest.mark.parametrize(
    ("labels", "verdicts", "count", "wanted"),
    [
        (PAY, {}, 3, None),
        (PAY, {"t1/pay": NOISE, "t2/pay": NOISE}, 3, NOISE),
        (PAY, {"t1/pay": NOISE}, 3, None),
        (PAY, {"t1/pay": NOISE, "t2/pay": NOISE}, 4, None),
        (PAY, {"t1/pay": NOISE, "t2/pay": MATTERS}, 3, MATTERS),
        (PAY | {"template": "t9"}, {"t9/pay": NOISE, "t2/pay": MATTERS}, 3, NOISE),
    ],
)
def test_a_finding_is_what_its_records_are(
    labels: dict[str, str], verdicts: dict[str, Verdict], count: int, wanted: Verdict | None
) -> None:
    found = finding("a", labels=labels, templates=(POOL, CARD), count=count)
    assert verdict_on(found, verdicts) is wanted


def test_the_rows_of_a_table_share_what_was_said_of_one() -> None:
    row = TemplateCount(id="t5", text="FATAL debug interrupt enable......<*>", count=1)
    plain = TemplateCount(id="t6", text="FATAL data TLB error interrupt", count=1)
    kin = kin_of("FATAL lr enable....<*>", "pay")
    assert kin
    assert kin_of(plain.text, "pay") == ""
    rows = finding("a", labels=PAY, templates=(row,))
    assert verdict_on(rows, {kin: NOISE}) is NOISE
    assert verdict_on(rows, {kin: NOISE, "t5/pay": MATTERS}) is MATTERS
    assert verdict_on(finding("a", labels=PAY, templates=(plain,)), {kin: NOISE}) is None
    labelled = finding("a", labels=PAY | {"template": "t5"}, annotations={"template": row.text})
    assert verdict_on(labelled, {kin: NOISE}) is NOISE


def test_nothing_is_said_of_records_of_no_known_kind() -> None:
    assert verdict_on(finding("a", labels=PAY), {"t1/pay": NOISE}) is None

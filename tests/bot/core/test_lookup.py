"""What somebody looks up, and how its notifications are known."""

from datetime import UTC, datetime

import pytest

from bot.core.lookup import LookKind, Lookup, Recorded, number_about
from bot.core.subscription import Language, Target, TargetKind
from watchers.finding import Sample, Severity

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_a_notification_about_a_lookup_leads_back_to_it() -> None:
    lookup = Lookup(
        id=7,
        kind=LookKind.CONTEXT,
        subject="42",
        target=Target(kind=TargetKind.FEISHU_CHAT, address="oc_ops"),
        language=Language.ZH,
        asked_at=NOW,
    )

    assert number_about(lookup.about) == 7


@pytest.mark.parametrize("about", ["", "lookup:", "lookup:x", "rule:7", "7"])
def test_what_is_about_something_else_has_no_number(about: str) -> None:
    assert number_about(about) is None


def test_matchers_look_at_rule_and_severity_beside_the_labels() -> None:
    kept = Recorded(
        at=NOW,
        agent="web-01",
        rule="error",
        severity=Severity.HIGH,
        labels={"service": "pay"},
        sample=Sample(text="ERROR pay", place="/var/log/pay.log:0", at=NOW),
    )

    assert kept.identity == {"service": "pay", "rule": "error", "severity": "high"}

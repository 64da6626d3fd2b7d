"""Mutes that mean one alert are told from those that mean many; wishes are compared as asked."""

from dataclasses import replace

from bot.core.mute import Mute, fingerprints_of, for_one
from bot.core.subscription import Language, Subscription, Wish
from tests.builders import LIN, NOW, chat, later, matchers
from watchers.finding import Severity


def mute(*texts: str) -> Mute:
    return Mute(matchers=matchers(*texts), starts_at=NOW, ends_at=later(hours=1), by=LIN)


def test_mutes_of_single_alerts_name_the_only_ones_they_can_hide() -> None:
    one = replace(mute(), matchers=for_one("1abc"))
    other = mute("service=pay", "fingerprint=1def")
    assert fingerprints_of(()) == frozenset()
    assert fingerprints_of((one, other)) == {"1abc", "1def"}


def test_a_mute_by_labels_or_by_pattern_can_hide_any_alert() -> None:
    one = replace(mute(), matchers=for_one("1abc"))
    assert fingerprints_of((one, mute("service=pay"))) is None
    assert fingerprints_of((mute("fingerprint=~1.*"),)) is None
    assert fingerprints_of((mute(),)) is None


def test_a_subscription_knows_the_wish_it_came_from() -> None:
    wish = Wish(matchers=matchers("service=pay"), least_severity=Severity.LOW, language=Language.EN)
    stored = Subscription(
        id=3,
        target=chat(),
        matchers=wish.matchers,
        least_severity=wish.least_severity,
        language=wish.language,
        by=LIN,
        created_at=NOW,
    )
    assert stored.wish == wish

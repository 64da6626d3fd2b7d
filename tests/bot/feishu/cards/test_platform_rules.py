"""Every card keeps Feishu's rules, checked by the sandbox's own table of components."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.matcher import Matcher, Operator
from bot.core.subscription import Language
from bot.engine.views import Choices, MuteRow, RuleFacts, RuleRow
from bot.feishu.cards.elements import MOST_BYTES, weight
from bot.sandbox.cards import Catalogue, check_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import Scene, every_card
from watchers.finding import Response, Sample, Severity

NOBODY = Catalogue(images=frozenset(), people=frozenset())


def hold(scene: Scene, language: Language) -> None:
    for name, card in every_card(scene, samples.reader(language)).items():
        check_card(json.dumps(card), NOBODY)
        assert weight(card) <= MOST_BYTES, name


@pytest.mark.parametrize("language", Language)
def test_cards_of_an_ordinary_day_are_taken(language: Language) -> None:
    hold(Scene(), language)


@pytest.mark.parametrize("language", Language)
def test_cards_of_the_worst_day_are_taken(language: Language) -> None:
    hold(worst(), language)


def test_a_card_is_shared_and_its_copies_cannot_be_clicked() -> None:
    for card in every_card(Scene(), samples.reader()).values():
        assert card["config"]["update_multi"] is True
        assert card["config"]["enable_forward_interaction"] is False


def worst(filler: str = '\\"' * 3000) -> Scene:
    """As much of everything as there can be, in letters that weigh most in JSON."""
    sample = Sample(text=f"{filler}\n" * 3, place=filler, at=samples.NOW)
    labels = {f"label{n}{filler}": filler for n in range(30)} | {"service": filler, "host": filler}
    alert = samples.alert(
        title=filler,
        rule=filler,
        labels=labels,
        samples=(sample,) * 5,
        count=10**9,
        held_back=10**8,
        reopened=10**6,
    )
    view = replace(samples.resolved(), alert=alert)
    matcher = Matcher(label=filler, operator=Operator.MATCHES, value=filler)
    mute = samples.mute(matchers=(matcher,) * 30, reason=filler)
    day = samples.status()
    sources = tuple(samples.source(filler, "error", 1e9, 1e6, filler) for _ in range(300))
    points = tuple(
        replace(
            day.matches[0],
            at=samples.NOW.replace(second=0) - timedelta(minutes=n),
            severity=severity,
            count=10**6,
        )
        for n in range(60)
        for severity in Severity
    )
    agents = tuple(replace(day.agents[0], agent=filler, sources=sources) for _ in range(3))
    delivery = replace(day.delivery, last_fault=filler)
    rule = RuleFacts(
        name=filler,
        title=filler,
        severity=Severity.LOW,
        pattern=filler,
        responses=frozenset({Response.RECORD}),
        origin="default",
    )
    return Scene(
        alerts=(view, replace(view, mute=mute, alert=replace(alert, acknowledged_by=None))),
        page=replace(samples.page(10**6), rows=(replace(view, mute=mute),) * 10),
        status=replace(day, agents=agents, matches=points, delivery=delivery, version=filler),
        mutes=tuple(MuteRow(mute=mute, hits=10**6) for _ in range(200)),
        mute=mute,
        rules=(RuleRow(rule=rule, count=10**9, last_at=samples.NOW),) * 300,
        subscriptions=(samples.subscription(matchers=(matcher,) * 30, suspended=filler),) * 100,
        choices=Choices(
            rules=tuple(f"{filler[:80]}{n}" for n in range(200)),
            services=tuple(f"{filler[:80]}{n}" for n in range(200)),
        ),
        typed=filler,
    )

"""Templates: what the sandbox bounds, what stands in for a broken one, cards that are cards."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.concern import Concern, ConcernKind
from bot.core.context import Event, event_of
from bot.core.subscription import Language
from bot.core.template import Format, Template
from bot.engine.occasions import Occasion
from bot.feishu.cards.reader import Reader
from bot.feishu.templating.context import context_of
from bot.feishu.templating.defaults import DEFAULTS
from bot.feishu.templating.living import living_card
from bot.feishu.templating.sandbox import TemplateFault, render
from bot.feishu.templating.templates import Templates, card_of, cut, values
from tests.bot.feishu import samples
from tests.builders import chat

VIEW = samples.firing()
READER = Reader(language=Language.EN, zone=samples.SHANGHAI, now=samples.NOW)
CONTEXT = context_of(Occasion(event=Event.FIRING, view=VIEW), READER)
CARD = '{"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": %s}]}}'


def template(source: str, form: Format = Format.TEXT, *to: str) -> Template:
    return Template(name="mine", format=form, source=source, to=to)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ title.__class__ }}", "unsafe"),
        ("{{ labels.__init__.__globals__ }}", "unsafe"),
        ("{{ 'a' * 99999999 }}", "numbers only"),
        ("{{ 9 ** 9 }}", "for none"),
        ("{% for a in range(101) %}{% endfor %}", "at most 100"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "Macro"),
        ("{% include 'x' %}", "Include"),
        ("{% for a in lines recursive %}{% endfor %}", "recursive"),
        (
            "{%for a in [1]%}{%for b in [1]%}{%for c in [1]%}{%endfor%}{%endfor%}{%endfor%}",
            "deep",
        ),
        ("{% set x = title ~ title %}", "set takes no"),
        ("{{ title.center(99999999) }}", "cannot be called"),
        ("{{ '%999999999d' | format(1) }}", "No filter"),
        ("{{ lines | join('x' * 9) }}", "numbers only"),
        ("{{ title" + " | replace('', title)" * 6 + " }}", "replace"),
        (
            "{% for a in range(100) %}{% for b in range(100) %}{{ lines }}{% endfor %}{% endfor %}",
            "characters come out",
        ),
        ("{{ nothing }}", "undefined"),
        ("{{ title", "line 1"),
        ("x" * 20_000, "16 KiB"),
    ],
)
def test_what_costs_too_much_or_reaches_too_far_is_a_fault(source: str, said: str) -> None:
    with pytest.raises(TemplateFault, match=said):
        render(source, values(CONTEXT))


@pytest.mark.parametrize("language", Language)
def test_the_defaults_say_what_happened_to_every_alert(language: Language) -> None:
    reader = Reader(language=language, zone=samples.SHANGHAI, now=samples.NOW)
    for view in (samples.firing(), samples.acknowledged(), samples.resolved(), samples.unknown()):
        context = context_of(Occasion(event=event_of(view.alert), view=view), reader)
        for form in DEFAULTS[language]:
            told = Templates((), lambda _concern, _now: None).text("wecom:x", form, context, 4096)
            assert f"#{view.alert.id}" in told
            assert context.headline in told


def test_a_broken_template_gives_way_and_admins_hear_of_it() -> None:
    told: list[Concern] = []
    broken = Templates([template("{{ nope }}")], lambda concern, _now: told.append(concern))
    assert "#" in broken.text("wecom:ops", Format.TEXT, CONTEXT, 2048)
    (concern,) = told
    assert (concern.kind, concern.subject) == (ConcernKind.TEMPLATE, "mine")
    assert "'nope' is undefined" in concern.detail


@given(st.text(max_size=300), st.integers(10, 400))
def test_what_is_cut_fits_and_begins_as_the_whole(text: str, most: int) -> None:
    kept = cut(text, most)
    assert len(kept.encode("utf-8", "replace")) <= most
    assert text.strip().startswith(kept.removesuffix("…").rstrip("\n").strip()[:5])


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"schema": "1.0"}',
        '{"schema": "2.0", "body": {"elements": []}}',
        '{"schema": "2.0", "body": {"elements": ["x"]}}',
        CARD % json.dumps("x" * 40_000),
    ],
)
def test_what_is_no_card_is_not_sent(text: str) -> None:
    with pytest.raises(TemplateFault):
        card_of(text)


def living(source: str, told: list[Any], *to: str) -> str:
    own = (template(source, Format.CARD, *to),)
    drawn = living_card(
        VIEW, chat(), READER, own, lambda concern, _now: told.append(concern), may_act=True
    )
    return str(drawn)


def test_the_card_of_a_group_may_have_other_words_and_keeps_its_buttons() -> None:
    told: list[Any] = []
    source = CARD % '{{ ("Mine: " ~ title) | tojson }}'
    shown = living(source, told, "chat:oc_ops")
    assert "Mine: " in shown
    assert READER.texts.alert.acknowledge in shown
    assert "Mine: " not in living(source, told, "chat:oc_other")
    assert told == []
    assert "Mine: " not in living(source + "}", told, "chat")
    assert len(told) == 1

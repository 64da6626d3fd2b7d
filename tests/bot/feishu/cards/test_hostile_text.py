"""Untrusted text stays text: it never becomes markup, and never breaks a card."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import Person
from bot.core.matcher import Matcher, Operator
from bot.core.subscription import Language
from bot.engine.views import Choices, MuteRow
from bot.feishu.cards.elements import MOST_BYTES, Card, weight
from bot.feishu.cards.untrusted import fence, lines_of, one_line
from bot.sandbox.cards import Catalogue, check_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import Scene, every_card, texts_of
from watchers.finding import Sample

NASTY = (
    "<at id=all></at>",
    "<AT user_id='all'>x</AT>",
    "<person id='ou_x'></person>",
    "<font color='red'>x</font>",
    "[click](https://evil.example)",
    "![x](img_v3_x)",
    "**bold**",
    ":DONE:",
    "```",
    "````\n<at id=all></at>\n````",
    "`" * 500,
    "~~~",
    "\n\n    code",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "\x00\x07\x1b[31m\x7f",
    "\u202eesrever\u2066",
    "\u2028\u2029\x85",
    "\ud800",
    "👩‍👩‍👧‍👦🏴‍☠️",
    "𝒵𝒶𝓁𝑔𝑜" + "\u0300" * 50,
    "x" * 100_000,
    "{{7*7}}${x}%s\\",
    "&#60;at id=all&#62;",
)
hostile = st.one_of(
    st.lists(st.sampled_from([text[:3000] for text in NASTY]), min_size=1, max_size=4).map("".join),
    st.text(max_size=60),
)
TOGETHER = ("".join(NASTY[:10]), "\n".join(NASTY[5:15]), "".join(NASTY[::-2]), "", " ", "0")


def scene(text: str) -> Scene:
    who = Person(id="ou_x", name=text)
    sample = Sample(text=text, place=text, at=samples.NOW)
    alert = replace(
        samples.resolved().alert,
        title=text,
        rule=text,
        labels={"service": text, "host": text, text: text},
        annotations={text: text},
        samples=(sample,) * 3,
        acknowledged_by=who,
        resolved_by=who,
        assignee=who,
        severity_by=who,
        followers=(who, who),
        rule_text={"pattern": text, text: text},
    )
    said = replace(samples.unknown().comments[0], note=text, by=who)
    timeline = tuple(replace(one, note=text, by=who) for one in samples.unknown().timeline)
    view = replace(samples.resolved(), alert=alert, timeline=timeline, comments=(said,))
    matcher = Matcher(label=text, operator=Operator.EQUAL, value=text)
    mute = samples.mute(matchers=(matcher,), by=who, reason=text)
    day = samples.status()
    source = samples.source(text, text, error=text)
    agent = replace(day.agents[0], agent=text, sources=(source,))
    status = replace(
        day, agents=(agent,), delivery=replace(day.delivery, last_fault=text), version=text
    )
    rule = replace(samples.rules()[0].rule, name=text, title=text, pattern=text)
    return Scene(
        alerts=(view, replace(samples.acknowledged(), alert=alert, mute=mute)),
        page=replace(samples.page(), rows=(view,)),
        status=status,
        mutes=(MuteRow(mute=mute, hits=1),),
        mute=mute,
        rules=(replace(samples.rules()[0], rule=rule),),
        subscriptions=(samples.subscription(matchers=(matcher,), suspended=text, by=who),),
        choices=Choices(rules=(text,), services=(text, "ok")),
        typed=text,
    )


def is_one_fence(content: str) -> bool:
    """Whether the whole content is one code block that nothing inside can end."""
    opened = re.match(r"(`{3,})\n", content)
    if opened is None or not content.endswith("\n" + opened[1]):
        return False
    inside = content[len(opened[0]) : -len(opened[1]) - 1]
    return opened[1] not in inside


@pytest.mark.parametrize("language", Language)
def test_hostile_text_is_no_markup_on_any_card(language: Language) -> None:
    for text in (*NASTY, *TOGETHER):
        hold(every_card(scene(text), samples.reader(language)))


def hold(cards: dict[str, Card]) -> None:
    nobody = Catalogue(images=frozenset(), people=frozenset())
    for name, card in cards.items():
        wire = json.dumps(card, ensure_ascii=False)
        wire.encode()
        assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]", wire)
        assert weight(card) <= MOST_BYTES, name
        assert not texts_of(card, "lark_md"), name
        for content in texts_of(card, "markdown"):
            assert is_one_fence(content), name
            assert not re.search(r"<[a-zA-Z/!?]", content), name
        check_card(wire, nobody)


@given(lines=st.lists(hostile.map(lambda text: text[:2000])))
def test_nothing_leaves_the_fence(lines: list[str]) -> None:
    safe = [line for text in lines for line in lines_of(text, 300)]
    assert is_one_fence(fence(safe))


def test_control_characters_are_shown_and_not_obeyed() -> None:
    assert one_line("a\x00b\x1b[31mc\x7f", 50) == "a␀b␛[31mc␡"
    assert one_line("safe\u202egnp.exe", 50) == "safegnp.exe"
    assert one_line("two\nlines\tand tabs", 50) == "two lines and tabs"
    assert lines_of("if x:\n\treturn", 50) == ["if x:", "    return"]


def test_people_and_flags_keep_their_joiners() -> None:
    assert one_line("👩‍👩‍👧 ok", 50) == "👩‍👩‍👧 ok"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert one_line("x" * 100_000, 10) == "xxxxxxxxx…"


def test_an_ordinary_log_line_is_shown_as_it_is() -> None:
    line = "2026-11-23 10:14 ERROR [pay] a < b && c > d `x` 100%"
    assert fence([line]) == f"```\n{line}\n```"

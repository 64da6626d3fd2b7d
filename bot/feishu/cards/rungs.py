"""Alerts, notices and answers drawn with as much on them as the platform takes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, assert_never

from bot.core.masking import masked, masked_alert
from bot.core.notification import Purpose
from bot.delivery.ladder import Rung
from bot.engine.views import AlertView, GroupView
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.elements import Card, small
from bot.feishu.cards.group import group_card
from bot.feishu.cards.lessened import masked_card, plain_card, shortened_card
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.notice import notice_card
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.withheld import withheld_card


def alert_at(
    view: AlertView, rung: Rung, reader: Reader, *, code: int = 0, may_act: bool = True
) -> Card:
    """The living card; below the first rung it says what is left out, and the platform's code."""
    say = reader.texts.delivery
    match rung:
        case Rung.FULL:
            return alert_card(view, reader, may_act=may_act)
        case Rung.REDACTED:
            drawn = alert_card(_redacted(view), reader, may_act=may_act)
            return noted(drawn, say.redacted(code))
        case Rung.SHORTENED:
            drawn = alert_card(_shortened(view), reader, may_act=may_act)
            return noted(drawn, say.shortened(code))
        case Rung.PLAIN:
            bare = alert_card(_shortened(view), reader, may_act=False)
            return plain_card(bare, say.shortened(code), f"/alert {view.alert.id}")
        case Rung.WITHHELD:
            return withheld_card(view, reader, may_act=may_act)
        case _:
            assert_never(rung)


def group_at(view: GroupView, rung: Rung, reader: Reader, *, may_act: bool = True) -> Card:
    """The card that several alerts share."""
    match rung:
        case Rung.FULL:
            return group_card(view, reader, may_act=may_act)
        case Rung.REDACTED:
            return masked_card(group_card(view, reader, may_act=may_act))
        case Rung.SHORTENED | Rung.WITHHELD:
            return group_card(view, reader, bare=True, may_act=may_act)
        case Rung.PLAIN:
            return plain_card(group_card(view, reader, bare=True, may_act=False))
        case _:
            assert_never(rung)


def notice_at(
    view: AlertView, purpose: Purpose, content: Mapping[str, Any], rung: Rung, reader: Reader
) -> Card:
    """A notice beneath the card."""
    match rung:
        case Rung.FULL:
            return notice_card(view, purpose, reader, content)
        case Rung.REDACTED:
            return notice_card(_redacted(view), purpose, reader, content)
        case Rung.SHORTENED:
            return notice_card(view, purpose, reader, content, bare=True)
        case Rung.PLAIN:
            return plain_card(notice_card(view, purpose, reader, content, bare=True))
        case Rung.WITHHELD:
            return withheld_card(view, reader, may_act=False)
        case _:
            assert_never(rung)


def drawn_at(drawn: dict[str, Any], rung: Rung, reader: Reader) -> Card:
    """A card that was drawn in full, e.g. an answer."""
    match rung:
        case Rung.FULL:
            return drawn
        case Rung.REDACTED:
            return masked_card(drawn)
        case Rung.SHORTENED:
            return shortened_card(drawn)
        case Rung.PLAIN:
            return plain_card(drawn)
        case Rung.WITHHELD:
            return note_card(reader.texts.delivery.answer_withheld, (), Tone.WARNING, reader)
        case _:
            assert_never(rung)


def _redacted(view: AlertView) -> AlertView:
    return replace(view, alert=masked_alert(view.alert))


def _shortened(view: AlertView) -> AlertView:
    """Without anything from the log but the title, and that masked."""
    service = masked(view.alert.labels.get("service", ""))
    bare = replace(
        masked_alert(view.alert), samples=(), annotations={}, labels={"service": service}
    )
    return replace(view, alert=bare, rate=())


def noted(drawn: Card, note: str) -> Card:
    """A card with a note on top, e.g. on what is left out."""
    body = drawn["body"]
    return {**drawn, "body": {**body, "elements": [small(note, "orange"), *body["elements"]]}}

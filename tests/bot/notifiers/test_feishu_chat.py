"""Answers: sent, put in the place of another, and what is worked out after them."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Notification, Purpose
from bot.core.ports import Job
from bot.engine.reading import Views
from bot.notifiers.feishu_chat import FeishuChat
from tests.builders import NOW, chat

CARD: dict[str, Any] = {"schema": "2.0", "header": {}, "body": {"elements": []}}


class Sent:
    """Keeps what is sent, and refuses edits as told."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.done: list[tuple[str, str]] = []
        self._fault = fault

    def send_card(self, receiver: str, card: Mapping[str, Any], uuid: str) -> str:
        self.done.append(("send", receiver))
        return "om_new"

    def reply_card(self, message_id: str, card: Mapping[str, Any], uuid: str) -> str:
        self.done.append(("reply", message_id))
        return "om_reply"

    def edit_card(self, message_id: str, card: Mapping[str, Any]) -> None:
        self.done.append(("edit", message_id))
        if self._fault is not None:
            raise DeliveryError(self._fault)


def deliver(sent: Sent, views: Views, content: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The message id of the receipt, and the messages for which more is worked out."""
    followed: list[str] = []
    owed = Notification(
        target=chat(), purpose=Purpose.ANSWER, content=content, due_at=NOW, created_at=NOW
    )
    afterwards = {"doctor": lambda message_id, _: followed.append(message_id)}
    contacts: Any = None  # answers mention nobody
    notifier = FeishuChat(sent, views, ZoneInfo("UTC"), contacts, afterwards)
    receipt = notifier.deliver(Job(notification=owed, card=None, uuid="u"), NOW)
    assert receipt is not None
    return receipt.message_id, followed


def test_what_follows_an_answer_is_told_its_message(views: Views) -> None:
    sent = Sent()
    content = {"card": CARD, "reply_to": "om_question", "then": "doctor"}
    assert deliver(sent, views, content) == ("om_reply", ["om_reply"])
    assert deliver(sent, views, content | {"then": "nobody knows"}) == ("om_reply", [])


def test_what_follows_a_click_needs_no_card(views: Views) -> None:
    sent = Sent()
    assert deliver(sent, views, {"edit": "om_1", "then": "doctor"}) == ("", ["om_1"])
    assert sent.done == []


def test_an_outcome_takes_the_place_of_the_card(views: Views) -> None:
    sent = Sent()
    assert deliver(sent, views, {"card": CARD, "edit": "om_1", "reply_to": ""}) == ("", [])
    assert sent.done == [("edit", "om_1")]


def test_an_outcome_whose_card_was_recalled_is_sent_anew(views: Views) -> None:
    sent = Sent(Fault.MESSAGE_LOST)
    content = {"card": CARD, "edit": "om_1", "reply_to": ""}
    assert deliver(sent, views, content) == ("om_new", [])
    assert sent.done == [("edit", "om_1"), ("send", "oc_ops")]
    with pytest.raises(DeliveryError):
        deliver(Sent(Fault.THROTTLED), views, content)

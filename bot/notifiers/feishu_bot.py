"""Feishu custom bot (自定义机器人): text, post or card to one group, by its webhook.

It knows no answers to clicks, so its cards have no buttons. It takes 100 messages a minute and 5 a
second, 20 KiB each, and says every error in HTTP 200.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.core.template import Format
from bot.delivery.allowance import Allowance
from bot.delivery.posting import post
from bot.engine.occasions import Occasion, occasion
from bot.engine.reading import Views
from bot.feishu.cards.alert import alert_card
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.templating.context import context_of
from bot.feishu.templating.templates import Templates
from bot.notifiers.base import FeishuBotSettings

MOST_BYTES = 20 * 1024
_ROOM = 1024
"""For what stands around the content: signature, keyword, names of fields."""
_TOO_OFTEN = 11232
_KEYWORD = 19024
_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)


class FeishuBot:
    """Posts to custom bots; safe to use from several threads.

    A custom bot knows no repetition: a post whose answer is lost is made again.
    """

    def __init__(
        self,
        settings: tuple[FeishuBotSettings, ...],
        urls: Mapping[str, str],
        secrets: Mapping[str, str],
        views: Views,
        zone: ZoneInfo,
        templates: Templates,
    ) -> None:
        """`urls` and `secrets` by the names of the bots; one without a secret does not sign."""
        self._settings = {one.name: one for one in settings}
        self._urls = urls
        self._secrets = secrets
        self._views = views
        self._zone = zone
        self._templates = templates
        self._allowance = Allowance((100, _MINUTE), (5, _SECOND))

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Post; None if there is nothing to tell any more."""
        owed = job.notification
        name = owed.target.address
        known, url = self._settings.get(name), self._urls.get(name)
        if known is None or not url:
            detail = f"no [[feishu_bot]] {name} with an address is configured"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        found = occasion(owed, self._views, now)
        if found is None:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        message = self._message(known, found, reader)
        if secret := self._secrets.get(name):
            at = str(int(now.timestamp()))
            message |= {"timestamp": at, "sign": signature(at, secret)}
        self._allowance.take(f"feishu:{name}", now)
        body = json.dumps(message, ensure_ascii=False).encode()
        answer = post(url, body, {}, known.timeout_s, f"the custom bot {name}")
        _look(answer.text, found)
        return Receipt(outcome=found.event.value)

    def _message(self, known: FeishuBotSettings, found: Occasion, reader: Reader) -> dict[str, Any]:
        context = context_of(found, reader)
        receiver, most = f"feishu:{known.name}", MOST_BYTES - _ROOM
        match known.format:
            case Format.CARD:
                drawn = self._templates.card(receiver, context, most)
                card = drawn or _fitting(found, reader, most)
                if known.keyword and known.keyword not in json.dumps(card, ensure_ascii=False):
                    card = _with_keyword(card, known.keyword)
                return {"msg_type": "interactive", "card": card}
            case Format.POST:
                # JSON around each line costs more than the line break it stands for.
                text = self._templates.text(receiver, Format.POST, context, most // 3)
                title, *lines = _keyed(text, known.keyword).split("\n")
                content = [[{"tag": "text", "text": line}] for line in lines]
                language = "zh_cn" if reader.language.value == "zh" else "en_us"
                told = {"title": title, "content": content or [[]]}
                return {"msg_type": "post", "content": {"post": {language: told}}}
            case _:
                text = self._templates.text(receiver, Format.TEXT, context, most // 2)
                return {"msg_type": "text", "content": {"text": _keyed(text, known.keyword)}}


def signature(timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 over nothing, under the key made of timestamp and secret."""
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()


def _keyed(text: str, keyword: str) -> str:
    """With the keyword that the group's owner demands of every message."""
    return text if not keyword or keyword in text else f"{text}\n{keyword}"


def _with_keyword(card: dict[str, Any], keyword: str) -> dict[str, Any]:
    said = {"tag": "markdown", "content": keyword, "text_size": "notation"}
    body = card["body"]
    return {**card, "body": {**body, "elements": [*body["elements"], said]}}


def _fitting(found: Occasion, reader: Reader, most: int) -> dict[str, Any]:
    """The alert's card as the app draws it, without buttons; with less where it is too large."""
    whole = alert_card(found.view, reader, may_act=False)
    if len(json.dumps(whole, ensure_ascii=False).encode()) <= most:
        return whole
    elements = list(whole["body"]["elements"])
    while elements and len(json.dumps(whole, ensure_ascii=False).encode()) > most:
        elements.pop()
        whole = {**whole, "body": {**whole["body"], "elements": elements}}
    return whole


def _look(answer: str, found: Occasion) -> None:
    """Its errors are in the answer, which is HTTP 200 in any case."""
    try:
        said = json.loads(answer)
        code, words = int(said["code"]), one_line(str(said.get("msg", "")), 200)
    except (ValueError, TypeError, KeyError) as error:
        detail = "the custom bot's answer is none of Feishu's"
        raise DeliveryError(Fault.PASSING, detail=detail) from error
    if code == 0:
        return
    if code == _TOO_OFTEN:
        raise DeliveryError(Fault.THROTTLED, code=code, detail=words, retry_after=_SECOND * 10)
    hint = " (set keyword in [[feishu_bot]])" if code == _KEYWORD else ""
    detail = f"{words}{hint}, telling that #{found.alert.id} is {found.event.value}"
    raise DeliveryError(Fault.MISCONFIGURED, code=code, detail=detail)

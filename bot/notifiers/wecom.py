"""WeCom group robot (企业微信群机器人): text or markdown to a group, by its webhook.

Limits and answers as in https://developer.work.weixin.qq.com/document/path/91770: 20 messages a
minute for a robot, 4096 bytes of markdown, 2048 of text, errors as ``errcode`` in HTTP 200.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.core.template import Format
from bot.delivery.allowance import Allowance
from bot.delivery.posting import post
from bot.engine.occasions import occasion
from bot.engine.reading import Views
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.templating.context import context_of
from bot.feishu.templating.templates import Templates
from bot.notifiers.base import WecomSettings

MOST_MARKDOWN, MOST_TEXT = 4096, 2048
_TOO_OFTEN = 45009
_BUSY = -1
_MINUTE = timedelta(minutes=1)


class Wecom:
    """Posts to group robots; safe to use from several threads.

    A robot knows no repetition: a post whose answer is lost is made again.
    """

    def __init__(
        self,
        settings: tuple[WecomSettings, ...],
        urls: Mapping[str, str],
        views: Views,
        zone: ZoneInfo,
        templates: Templates,
    ) -> None:
        """`urls` by the names of the robots; they are secrets."""
        self._settings = {one.name: one for one in settings}
        self._urls = urls
        self._views = views
        self._zone = zone
        self._templates = templates
        self._allowance = Allowance((20, _MINUTE))

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Post; None if there is nothing to tell any more."""
        owed = job.notification
        name = owed.target.address
        known, url = self._settings.get(name), self._urls.get(name)
        if known is None or not url:
            detail = f"no [[wecom]] {name} with an address is configured"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        found = occasion(owed, self._views, now)
        if found is None:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        context = context_of(found, reader)
        receiver = f"wecom:{name}"
        if known.format is Format.MARKDOWN:
            text = self._templates.text(receiver, Format.MARKDOWN, context, MOST_MARKDOWN)
            message: dict[str, object] = {"msgtype": "markdown", "markdown": {"content": text}}
        else:
            text = self._templates.text(receiver, Format.TEXT, context, MOST_TEXT)
            told: dict[str, object] = {"content": text}
            if known.mentions:
                told["mentioned_list"] = list(known.mentions)
            if known.mobiles:
                told["mentioned_mobile_list"] = list(known.mobiles)
            message = {"msgtype": "text", "text": told}
        self._allowance.take(receiver, now)
        body = json.dumps(message, ensure_ascii=False).encode()
        _look(post(url, body, {}, known.timeout_s, f"the WeCom robot {name}").text)
        return Receipt(outcome=found.event.value)


def _look(answer: str) -> None:
    """Its own words are in the answer, which is HTTP 200 in any case."""
    try:
        said = json.loads(answer)
        code, words = int(said["errcode"]), one_line(str(said.get("errmsg", "")), 200)
    except (ValueError, TypeError, KeyError) as error:
        detail = "the WeCom robot's answer is none of WeCom's"
        raise DeliveryError(Fault.PASSING, detail=detail) from error
    if code == 0:
        return
    if code == _TOO_OFTEN:
        raise DeliveryError(Fault.THROTTLED, code=code, detail=words, retry_after=_MINUTE)
    fault = Fault.PASSING if code == _BUSY else Fault.MISCONFIGURED
    raise DeliveryError(fault, code=code, detail=words)

"""``/alerts``: which alerts there are, by any filter and by page."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.permission import Right
from bot.core.sifting import Sift, Standing
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.alerts import PAGE_LENGTH, alerts_card
from bot.feishu.cards.conditions import conditions
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.alert import ShowAlert
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.levels import severity_named
from bot.feishu.commands.selection import is_condition, select, written
from bot.feishu.commands.since import since_named
from bot.feishu.commands.words import Word
from bot.feishu.texts.base import Texts

_EXAMPLE = "/alerts service=pay level>=high page 2"
_PAGE = re.compile(r"(?:page|p|第)[=:]?(\d{1,6})页?|(\d{1,6})页", re.IGNORECASE)
_PAGE_WORDS = ("page", "p", "第", "页")
_STANDINGS = {
    **dict.fromkeys(("open", "active", "活跃", "未解决", "未恢复"), Standing.OPEN),
    **dict.fromkeys(("firing", "unacked", "未认领", "触发中"), Standing.FIRING),
    **dict.fromkeys(("acked", "acknowledged", "已认领", "处理中"), Standing.ACKED),
    **dict.fromkeys(("resolved", "closed", "已解决", "已恢复"), Standing.RESOLVED),
    **dict.fromkeys(("muted", "silenced", "已静默"), Standing.MUTED),
    **dict.fromkeys(("any", "all", "全部", "所有"), Standing.ANY),
}
_MINE = ("mine", "my", "我的", "by me", "我认领的")
_UNITS = (
    "hours",
    "hour",
    "h",
    "minutes",
    "minute",
    "mins",
    "m",
    "days",
    "day",
    "d",
    "小时",
    "分钟",
    "天",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAlerts:
    """Say which alerts there are.

    Attributes:
        sift: What is asked for; whose they are is known when it is run.
        mine: Only those of who asks.
        told: How far back, as written.
        page: From 1.
    """

    sift: Sift = field(default_factory=Sift)
    mine: bool = False
    told: str = ""
    page: int = 1

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with one page of the list, the last one when there are fewer pages."""
        sift = replace(self.sift, whose=request.person) if self.mine else self.sift
        found = views.sifting.page(sift, request.now, (self.page - 1) * PAGE_LENGTH, PAGE_LENGTH)
        shown = self.page
        if not found.rows and found.total:
            shown = -(-found.total // PAGE_LENGTH)
            found = views.sifting.page(sift, request.now, (shown - 1) * PAGE_LENGTH, PAGE_LENGTH)
        reader = request.reader
        card = alerts_card(
            found,
            reader,
            self._said(reader),
            page=shown,
            again=self._again(),
            standing=sift.standing,
        )
        return Answer(card=card)

    def _said(self, reader: Reader) -> str:
        """What was asked for, in words."""
        say, sift = reader.texts.sifting, self.sift
        parts = [
            conditions(sift.matchers, sift.least_severity, reader),
            say.since(reader.until(sift.since)) if sift.since is not None else "",
            say.mine if self.mine else "",
            say.containing(sift.text) if sift.text else "",
        ]
        return " · ".join(part for part in parts if part)

    def _again(self) -> str:
        """The command that asks for the same list, without its page."""
        sift = self.sift
        usual = Standing.ANY if self.told else Standing.OPEN
        words = ["" if sift.standing is usual else sift.standing.value]
        words += [written(matcher) for matcher in sift.matchers]
        if sift.least_severity is not None:
            words.append(f"level>={sift.least_severity.value}")
        words += [self.told, "mine" if self.mine else ""]
        mark = "'" if '"' in sift.text else '"'
        words.append(f"{mark}{sift.text}{mark}" if sift.text else "")
        return " ".join(["/alerts", *(word for word in words if word)])


@dataclass(slots=True)
class _Asked:
    """What was read of a line so far."""

    moment: Moment
    rest: list[Word]
    chosen: list[Word] = field(default_factory=list)
    standing: Standing | None = None
    since: datetime | None = None
    told: str = ""
    mine: bool = False
    text: str = ""
    page: int = 1
    level: str = ""


def _read(words: Words, moment: Moment) -> Command:
    if len(words) == 1 and number_in(words[0].text.removeprefix("#")) is not None:
        return ShowAlert(alert_id=int(words[0].text.removeprefix("#")))
    asked = _Asked(moment=moment, rest=list(words))
    while asked.rest:
        _take(asked, asked.rest.pop(0))
    selection = select(asked.chosen)
    named = severity_named(asked.level) if asked.level else None
    usual = Standing.ANY if asked.told else Standing.OPEN
    sift = Sift(
        standing=asked.standing or usual,
        matchers=selection.matchers,
        least_severity=selection.least_severity or named,
        since=asked.since,
        text=asked.text,
    )
    return ListAlerts(sift=sift, mine=asked.mine, told=asked.told, page=asked.page)


def _take(asked: _Asked, word: Word) -> None:
    """Take one word, and those behind it that belong to it."""
    said = word.text.lower()
    follows = asked.rest[0].text.lower() if asked.rest else ""
    if word.quoted:
        asked.text = word.text
    elif severity_named(word.text) is not None:
        asked.level = word.text
    elif said in _PAGE_WORDS or _PAGE.fullmatch(word.text):
        asked.page = _page(word.text, asked.rest)
    elif said in _STANDINGS:
        asked.standing = _STANDINGS[said]
    elif said in _MINE or f"{said} {follows}" in _MINE:
        asked.mine = True
        asked.rest[:] = asked.rest if said in _MINE else asked.rest[1:]
    elif is_condition(word):
        asked.chosen.append(word)
    else:
        _take_since(asked, word, follows)


def _take_since(asked: _Asked, word: Word, follows: str) -> None:
    told = word.text
    if told.lower() in ("since", "last", "最近", "过去") and asked.rest:
        told = asked.rest.pop(0).text
        follows = asked.rest[0].text.lower() if asked.rest else ""
    if follows in _UNITS and told.isdigit():
        told += asked.rest.pop(0).text
    since = since_named(told, asked.moment)
    if since is None:
        raise CommandError(word.text, _wanted, _EXAMPLE)
    asked.since, asked.told = since, told.lower().replace(" ", "")


def _wanted(texts: Texts) -> str:
    return texts.sifting.wanted


def _page(word: str, rest: list[Word]) -> int:
    """The page that a word names, together with the words behind it where it needs them."""
    named = _PAGE.fullmatch(word)
    if named is None:
        figure = rest.pop(0).text if rest else ""
        if rest and rest[0].text == "页":
            rest.pop(0)
    else:
        figure = named[1] or named[2]
    number = number_in(figure.removesuffix("页"))
    if number is None:
        raise CommandError(figure, lambda texts: texts.wanted.page, "/alerts page 2")
    return number


SPEC = Spec(
    names=("alerts", "告警", "告警列表", "活跃告警", "当前告警", "报警", "警报", "list", "ls"),
    text=lambda texts: texts.commands.alerts,
    read=_read,
    right=Right.READ,
)

"""``/alerts``: open alerts, filtered and by page."""

import re
from dataclasses import dataclass

from bot.core.matcher import Matcher
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.alerts import PAGE_LENGTH, alerts_card
from bot.feishu.cards.conditions import conditions
from bot.feishu.commands.alert import ShowAlert
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.levels import severity_named
from bot.feishu.commands.selection import is_condition, select, written
from bot.feishu.commands.words import Word
from watchers.finding import Severity

_EXAMPLE = "/alerts service=pay level>=high page 2"
_PAGE = re.compile(r"(?:page|p|第)[=:]?(\d{1,6})页?|(\d{1,6})页", re.IGNORECASE)
_PAGE_WORDS = ("page", "p", "第", "页")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAlerts:
    """Say which alerts are open; pages count from 1."""

    matchers: tuple[Matcher, ...] = ()
    least_severity: Severity | None = None
    page: int = 1

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with one page of the list, the last one when there are fewer pages."""
        found = views.open_alerts(
            request.now, self.matchers, self.least_severity, (self.page - 1) * PAGE_LENGTH
        )
        shown = self.page
        if not found.rows and found.total:
            shown = -(-found.total // PAGE_LENGTH)
            found = views.open_alerts(
                request.now, self.matchers, self.least_severity, (shown - 1) * PAGE_LENGTH
            )
        reader = request.reader
        filters = conditions(self.matchers, self.least_severity, reader)
        card = alerts_card(found, reader, filters, page=shown, again=self._again())
        return Answer(card=card)

    def _again(self) -> str:
        """The command that asks for the same list, without its page."""
        words = [written(matcher) for matcher in self.matchers]
        if self.least_severity is not None:
            words.append(f"level>={self.least_severity.value}")
        return " ".join(["/alerts", *words])


def _read(words: Words, moment: Moment) -> Command:
    if len(words) == 1 and number_in(words[0].text.removeprefix("#")) is not None:
        return ShowAlert(alert_id=int(words[0].text.removeprefix("#")))
    chosen: list[Word] = []
    least: Severity | None = None
    page, rest = 1, list(words)
    while rest:
        word = rest.pop(0)
        severity = None if word.quoted else severity_named(word.text)
        if severity is not None:
            least = severity
        elif word.text.lower() in _PAGE_WORDS or _PAGE.fullmatch(word.text):
            page = _page(word.text, rest)
        elif is_condition(word):
            chosen.append(word)
        else:
            raise CommandError(word.text, lambda texts: texts.wanted.matcher, _EXAMPLE)
    selection = select(chosen)
    return ListAlerts(
        matchers=selection.matchers, least_severity=selection.least_severity or least, page=page
    )


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

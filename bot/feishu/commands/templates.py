"""``/templates``: the kinds of messages that were found, and what people said of them."""

import re
from dataclasses import dataclass

from bot.core.catalogue import Which
from bot.core.matcher import Operator
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.catalogue import PAGE_LENGTH, catalogue_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.selection import is_condition, select
from bot.feishu.commands.words import Word

_EXAMPLE = "/templates service=pay new"
_PAGE = re.compile(r"(?:page|p|第)[=:]?(\d{1,6})页?|(\d{1,6})页?", re.IGNORECASE)
_PAGE_WORDS = ("page", "p", "第", "页")
_WHICH = {
    **dict.fromkeys(("all", "全部", "所有"), Which.ALL),
    **dict.fromkeys(("new", "newest", "最新", "新的", "新"), Which.NEW),
    **dict.fromkeys(("noise", "噪音"), Which.NOISE),
    **dict.fromkeys(("matters", "重要", "要紧"), Which.MATTERS),
    **dict.fromkeys(("unjudged", "open", "未评判"), Which.OPEN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTemplates:
    """Say which kinds of messages there are.

    Attributes:
        service: "" for all.
        page: From 1.
    """

    which: Which = Which.ALL
    service: str = ""
    page: int = 1

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with one page of the list, the last one when there are fewer pages."""
        page = self.page
        found = views.catalogue(self.which, self.service, (page - 1) * PAGE_LENGTH, PAGE_LENGTH)
        if not found.rows and found.total:
            page = -(-found.total // PAGE_LENGTH)
            first = (page - 1) * PAGE_LENGTH
            found = views.catalogue(self.which, self.service, first, PAGE_LENGTH)
        card = catalogue_card(
            found, request.reader, which=self.which, service=self.service, page=page
        )
        return Answer(card=card)


def service_in(words: list[Word], example: str) -> str:
    """The service that conditions name, "" for none.

    Raises:
        CommandError: If they name anything else.
    """
    for one in (selection := select(words)).matchers:
        if one.label != "service" or one.operator is not Operator.EQUAL:
            raise CommandError(one.label, lambda texts: texts.catalogue.wanted_list, example)
    if selection.least_severity is not None or selection.language is not None:
        raise CommandError(words[0].text, lambda texts: texts.catalogue.wanted_list, example)
    return selection.matchers[0].value if selection.matchers else ""


def _read(words: Words, _moment: Moment) -> ListTemplates:
    which, page, conditions = Which.ALL, 1, list[Word]()
    for word in words:
        text = word.text.lower()
        if text in _WHICH:
            which = _WHICH[text]
        elif is_condition(word):
            conditions.append(word)
        elif (turned := _PAGE.fullmatch(text)) is not None:
            page = number_in(turned[1] or turned[2]) or 1
        elif text not in _PAGE_WORDS:
            raise CommandError(word.text, lambda texts: texts.catalogue.wanted_list, _EXAMPLE)
    return ListTemplates(which=which, service=service_in(conditions, _EXAMPLE), page=page)


SPEC = Spec(
    names=("templates", "模板", "日志类别", "kinds"),
    text=lambda texts: texts.catalogue.command,
    read=_read,
    right=Right.READ,
)

"""``/rules``: what is looked for, how it stands, and what it found lately."""

import re
from dataclasses import dataclass

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.rules import PAGE_LENGTH, rules_card
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words
from bot.feishu.commands.errors import CommandError

_PAGE = re.compile(r"(?:page|p|第)?\s*=?(\d{1,4})\s*页?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRules:
    """Say what is looked for; pages count from 1."""

    page: int = 1

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with one page of the list, the last one when there are fewer pages."""
        page = self.page
        rows, total = views.ruling.page(request.now, (page - 1) * PAGE_LENGTH, PAGE_LENGTH)
        if total and not rows:
            page = -(-total // PAGE_LENGTH)
            rows, total = views.ruling.page(request.now, (page - 1) * PAGE_LENGTH, PAGE_LENGTH)
        return Answer(card=rules_card(rows, request.reader, total, page))


def _read(words: Words, moment: Moment) -> ListRules:
    text = " ".join(word.text for word in words)
    if not text:
        return ListRules()
    found = _PAGE.fullmatch(text)
    if found is None or not int(found[1]):
        raise CommandError(text, lambda texts: texts.wanted.page, "/rules page 2")
    return ListRules(page=int(found[1]))


SPEC = Spec(
    names=("rules", "规则", "规则列表"),
    text=lambda texts: texts.commands.rules,
    read=_read,
    right=Right.READ,
)

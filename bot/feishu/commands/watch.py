"""``/watch LINE``: a rule for lines like a pasted one, proposed with what it would have done."""

from dataclasses import dataclass

from bot.core.permission import Right
from bot.core.proposal import Proposal, propose
from bot.core.rule import ChatRule
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.proposal import proposal_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.limits import LONGEST_LINE

_EXAMPLE = "/watch ERROR pay: card 8841 declined after 3021 ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRule:
    """Propose a rule; nothing is looked for yet."""

    proposal: Proposal

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Keep what is proposed, and show it."""
        proposed, person, now = self.proposal, request.person, request.now
        rule = ChatRule(
            name=proposed.name,
            pattern=proposed.pattern,
            severity=proposed.severity,
            by=person,
            created_at=now,
            changed_by=person,
            changed_at=now,
            chat=request.chat.id,
            language=request.language,
            line=proposed.line,
        )
        view = views.ruling.proposal(engine.ruling.propose(rule), now)
        return Answer(card=proposal_card(view, request.reader))


def _read(words: Words, moment: Moment) -> Command:
    text = " ".join(word.text for word in words)
    proposal = propose(text)
    if proposal is None:
        raise CommandError(text, lambda texts: texts.rules.no_words, _EXAMPLE)
    return ProposeRule(proposal=proposal)


SPEC = Spec(
    names=("watch", "盯住", "盯着", "监控"),
    text=lambda texts: texts.rules.watch,
    read=_read,
    right=Right.RULES,
    free=True,
    longest=LONGEST_LINE,
)

"""Brings rules made in chats to those who look for them: agents here and elsewhere."""

import hashlib
import logging
from dataclasses import replace
from datetime import datetime

from bot.app.looking_back import keyword_rule
from bot.core.ports import Store
from bot.core.rule import ChatRule
from bot.engine.engine import Engine
from watchers.clock import Clock
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Response
from watchers.rules.rulebook import RuleBook, RuleSet, written

LOOK_EVERY_S = 0.5

_log = logging.getLogger(__name__)


class RuleFeed:
    """Reads what agents are given from a store; safe to use from several threads."""

    def __init__(self, store: Store, engine: Engine, clock: Clock) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._known: tuple[int, RuleSet] = (-1, RuleSet())

    def given(self, now: datetime) -> RuleSet:
        """Rules and pauses as they stand; a rule that cannot be used is left out, and said."""
        revision = self._store.rules.revision()
        known, given = self._known
        if revision != known:
            given = self._read(now)
            self._known = (revision, given)
            if given.problems:
                _log.warning("some rules cannot be used", extra={"why": given.problems})
                self._engine.rules_left_out(given.problems, now)
        return given

    def bring(self, book: RuleBook) -> float:
        """Let a book have what is given now; seconds until that is worth another look."""
        now = self._clock.now()
        given = self.given(now)
        if given.version != book.version:
            book.exchange(given)
            if book.problems and book.problems != given.problems:
                self._engine.rules_left_out(book.problems, now)
        return LOOK_EVERY_S

    def _read(self, now: datetime) -> RuleSet:
        rules: list[KeywordRule] = []
        problems = [f"rule {name!r} cannot be read" for name in self._store.rules.broken()]
        for rule in self._store.rules.all():
            try:
                rules.append(_as_looked_for(rule))
            except ValueError as error:
                problems.append(f"rule {rule.name!r}: {error}")
        held = (one.rule for one in self._store.rules.pauses() if one.holds(now))
        given = RuleSet(rules=tuple(rules), paused=frozenset(held), problems=tuple(problems))
        if not given.rules and not given.paused:
            return given
        digest = hashlib.blake2b(written(given).encode("utf-8", "replace"), digest_size=12)
        return replace(given, version=digest.hexdigest())


def _as_looked_for(rule: ChatRule) -> KeywordRule:
    """In the shadow it takes no line from a rule that alerts."""
    wanted = keyword_rule(rule)
    if rule.stage.quiet:
        return wanted.model_copy(update={"responses": (Response.RECORD,)})
    return wanted

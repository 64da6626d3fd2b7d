"""Runs the rules on series over the numbers that came, wherever they came in."""

import logging
from collections.abc import Sequence

from bot.app.rule_feed import RuleFeed
from bot.core.ports import Store
from bot.engine.engine import Engine
from watchers.clock import Clock
from watchers.detectors.base import RuleSettings
from watchers.finding import Report
from watchers.redaction.redactor import Redactor
from watchers.rules.number_rules import NumberRules

AGENT = "~numbers"
"""Under this name findings and what rules know are kept, whichever process runs them."""
_LOOK_EVERY_S = 1.0
_AT_ONCE = 1000

_log = logging.getLogger(__name__)


class NumberJudging:
    """One loop; what it found, what the rules know and what they looked at are stored at once.

    So nothing counts twice or never, also when another process goes on with it.
    """

    def __init__(
        self,
        rules: Sequence[RuleSettings],
        store: Store,
        engine: Engine,
        feed: RuleFeed,
        redactor: Redactor,
        clock: Clock,
    ) -> None:
        """`rules` are all on series."""
        self._own = tuple(rules)
        self._store = store
        self._engine = engine
        self._feed = feed
        self._redactor = redactor
        self._clock = clock
        self._rules: NumberRules | None = None
        self._paused: frozenset[str] = frozenset()

    def step(self) -> float:
        """Judge some numbers; seconds until that is worth another look."""
        now = self._clock.now()
        rules = self._current()
        waiting = self._store.numbers.waiting(_AT_ONCE)
        # From here on the rules know more than what is stored, unless all of it is.
        self._rules = None
        found = rules.judge([one.measured for one in waiting], now, self._clock.monotonic())
        report = Report(agent=AGENT, findings=tuple(found), positions=rules.take_changes(now))
        if waiting or found or report.positions:
            numbers = [one.id for one in waiting]
            self._engine.numbers_judged(self._redactor.report(report), numbers, now)
        self._rules = rules
        return 0.0 if len(waiting) == _AT_ONCE else _LOOK_EVERY_S

    def _current(self) -> NumberRules:
        now = self._clock.now()
        paused = self._feed.given(now).paused
        wanted = [one for one in self._own if one.name not in paused]
        if self._rules is None:
            kept = self._store.agents.positions(AGENT)
            self._rules, self._paused = NumberRules(AGENT, wanted, kept, now), paused
        elif paused != self._paused:
            _log.info("rules on series changed", extra={"paused": len(paused)})
            self._rules.exchange(wanted)
            self._paused = paused
        return self._rules

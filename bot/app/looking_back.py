"""Tries a rule made in a chat on the watched files of this host."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.errors import BusyError
from bot.core.ports import Store
from bot.core.rule import BackTest, ChatRule, Match, alerts_of
from bot.core.rule_ports import LOOKS_BACK
from watchers.clock import Clock
from watchers.detectors.base import RuleSettings
from watchers.detectors.keyword import KeywordRule
from watchers.redaction.redactor import Redactor
from watchers.sources.file.settings import WatchSettings
from watchers.trials.backtest import Found, look_back

_SHOWN = 3
_SILENT_FOR = timedelta(minutes=10)
_BUSY_SPAN = timedelta(minutes=10)


class LocalLookBack:
    """`core.rule_ports.LookBack` over the files of the configuration's watches."""

    def __init__(
        self,
        watches: Sequence[WatchSettings],
        rules: Sequence[RuleSettings],
        redactor: Redactor,
        store: Store,
        agent: str,
        quiet: timedelta,
        clock: Clock,
    ) -> None:
        self._watches = watches
        self._rules = rules
        self._redactor = redactor
        self._store = store
        self._agent = agent
        self._quiet = quiet
        self._clock = clock

    def __call__(self, rule: ChatRule, now: datetime) -> BackTest:
        """What it would have found in the last 24 hours."""
        tried = keyword_rule(rule)
        looked = look_back(
            tried, self._rules, self._watches, now, LOOKS_BACK, self._clock.monotonic
        )
        dated = sorted(one.at for one in looked.found if one.at is not None)
        undated = len(looked.found) - len(dated)
        also = Counter(self._rules[index].name for one in looked.found for index in one.also)
        fired = alerts_of(dated, rule.threshold, self._quiet)
        return BackTest(
            span=LOOKS_BACK,
            files=looked.files,
            read=looked.read,
            whole=looked.whole,
            matches=len(looked.found),
            fired=fired or int(undated >= rule.threshold.count),
            undated=undated,
            first=dated[0] if dated else None,
            last=dated[-1] if dated else None,
            some=self._some(looked.found),
            busiest=_busiest(dated),
            elsewhere=self._elsewhere(now),
            also=tuple(name for name, _ in also.most_common()),
        )

    def _some(self, found: Sequence[Found]) -> tuple[Match, ...]:
        newest = sorted(found, key=_when)[-_SHOWN:]
        return tuple(
            Match(at=one.at, text=self._redactor.text(one.text), place=one.place) for one in newest
        )

    def _elsewhere(self, now: datetime) -> tuple[str, ...]:
        """Agents that are there and are not this one."""
        try:
            agents = self._store.agents.all()
        except BusyError:
            return ()
        fresh = [one.agent for one in agents if now - one.heard_at < _SILENT_FOR]
        return tuple(one for one in fresh if one != self._agent)


def keyword_rule(rule: ChatRule) -> KeywordRule:
    """A rule made in a chat as agents look for it.

    Raises:
        ValueError: If it cannot be used.
    """
    return KeywordRule(
        name=rule.name,
        pattern=rule.pattern,
        exclude=rule.exclude,
        recovery=rule.recovery,
        severity=rule.severity,
        files=rule.files,
    )


def _when(one: Found) -> float:
    """Those that do not say when come first."""
    return one.at.timestamp() if one.at is not None else 0.0


def _busiest(dated: Sequence[datetime]) -> int:
    """Most within ten minutes; the instants in order."""
    most, first = 0, 0
    for last, at in enumerate(dated):
        while at - dated[first] >= _BUSY_SPAN:
            first += 1
        most = max(most, last - first + 1)
    return most

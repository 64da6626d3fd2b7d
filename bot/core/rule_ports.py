"""What the engine needs of a store to keep rules made in chats, and of whoever looks back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.rule import BackTest, ChatRule, Hit, RulePause, Window

LOOKS_BACK = timedelta(hours=24)


class RuleStore(Protocol):
    """Rules made in chats, pauses of any rule, and what rules found lately."""

    def add(self, rule: ChatRule) -> ChatRule:
        """Store one; returns it with its id."""
        ...

    def get(self, rule_id: int) -> ChatRule | None:
        """One of them, proposals included."""
        ...

    def named(self, name: str) -> ChatRule | None:
        """The one of this name that is no proposal."""
        ...

    def all(self) -> tuple[ChatRule, ...]:
        """All that are no proposals, by name."""
        ...

    def save(self, rule: ChatRule) -> None:
        """Store its next version; the former ones are kept."""
        ...

    def forget(self, rule_id: int) -> None:
        """Forget what was proposed."""
        ...

    def remove(self, name: str) -> None:
        """Forget a rule, also one that cannot be read; its versions stay."""
        ...

    def trained(self, now: datetime) -> tuple[ChatRule, ...]:
        """Those whose training is over."""
        ...

    def pauses(self) -> tuple[RulePause, ...]:
        """All of them, also those that are over by now."""
        ...

    def pause(self, pause: RulePause) -> None:
        """Keep one; another one of the same rule makes room."""
        ...

    def resume(self, rule: str) -> None:
        """Forget the pause of a rule."""
        ...

    def note(self, hits: tuple[Hit, ...]) -> None:
        """Keep what was found; of each rule only the newest few."""
        ...

    def hits(self, rule: str, limit: int) -> tuple[Hit, ...]:
        """The newest few of a rule, oldest first."""
        ...

    def window(self, rule: str, fingerprint: str) -> Window:
        """What was counted lately."""
        ...

    def keep_window(self, rule: str, fingerprint: str, window: Window) -> None:
        """Keep it."""
        ...

    def count(self, counts: Mapping[str, tuple[int, int]], at: datetime) -> None:
        """Count records and what they set off, by rule, into the ten minutes of `at`."""
        ...

    def counts(self, rule: str, since: datetime) -> tuple[tuple[datetime, int, int], ...]:
        """Ten minutes with records: their start, records, and how often these set off something."""
        ...

    def broken(self) -> tuple[str, ...]:
        """Names of rules that cannot be read; `all` leaves them out."""
        ...

    def revision(self) -> int:
        """Another one whenever what agents should look for may have changed."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some proposals and hits that are older; how many."""
        ...


class LookBack(Protocol):
    """Looks into the watched files of this host."""

    def __call__(self, rule: ChatRule, now: datetime) -> BackTest:
        """What the rule would have found in the last 24 hours; bounded in time and bytes."""
        ...


class NoLookBack:
    """Where no files are watched."""

    def __call__(self, rule: ChatRule, now: datetime) -> BackTest:
        """Nothing was looked at."""
        return BackTest(span=LOOKS_BACK, whole=False)

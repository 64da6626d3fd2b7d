"""Reads back which values of a field were found most."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.fields import ValueStep
from bot.core.ports import Store
from bot.engine.field_scopes import KNOWN_FOR, series_of
from bot.engine.rankings import floored
from bot.engine.recorded_fields import MOST_LINES, recorded_with
from bot.engine.recorded_lines import LinesWanted
from bot.engine.scope import EVERYTHING, Scope
from watchers.clauses.conditions import text_of

_FINE = timedelta(seconds=ValueStep.FINE)
_ALL = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedValue:
    """One value.

    Attributes:
        value: Untrusted text.
        records: With it in the span.
        before: In the span before it.
    """

    value: str
    records: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRanking:
    """The values of a field that were found most.

    Attributes:
        field: Its name as records have it.
        since: When the span begins; to five minutes.
        others: How many further values are known.
        rest: Records with these, or with values that were not told singly.
        total: Records that have the field.
        looked_at: So many of them were read; fewer than `total` where there were very many.
        before: Records that had it in the span before.
        compares: Whether anything is known of the span before.
        recorded: Whether these are lines that are kept, of which there may have been more.
        conditions: What other fields of these are.
    """

    field: str
    span: timedelta
    since: datetime
    rows: tuple[RankedValue, ...]
    others: int
    rest: int
    total: int
    looked_at: int
    before: int
    compares: bool
    recorded: bool = False
    conditions: str = ""


class FieldRankings:
    """Read models; safe to use from several threads, changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def known(self, now: datetime) -> tuple[str, ...]:
        """Names of all fields that are kept."""
        return tuple(self._store.fields.names(now - KNOWN_FOR))

    def services(self, names: Sequence[str], now: datetime) -> tuple[str, ...]:
        """Services whose records have the first of these fields that there is."""
        some = series_of(self._store, names, EVERYTHING, now)
        return tuple(sorted({one.labels.get("service", "") for one in some} - {""}))

    def top(
        self, names: Sequence[str], scope: Scope, span: timedelta, now: datetime, most: int
    ) -> FieldRanking | None:
        """Values of the first of these fields that there is; None without one."""
        series = series_of(self._store, names, scope, now)
        if not series:
            return None
        ids = [one.id for one in series]
        since = floored(now - span, _FINE)
        before = since - span
        read = self._store.fields.values
        found, whole, known = read(ids, since, now, most)
        earlier, whole_before, _ = read(ids, before, since, _ALL)
        counts = {one.value: one.records for one in earlier}
        return FieldRanking(
            field=series[0].field,
            span=span,
            since=since,
            rows=tuple(
                RankedValue(value=one.value, records=one.records, before=counts.get(one.value, 0))
                for one in found
            ),
            others=known - len(found),
            rest=whole.records - sum(one.records for one in found),
            total=whole.records,
            looked_at=whole.looked_at,
            before=whole_before.records,
            compares=whole_before.records > 0,
        )

    def top_of_recorded(
        self, names: Sequence[str], wanted: LinesWanted, span: timedelta, now: datetime, most: int
    ) -> FieldRanking | None:
        """Values of the first of these fields that lines of a kind have; None without one."""
        field, lines = recorded_with(self._store, names, wanted, now - 2 * span)
        if not field:
            return None
        since = now - span
        counts, earlier = Counter[str](), Counter[str]()
        for one in lines:
            value = text_of(one.sample.fields[field])
            (counts if one.at >= since else earlier)[value] += 1
        ranked = sorted(counts, key=lambda value: (-counts[value], value))
        return FieldRanking(
            field=field,
            span=span,
            since=since,
            rows=tuple(
                RankedValue(value=one, records=counts[one], before=earlier[one])
                for one in ranked[:most]
            ),
            others=len(ranked[most:]),
            rest=sum(counts[one] for one in ranked[most:]),
            total=counts.total(),
            looked_at=counts.total(),
            before=earlier.total(),
            compares=bool(earlier) and len(lines) < MOST_LINES,
            recorded=True,
            conditions=wanted.told,
        )

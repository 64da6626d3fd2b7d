"""Finds lines that rules found, and that are kept, by their words, labels and fields."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.lookup import Recorded, Wish
from bot.core.matcher import Matcher, Operator, all_take
from bot.core.ports import Store
from watchers.clauses.conditions import condition, number_of, text_of

_ORDERED = frozenset({">", ">=", "<", "<="})
_EVERYWHERE = frozenset({"rule", "severity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesWanted:
    """Which lines.

    Attributes:
        words: That a line holds, in any case.
        matchers: Of labels and fields.
        fields: Further conditions on these: name, operator, value.
        least: Rank of the severity that a line has at least.
        having: A field that a line must have, "" for none.
    """

    words: str = ""
    matchers: tuple[Matcher, ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()
    least: int = 0
    having: str = ""

    @property
    def told(self) -> str:
        """The further conditions, as people write them."""
        return " ".join(map("".join, self.fields))


def recorded_lines(
    store: Store, wanted: LinesWanted, since: datetime, limit: int
) -> tuple[Recorded, ...]:
    """The newest of them."""
    conditions = [condition(" ".join(one)) for one in wanted.fields]

    def takes(one: Recorded) -> bool:
        fields = one.sample.fields
        known = {**{name: text_of(value) for name, value in fields.items()}, **one.identity}
        return (
            one.severity.rank >= wanted.least
            and all_take(wanted.matchers, known)
            and all(each.holds({**fields, **one.labels}) for each in conditions)
        )

    wishes = [
        *(_wish(one.label, one.operator.value, one.value) for one in wanted.matchers),
        *(_wish(one.field, one.op, one.value) for one in conditions),
        Wish(field=wanted.having) if wanted.having else None,
    ]
    services = (
        one.value
        for one in wanted.matchers
        if one.label == "service" and one.operator is Operator.EQUAL
    )
    told = [one for one in wishes if one is not None]
    search = store.recorded.search
    return search(wanted.words, next(services, None), since, limit, told, takes)


def _wish(field: str, op: str, value: str) -> Wish | None:
    """What can be told of a line by its fields alone; None where that is nothing."""
    if field in _EVERYWHERE or op.startswith("!"):
        return None
    number = number_of(value)
    if op in _ORDERED:
        return Wish(field=field, op=op, number=number)
    return Wish(field=field, op=op if op == "=" else "", value=value, number=number)

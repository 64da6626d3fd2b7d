"""A field of the lines that are kept, for figures of those that satisfy a condition.

What was counted by value says nothing of other fields of the same records; the lines do.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.lookup import Recorded
from bot.core.ports import Store
from bot.engine.recorded_lines import LinesWanted, recorded_lines

MOST_LINES = 5_000
"""The newest, that a figure is of."""


def recorded_with(
    store: Store, names: Sequence[str], wanted: LinesWanted, since: datetime
) -> tuple[str, tuple[Recorded, ...]]:
    """The first of these fields, in any case, that such lines have, and these.

    Where only others have it no lines are returned, and "" where none has.
    """
    known = {one.lower(): one for one in store.fields.names(since)}
    fields = [known.get(name.lower(), name) for name in names]
    for field in fields:
        lines = recorded_lines(store, replace(wanted, having=field), since, MOST_LINES)
        if found := tuple(one for one in lines if field in one.sample.fields):
            return field, found
    others = (one for one in fields if recorded_lines(store, LinesWanted(having=one), since, 1))
    return next(others, ""), ()

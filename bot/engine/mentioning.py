"""Whom a card mentions, as far as it is known: open_ids for addresses that were looked up."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.ports import Store

LOOKED_UP_FOR = timedelta(days=7)
NOBODY_FOR = timedelta(hours=6)
_OPEN_ID = re.compile(r"ou_\w{1,64}")


def known_people(store: Store, entries: Iterable[str], now: datetime) -> tuple[str, ...]:
    """The open_ids of those that are known, each once."""
    found = (person_of(store, entry, now) for entry in entries)
    return tuple(dict.fromkeys(one for one in found if one))


def person_of(store: Store, entry: str, now: datetime) -> str | None:
    """The open_id of an entry, "" for nobody, None when Feishu must be asked.

    An open_id stands for itself, unless Feishu refused it lately.
    """
    seen = store.chats.looked_up(entry)
    if seen is not None:
        lasts = LOOKED_UP_FOR if seen.person_id else NOBODY_FOR
        if now - seen.at < lasts:
            return seen.person_id
    return entry if _OPEN_ID.fullmatch(entry) else None

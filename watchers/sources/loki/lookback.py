"""Searches Loki: its query, narrowed to lines that hold the words."""

import json
import re
from datetime import timedelta
from urllib.parse import urlsplit

from watchers.sources.loki.settings import LokiSettings
from watchers.sources.loki.supply import PATH, asking_of, lines_of
from watchers.streams.wanted import Seen, Wanted, seen


def look_back(settings: LokiSettings, wanted: Wanted) -> Seen:
    """What Loki holds of it.

    Raises:
        SupplyError: If it does not say.
    """
    limit = min(settings.timeout, timedelta(seconds=wanted.within_s))
    asking = asking_of(settings.model_copy(update={"timeout": limit}))
    since, until = wanted.span
    try:
        answer = asking.ask(
            PATH,
            {
                "query": query_of(settings, wanted.words),
                "start": str(since),
                "end": str(until),
                "limit": str(wanted.most),
                "direction": "backward",
            },
        )
    finally:
        asking.close()
    return seen(lines_of(answer, settings, urlsplit(settings.url).hostname or ""), wanted)


def query_of(settings: LokiSettings, words: str) -> str:
    """In LogQL; on a line of its own, since a comment may end the query."""
    if not words:
        return settings.query
    return f"{settings.query}\n|~ {json.dumps('(?i)' + re.escape(words), ensure_ascii=False)}"

"""Searches Elasticsearch or OpenSearch: its query, narrowed to documents that hold the words."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from watchers.sources.elasticsearch.settings import ElasticsearchSettings
from watchers.sources.elasticsearch.supply import NANOS, PARAMS, asking_of, lines_of, path_of
from watchers.sources.elasticsearch.supply import search_of as asked_forward
from watchers.streams.wanted import Seen, Wanted, seen


def look_back(settings: ElasticsearchSettings, wanted: Wanted) -> Seen:
    """What the indices hold of it.

    Raises:
        SupplyError: If they do not say, or not all of them.
    """
    limit = min(settings.timeout, timedelta(seconds=wanted.within_s))
    asking = asking_of(settings.model_copy(update={"timeout": limit}))
    try:
        answer = asking.ask(path_of(settings), PARAMS, search_of(settings, wanted))
    finally:
        asking.close()
    return seen(lines_of(answer, settings, urlsplit(settings.url).hostname or ""), wanted)


def search_of(settings: ElasticsearchSettings, wanted: Wanted) -> dict[str, Any]:
    """What is asked for."""
    asked = asked_forward(settings, *wanted.span, wanted.most)
    if wanted.words:
        asked["query"]["bool"]["filter"].append(_holding(settings.message, wanted.words))
    asked["sort"] = [{settings.time: {"order": "desc", "format": NANOS}}]
    return asked | {"timeout": f"{wanted.within_s * 1000:.0f}ms"}


def _holding(field: str, words: str) -> dict[str, Any]:
    """A text is found by whole words and the last one's beginning, a keyword by any part of it."""
    literal = "".join(f"\\{one}" if one in "\\*?" else one for one in words)
    part = {"value": f"*{literal}*", "case_insensitive": True}
    either = [{"match_phrase_prefix": {field: words}}, {"wildcard": {field: part}}]
    return {"bool": {"should": either, "minimum_should_match": 1}}

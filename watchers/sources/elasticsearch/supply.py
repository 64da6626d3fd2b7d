"""Asks ``_search`` of Elasticsearch or OpenSearch, in order of time."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from watchers.sources.elasticsearch.settings import ElasticsearchSettings
from watchers.streams.asking import Asking, secret
from watchers.streams.entry import Opening, Stream, SupplyError
from watchers.streams.paging import SECOND, Found, Paging

_LONGEST_TEXT = 64 * 1024
NANOS = "strict_date_optional_time_nanos"
PARAMS = {"ignore_unavailable": "true", "allow_no_indices": "true"}
"""What a pattern leads to comes and goes; a part that is shut is none to fail for."""
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")


def build(settings: ElasticsearchSettings, opening: Opening) -> Paging:
    """Begin to ask."""
    asking = asking_of(settings)
    server = urlsplit(settings.url).hostname or ""
    path = path_of(settings)

    def fetch(since: int, until: int, most: int) -> list[Found]:
        answer = asking.ask(path, PARAMS, search_of(settings, since, until, most))
        return list(lines_of(answer, settings, server))

    def further(since: int, until: int, most: int, turn: int) -> list[Found]:
        answer = asking.ask(path, PARAMS, search_of(settings, since, until, most, turn))
        return list(lines_of(answer, settings, server))

    return Paging(
        fetch=fetch,
        further=further,
        schedule=settings,
        mark=opening.mark,
        clock=opening.clock,
        close=asking.close,
    )


def asking_of(settings: ElasticsearchSettings) -> Asking:
    """Who asks.

    Raises:
        SupplyError: If a file with credentials cannot be read.
    """
    key = settings.api_key_file
    return Asking(settings, authorization=f"ApiKey {secret(key)}" if key else "")


def path_of(settings: ElasticsearchSettings) -> str:
    """Where it is asked."""
    return f"/{quote(settings.index, safe='*,')}/_search"


def keep_s(settings: ElasticsearchSettings) -> float:
    """What is asked for again must be known, and so must the last instant of a page."""
    return settings.overlap.total_seconds() + 1.0


def search_of(
    settings: ElasticsearchSettings, since: int, until: int, most: int, turn: int | None = None
) -> dict[str, Any]:
    """What is asked for; behind a turn where an instant holds more than a page."""
    span = {"gte": _written(since), "lt": _written(until), "format": NANOS}
    filters: list[dict[str, Any]] = [{"range": {settings.time: span}}]
    if settings.query:
        filters.append({"query_string": {"query": settings.query}})
    by_turn: dict[str, Any] = {}
    order: list[dict[str, Any]] = [{settings.time: {"order": "asc", "format": NANOS}}]
    if turn is not None:
        order.append({"_seq_no": {"order": "asc", "unmapped_type": "long"}})
        by_turn = {"search_after": [_written(since), turn]}
    return {
        "size": most,
        "query": {"bool": {"filter": filters}},
        "sort": order,
        **by_turn,
        "_source": sorted({settings.message, *settings.labels.values()}),
        "track_total_hits": False,
    }


def lines_of(
    answer: Mapping[str, Any], settings: ElasticsearchSettings, server: str
) -> Iterator[Found]:
    """The documents in an answer.

    Raises:
        SupplyError: If it is not whole: what a part of the cluster has would be lost.
    """
    try:
        shards = answer["_shards"]
        if answer.get("timed_out") or shards["failed"]:
            why = _why(shards) or "it ran out of time"
            raise SupplyError(
                f"{shards['failed']} of {shards['total']} parts did not answer: {why}"
            )
        if not shards["total"]:
            raise SupplyError(f"no index is named {settings.index}", absent=True)
        for hit in answer["hits"]["hits"]:
            source = hit.get("_source") or {}
            text = _said(source, settings.message).rstrip("\n")
            yield Found(
                at=_instant(hit["sort"][0]),
                id=_short(f"{hit['_index']}/{hit['_id']}"),
                text=text.encode("utf-8", "replace")[:_LONGEST_TEXT],
                stream=_stream(source, settings, server),
                turn=int(hit["sort"][1]) if len(hit["sort"]) > 1 else -1,
            )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise SupplyError(
            f"not an answer of Elasticsearch: {type(error).__name__} {error}"
        ) from error


def _short(identity: str) -> str:
    return hashlib.blake2b(identity.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _why(shards: Mapping[str, Any]) -> str:
    failures = shards.get("failures") or [{}]
    reason = failures[0].get("reason") or {}
    return str(reason.get("reason") or reason.get("type") or "")[:200]


def _stream(source: Mapping[str, Any], settings: ElasticsearchSettings, server: str) -> Stream:
    found = {label: _said(source, field) for label, field in settings.labels.items()}
    labels = {
        "service": settings.index.strip("*-"),
        "host": server,
        **{label: said[:200] for label, said in found.items() if said},
    }
    return Stream(path=f"elasticsearch:{labels['service']}", labels=tuple(labels.items()))


def _said(source: Mapping[str, Any], field: str) -> str:
    """A field of a document, which may be written with dots or as objects in each other."""
    found: Any = source
    if field in source:
        found = source[field]
    else:
        for part in field.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, list):
        found = found[0] if found else None
    return "" if found is None or isinstance(found, Mapping) else str(found)


def _written(at: int) -> str:
    whole, nanos = divmod(at, SECOND)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{nanos:09}Z"


def _instant(sort: object) -> int:
    """The time that a document was sorted by; older servers give it in milliseconds."""
    if isinstance(sort, int):
        return sort * 1_000_000
    found = _INSTANT.fullmatch(str(sort))
    if found is None:
        raise ValueError(f"a time such as 2026-11-23T12:00:00.000Z, not {sort!r}")
    whole = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    return round(whole.timestamp()) * SECOND + int((found[2] or "0").ljust(9, "0"))

"""Asks Loki's ``query_range``, forward in time."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from watchers.sources.loki.settings import HOST, KEPT, SERVICE, LokiSettings
from watchers.streams.asking import Asking
from watchers.streams.entry import Opening, Stream, SupplyError
from watchers.streams.paging import Found, Paging

PATH = "/loki/api/v1/query_range"
_LONGEST_TEXT = 64 * 1024


def build(settings: LokiSettings, opening: Opening) -> Paging:
    """Begin to ask."""
    asking = asking_of(settings)
    server = urlsplit(settings.url).hostname or ""

    def fetch(since: int, until: int, most: int) -> list[Found]:
        answer = asking.ask(
            PATH,
            {
                "query": settings.query,
                "start": str(since),
                "end": str(until),
                "limit": str(most),
                "direction": "forward",
            },
        )
        return sorted(lines_of(answer, settings, server), key=lambda one: one.at)

    return Paging(
        fetch=fetch,
        schedule=settings,
        mark=opening.mark,
        clock=opening.clock,
        close=asking.close,
    )


def asking_of(settings: LokiSettings) -> Asking:
    """Who asks.

    Raises:
        SupplyError: If a file with credentials cannot be read.
    """
    return Asking(settings, {"X-Scope-OrgID": settings.tenant} if settings.tenant else {})


def keep_s(settings: LokiSettings) -> float:
    """What is asked for again must be known, and so must the last instant of a page."""
    return settings.overlap.total_seconds() + 1.0


def lines_of(answer: Mapping[str, Any], settings: LokiSettings, server: str) -> Iterator[Found]:
    """The lines in an answer, stream by stream.

    Raises:
        SupplyError: If it holds figures, or is no answer of Loki's.
    """
    try:
        kind = answer["data"]["resultType"]
        if kind != "streams":
            raise SupplyError(
                f'the query gives figures ({kind}), wanted lines: e.g. {{app="pay"}} |= "ERROR"'
            )
        for result in answer["data"]["result"]:
            said = {str(key): str(value) for key, value in result["stream"].items()}
            stream = _stream(said, settings, server)
            identity = json.dumps(sorted(said.items()))
            for at, text, *_ in result["values"]:
                whole = f"{at}\0{identity}\0{text}".encode("utf-8", "replace")
                yield Found(
                    at=int(at),
                    id=hashlib.blake2b(whole, digest_size=8).hexdigest(),
                    text=str(text).rstrip("\n").encode("utf-8", "replace")[:_LONGEST_TEXT],
                    stream=stream,
                )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SupplyError(f"not an answer of Loki: {type(error).__name__} {error}") from error


def _stream(said: Mapping[str, str], settings: LokiSettings, server: str) -> Stream:
    labels = {
        "service": _first(said, SERVICE) or "loki",
        "host": _first(said, HOST) or server,
        **{key: said[key] for key in KEPT if said.get(key)},
        **{ours: said[theirs] for ours, theirs in settings.labels.items() if said.get(theirs)},
    }
    return Stream(path=f"loki:{labels['service']}", labels=tuple(labels.items()))


def _first(said: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if said.get(name)), "")

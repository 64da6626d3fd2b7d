"""Any JSON object, made into alerts by the expressions of its sender."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.ingest.mapping import Mapped, drawn
from bot.ingest.pushed import Pushed, Told, told
from bot.ingest.sender import Sender
from bot.ingest.shapes import ShapeError, words


def read(body: Mapping[str, Any], sender: Sender) -> Told:
    """What the maps of the sender make of it; the name of an event is under ``event``.

    Raises:
        ShapeError: If none of them finds what it is for.
    """
    event = words(body.get("event"), 200)
    meant = [one for one in sender.maps if one.takes(event)]
    return told(by_maps(meant, body, event or sender.name))


def by_maps(
    maps: Iterable[Mapped], body: Mapping[str, Any], rule: str
) -> Iterator[Pushed | ShapeError]:
    """What the first map that makes anything of a body makes of it.

    Args:
        maps: In their order.
        body: As it was posted.
        rule: Of what says none.

    Raises:
        ShapeError: If none of them finds what it is for.
    """
    meant = [mapped for mapped in maps if mapped.finds(body)]
    if not meant:
        raise ShapeError("no map finds anything in the body")
    for mapped in meant:
        found = tuple(drawn(mapped, body))
        if found:
            yield from (
                one
                if isinstance(one, ShapeError)
                else Pushed(
                    rule=one.rule or rule,
                    title=one.title,
                    message=one.message,
                    severity=one.severity,
                    labels={name: text for name, text in one.labels.items() if text},
                    links=one.links,
                    started_at=one.started_at,
                    over=one.over,
                )
                for one in found
            )
            return

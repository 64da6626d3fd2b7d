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
        ShapeError: If none of them makes anything of it.
    """
    event = words(body.get("event"), 200)
    meant = [one for one in sender.maps if one.takes(event)]
    found = tuple(by_maps(meant, body, event or sender.name))
    if not found:
        raise ShapeError("no map of this sender makes anything of the body")
    return told(found)


def by_maps(
    maps: Iterable[Mapped], body: Mapping[str, Any], rule: str
) -> Iterator[Pushed | ShapeError]:
    """What the first map that makes anything of a body makes of it.

    Args:
        maps: In their order.
        body: As it was posted.
        rule: Of what says none.
    """
    for mapped in maps:
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

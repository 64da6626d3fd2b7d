"""Cursors: opaque to programs, a place in an order to us."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.web.api.problem import Fault, unprocessable
from bot.web.api.shapes import Paged

T = TypeVar("T")
K = TypeVar("K", int, str)


def cursor_of(order: str, place: int | str) -> str:
    """The cursor of a place in an order."""
    return base64.urlsafe_b64encode(json.dumps([order, place]).encode()).decode().rstrip("=")


def place_in(cursor: str, order: str, kind: type[K]) -> K | None:
    """The place that a cursor names, None for the beginning.

    Raises:
        ProblemError: If it is none of this order.
    """
    if not cursor:
        return None
    wrong = unprocessable(
        Fault(where="query.cursor", found=cursor, wanted="`next` of a page of this very list")
    )
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        raise wrong from None
    match found:
        case [name, place] if name == order and type(place) is kind:
            return place
        case _:
            raise wrong


def page_of(
    rows: Sequence[T], key: Callable[[T], K], kind: type[K], order: str, asked: Paged
) -> tuple[list[T], str]:
    """Some rows of a short list, by their keys, which are of one kind; and the next cursor."""
    after = place_in(asked.cursor, order, kind)
    left = [one for one in rows if after is None or key(one) > after]
    left.sort(key=key)
    shown = left[: asked.limit]
    return shown, cursor_of(order, key(shown[-1])) if len(left) > len(shown) else ""

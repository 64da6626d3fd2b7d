"""What a request asks, read from Flask's request; and the type of a route."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from bot.sandbox.errors import ApiError
from bot.sandbox.wire import Json, loads

Route = tuple[str, str, Callable[..., Response]]
"""Method, rule, view."""

_PAGE_SIZE = 100


def body() -> Json:
    """The JSON object of the request, whatever its content type says.

    Raises:
        ApiError: 9499 if there is none.
    """
    found = json_object()
    if found is None:
        raise ApiError(9499, "Bad Request: the body is not a JSON object")
    return found


def json_object() -> Json | None:
    """The same, or None."""
    try:
        found = loads(request.get_data())
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def size() -> int:
    """Bytes of the request body."""
    return len(request.get_data())


def parts() -> dict[str, bytes]:
    """The parts of a form by name; a file may come without a file name, as from some clients."""
    decoder = MultipartDecoder(request.mimetype_params.get("boundary", "").encode())
    decoder.receive_data(request.get_data())
    decoder.receive_data(None)
    found: dict[str, bytes] = {}
    name = ""
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            match event:
                case Field(name=name) | File(name=name):
                    found[name] = b""
                case Data(data=data):
                    found[name] += data
                case _:
                    pass
    except ValueError:
        return {}
    return found


def page(items: list[Any]) -> tuple[list[Any], Json]:
    """The asked page of a list; the token is the place where it begins.

    Raises:
        ApiError: If page_size is not 1 to 100.
    """
    wanted = request.args.get("page_size", 20, int)
    if not 1 <= wanted <= _PAGE_SIZE:
        raise ApiError(99992402, "field validation failed: page_size")
    token = request.args.get("page_token", "")
    start = int(token) if token.isdecimal() else 0
    more = start + wanted < len(items)
    return items[start : start + wanted], {
        "has_more": more,
        "page_token": str(start + wanted) if more else "",
    }

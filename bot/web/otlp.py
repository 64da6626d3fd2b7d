"""The address that OpenTelemetry's exporters post log records to."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.core.errors import BusyError
from bot.ingest.otlp import MOST_BODY, LogsRejectedError, open_logs
from bot.ingest.otlp_wire import JSON, PROTOBUF, answer_of, refusal_of
from bot.web.health import Rejections
from watchers.clock import Clock
from watchers.streams.pushed import PushedLine

_ADDRESS = "otlp"
_LATER_S = 1.0
"""Exporters give a batch up after ten seconds in all."""
_BEARER = "bearer "
_WHY = {400: "unreadable", 401: "bad_token", 413: "too_large", 415: "unknown_form"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtlpDoor:
    """What it takes to receive log records.

    Attributes:
        who: The watch whose senders have a token, None for nobody's.
        take: Keeps the lines for a watch, all or none; seconds to come again after where they are
            too many at once. Raises BusyError for later.
    """

    who: Callable[[str], str | None]
    take: Callable[[str, Sequence[PushedLine]], float]


def otlp_routes(door: OtlpDoor, rejections: Rejections, clock: Clock) -> Blueprint:
    """``POST /v1/logs``."""
    routes = Blueprint(_ADDRESS, __name__)

    @routes.post("/v1/logs")
    def logs() -> Response:
        request.max_content_length = MOST_BODY + 1
        watch = door.who(_token(request.headers.get("Authorization", "")))
        if watch is None:
            refuse(401, "Unauthorized")
        try:
            found = open_logs(
                request.headers.get("Content-Type", ""),
                request.headers.get("Content-Encoding", ""),
                request.get_data(),
                request.remote_addr or "",
                clock.now(),
            )
        except RequestEntityTooLarge:
            refuse(413, f"more than {MOST_BODY} bytes")
        except LogsRejectedError as error:
            refuse(error.status, str(error))
        try:
            wait_s = door.take(watch, found.lines) if found.lines else 0.0
        except BusyError:
            refuse(503, "busy", _LATER_S)
        if wait_s:
            refuse(429, "too many", wait_s)
        return Response(answer_of(_kind(), found.refused, found.why), content_type=_kind())

    def refuse(status: int, text: str, wait_s: float = 0.0) -> NoReturn:
        rejections.count(_ADDRESS, _WHY.get(status, text.replace(" ", "_")))
        answer = Response(refusal_of(_kind(), text), status, content_type=_kind())
        if wait_s:
            answer.headers["Retry-After"] = str(math.ceil(wait_s))
        abort(answer)

    return routes


def _token(header: str) -> str:
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""


def _kind() -> str:
    """In which form is answered: the one that was asked in."""
    asked = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return PROTOBUF if asked == PROTOBUF else JSON

"""The address that numbers of series are posted to."""

import math
from collections.abc import Callable, Sequence
from typing import NoReturn

from flask import Blueprint, Response, abort, jsonify, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.core.errors import BusyError
from bot.core.numbers import Taken
from bot.ingest.flow import Flow
from bot.ingest.numbers import Posted, open_numbers
from bot.ingest.signed import ReportRejectedError, ReportRejection
from bot.web.health import Rejections
from watchers.clock import Clock
from watchers.measured import Measured

TakeNumbers = Callable[[Sequence[Measured]], Taken]
"""Stores numbers, all of them or none; raises BusyError for later."""
_ADDRESS = "ingest_series"
_LATER_S = 10


def number_routes(
    take: TakeNumbers, secret: str, flow: Flow, rejections: Rejections, clock: Clock
) -> Blueprint:
    """``POST /ingest/series``."""
    routes = Blueprint("ingest_series", __name__)

    @routes.post("/ingest/series")
    def series() -> Response:
        try:
            posted = open_numbers(dict(request.headers), request.get_data(), secret, clock.now())
        except RequestEntityTooLarge:
            rejections.count(_ADDRESS, ReportRejection.TOO_LARGE)
            raise
        except ReportRejectedError as error:
            rejections.count(_ADDRESS, error.why)
            abort(error.status)
        wait_s = flow.admit(len(posted.numbers) + posted.wrong)
        if wait_s:
            _later(429, "too_many", wait_s)
        try:
            taken = take(posted.numbers) if posted.numbers else Taken()
        except BusyError:
            _later(503, "busy", _LATER_S)
        if posted.wrong:
            rejections.count(_ADDRESS, "bad_lines")
        return _told(posted, taken)

    def _later(status: int, why: str, wait_s: float) -> NoReturn:
        rejections.count(_ADDRESS, why)
        answer = make_response(jsonify(error=why, retry_after_s=math.ceil(wait_s)), status)
        answer.headers["Retry-After"] = str(math.ceil(wait_s))
        abort(answer)

    return routes


def _told(posted: Posted, taken: Taken) -> Response:
    """What became of each line; 400 when nothing of all was of use."""
    answer: dict[str, object] = {"taken": taken.fresh, "known": taken.known}
    if posted.wrong:
        answer["refused"] = [{"line": one.line, "why": one.why} for one in posted.refused]
        answer["wrong"] = posted.wrong
    useful = taken.fresh + taken.known
    return make_response(jsonify(answer), 200 if useful else 400)

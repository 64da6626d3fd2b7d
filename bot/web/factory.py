"""Makes the HTTP server's application out of what the process offers."""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, InternalServerError

from bot.feishu.security import MAX_BODY, Keys
from bot.ingest.flow import Flow
from bot.web.callback import Receive, callback_routes
from bot.web.health import Rejections, Unready, health_routes
from bot.web.ingest import Take, ingest_routes
from bot.web.metrics import Looks
from bot.web.numbers import TakeNumbers, number_routes
from bot.web.otlp import OtlpDoor, otlp_routes
from bot.web.pushed import Takes, pushed_routes
from bot.web.requests import Requests
from watchers.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.shared_ports import Rates
    from bot.web.api.desk import ApiDesk

_log = logging.getLogger(__name__)
_API = "/api/"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackDoor:
    """What it takes to receive from Feishu over HTTP."""

    keys: Keys
    receive: Receive


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestDoor:
    """What it takes to receive from agents, and from others that post numbers.

    Attributes:
        secret: Shared with them; not empty.
        take: Where reports go.
        take_numbers: Where numbers of series go.
        numbers_per_minute: So many of these come in here.
        rates: Those of all servers, where they share any.
    """

    secret: str = field(repr=False)
    take: Take
    take_numbers: TakeNumbers
    numbers_per_minute: int = 60_000
    rates: "Rates | None" = None

    def __post_init__(self) -> None:
        if not self.secret:
            raise ValueError("signed reports need a secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What may come in; a door that is not given does not exist and answers 404."""

    callback: CallbackDoor | None = None
    ingest: IngestDoor | None = None
    otlp: OtlpDoor | None = None
    pushed: Takes | None = None
    api: "Callable[[], ApiDesk] | None" = None


def create_app(
    *,
    clock: Clock,
    unready: Unready,
    doors: Doors,
    looks: Looks | None = None,
    rejections: Rejections | None = None,
) -> Flask:
    """The application.

    Bodies above 1 MiB, of log records 4 MiB, are refused before they are read. Errors are JSON and
    say no more than their status.
    """
    rejections = rejections or Rejections()
    app = Flask("larkwatch", static_folder=None)
    # One more than allowed: a body of unknown length is cut there, and then refused by its length.
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY + 1
    requests = Requests()
    app.register_blueprint(health_routes((rejections, requests), unready, looks))
    if (callback := doors.callback) is not None:
        app.register_blueprint(callback_routes(callback.receive, callback.keys, rejections, clock))
    if (ingest := doors.ingest) is not None:
        app.register_blueprint(ingest_routes(ingest.take, ingest.secret, rejections, clock))
        flow = Flow(ingest.numbers_per_minute, clock, "numbers", ingest.rates)
        routes = number_routes(ingest.take_numbers, ingest.secret, flow, rejections, clock)
        app.register_blueprint(routes)
    if doors.otlp is not None:
        app.register_blueprint(otlp_routes(doors.otlp, rejections, clock))
    if doors.pushed is not None:
        app.register_blueprint(pushed_routes(doors.pushed, rejections))
    problem_of = _open_api(app, doors.api, requests, clock) if doors.api is not None else None

    def said(error: HTTPException) -> Response | tuple[Response, int]:
        if problem_of is not None and request.path.startswith(_API):
            return problem_of(error)
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        return jsonify(error=status.phrase), status

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response | tuple[Response, int] | HTTPException:
        # One with a response is of an address that answers in a form of its own.
        return error if error.response is not None else said(error)

    @app.errorhandler(Exception)
    def fail(error: Exception) -> Response | tuple[Response, int]:
        _log.error("a request failed", exc_info=error, extra={"path": request.path})
        return said(InternalServerError())

    return app


def _open_api(
    app: Flask, desk: "Callable[[], ApiDesk]", requests: Requests, clock: Clock
) -> "Callable[[HTTPException], Response]":
    """Add the API, which is imported only where it is open; how it says what went wrong."""
    from bot.web.api.routes import api_routes, problem_of  # noqa: PLC0415

    app.register_blueprint(api_routes(desk, requests, clock))
    return problem_of

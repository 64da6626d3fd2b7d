"""Makes the HTTP server's application out of what the process offers."""

import logging
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from bot.feishu.security import MAX_BODY, Keys
from bot.ingest.flow import Flow
from bot.web.callback import Receive, callback_routes
from bot.web.health import Rejections, Unready, health_routes
from bot.web.ingest import Take, ingest_routes
from bot.web.metrics import Looks
from bot.web.numbers import TakeNumbers, number_routes
from bot.web.otlp import OtlpDoor, otlp_routes
from bot.web.pushed import Takes, pushed_routes
from watchers.clock import Clock

_log = logging.getLogger(__name__)


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
    """

    secret: str = field(repr=False)
    take: Take
    take_numbers: TakeNumbers
    numbers_per_minute: int = 60_000

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
    app.register_blueprint(health_routes(rejections, unready, looks))
    if (callback := doors.callback) is not None:
        app.register_blueprint(callback_routes(callback.receive, callback.keys, rejections, clock))
    if (ingest := doors.ingest) is not None:
        app.register_blueprint(ingest_routes(ingest.take, ingest.secret, rejections, clock))
        flow = Flow(ingest.numbers_per_minute, clock)
        routes = number_routes(ingest.take_numbers, ingest.secret, flow, rejections, clock)
        app.register_blueprint(routes)
    if doors.otlp is not None:
        app.register_blueprint(otlp_routes(doors.otlp, rejections, clock))
    if doors.pushed is not None:
        app.register_blueprint(pushed_routes(doors.pushed, rejections))

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[Response, int] | HTTPException:
        if error.response is not None:
            return error  # an address that answers in a form of its own
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        return jsonify(error=status.phrase), status

    @app.errorhandler(Exception)
    def fail(error: Exception) -> tuple[Response, int]:
        _log.error("a request failed", exc_info=error, extra={"path": request.path})
        status = HTTPStatus.INTERNAL_SERVER_ERROR
        return jsonify(error=status.phrase), status

    return app

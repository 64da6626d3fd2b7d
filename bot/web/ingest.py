"""The address that agents on other machines post their reports to."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.ingest.signed import ReportRejectedError, ReportRejection, open_report
from bot.web.health import Rejections
from watchers.clock import Clock
from watchers.finding import Report

Take = Callable[[Report], Mapping[str, object] | None]
"""Stores a report, all of it or nothing, and says what the agent is answered besides.

Raising makes the agent keep it and come again.
"""


def ingest_routes(take: Take, secret: str, rejections: Rejections, clock: Clock) -> Blueprint:
    """``POST /ingest/findings``."""
    routes = Blueprint("ingest", __name__)

    @routes.post("/ingest/findings")
    def findings() -> Response:
        try:
            report = open_report(dict(request.headers), request.get_data(), secret, clock.now())
        except RequestEntityTooLarge:
            rejections.count("ingest", ReportRejection.TOO_LARGE)
            raise
        except ReportRejectedError as error:
            rejections.count("ingest", error.why)
            abort(error.status)
        answer = take(report) or {}
        return jsonify({"taken": len(report.findings), **answer})

    return routes

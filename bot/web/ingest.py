"""The address that agents on other machines post their reports to."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.ingest.signed import ReportRejectedError, ReportRejection, open_report
from bot.web.health import Rejections
from watchers.clock import Clock
from watchers.finding import Report
from watchers.questions import Question, question_to_dict

Take = Callable[[Report], Sequence[Question]]
"""Stores a report, all of it or nothing; raising makes the agent keep it and come again.

What comes back is asked of the agent."""


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
        asked = [question_to_dict(question) for question in take(report)]
        return jsonify(taken=len(report.findings), **({"questions": asked} if asked else {}))

    return routes

"""The address that agents on other machines post their reports to."""

import json
from collections.abc import Callable, Mapping

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.ingest.signed import ReportRejectedError, ReportRejection, open_report
from bot.web.health import Rejections
from watchers.clock import Clock
from watchers.finding import Report
from watchers.signing import ANSWERS, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

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
        asked = request.headers.get(SIGNATURE_HEADER, "")
        return _signed({"taken": len(report.findings), **answer}, asked, secret, clock)

    return routes


def _signed(answer: Mapping[str, object], asked: str, secret: str, clock: Clock) -> Response:
    """An answer to this very report and no other: it holds what the agent is to do."""
    body = json.dumps({**answer, ANSWERS: asked}, ensure_ascii=False).encode("utf-8", "replace")
    timestamp = int(clock.now().timestamp())
    headers = {
        TIMESTAMP_HEADER: str(timestamp),
        SIGNATURE_HEADER: sign(secret, timestamp, body),
    }
    return Response(body, content_type="application/json", headers=headers)

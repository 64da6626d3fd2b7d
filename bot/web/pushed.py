"""The addresses that others post alerts and events to."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Protocol

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.feishu.security import MAX_BODY
from bot.ingest.door import Reply, refused
from bot.ingest.sender import SenderKind
from bot.web.health import Rejections


class Takes(Protocol):
    """Who takes requests; `bot.ingest.door.Door`, whichever is in force."""

    def __call__(
        self, kind: SenderKind, name: str, headers: Mapping[str, str], raw: bytes
    ) -> Reply:
        """Take a request; `name` is the sender's, "" for any of the kind."""
        ...


def pushed_routes(take: Takes, rejections: Rejections) -> Blueprint:
    """``POST /ingest/events``, and ``POST /ingest/KIND/SENDER`` for all kinds."""
    routes = Blueprint("pushed", __name__)

    def answered(kind: SenderKind, name: str) -> Response:
        try:
            raw = request.get_data()
        except RequestEntityTooLarge:
            raw = b""
            large = True
        else:
            large = len(raw) > MAX_BODY
        if large:
            reply = refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
        else:
            reply = take(kind, name, dict(request.headers), raw)
        if reply.why:
            rejections.count(f"ingest_{kind.value}", reply.why)
        answer = jsonify(reply.as_json())
        answer.status_code = reply.status
        if reply.retry_after_s:
            answer.headers["Retry-After"] = str(reply.retry_after_s)
        return answer

    @routes.post("/ingest/events")
    def events() -> Response:
        return answered(SenderKind.EVENTS, "")

    for kind in SenderKind:

        def one(sender: str, kind: SenderKind = kind) -> Response:
            return answered(kind, sender)

        routes.post(f"/ingest/{kind.value}/<sender>", endpoint=f"{kind.value}_of")(one)
    return routes

"""The address that Feishu posts events and card callbacks to."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from bot.feishu.security import Challenge, Keys, RejectedError, Rejection, open_envelope
from bot.web.health import Rejections
from watchers.clock import Clock

Receive = Callable[[dict[str, Any]], dict[str, Any] | None]
"""Takes an opened version 2 envelope, returns a callback's answer, None for an event. Feishu waits
three seconds; raising makes it repeat an event and show an error for a click."""


def callback_routes(
    receive: Receive, keys: Keys, rejections: Rejections, clock: Clock
) -> Blueprint:
    """``POST /feishu/callback``, for events and callbacks alike."""
    routes = Blueprint("callback", __name__)

    @routes.post("/feishu/callback")
    def callback() -> Response:
        try:
            opened = open_envelope(dict(request.headers), request.get_data(), keys, clock.now())
        except RequestEntityTooLarge:
            rejections.count("callback", Rejection.TOO_LARGE)
            raise
        except RejectedError as error:
            rejections.count("callback", error.why)
            abort(error.status)
        if isinstance(opened, Challenge):
            return jsonify(challenge=opened.text)
        return jsonify(receive(opened) or {})

    return routes

"""Puts all routes behind the gate, and a 404 behind all routes."""

from collections.abc import Iterable

from flask import Blueprint, Response, g, request

from bot.sandbox.errors import ApiError
from bot.sandbox.gate import Gate
from bot.sandbox.openapi.asked import Route
from bot.sandbox.replies import refused

_EVERY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def blueprint(gate: Gate, *groups: Iterable[Route]) -> Blueprint:
    """One blueprint of all the routes."""
    whole = Blueprint("openapi", __name__)
    gate.guard(whole)
    for method, rule, view in (route for group in groups for route in group):
        whole.add_url_rule(rule, f"{method} {rule}".replace(".", ""), view, methods=[method])
    for beginning in ("open-apis", "oauth", "callback"):
        whole.add_url_rule(f"/{beginning}/<path:_>", beginning, _unknown, methods=_EVERY)
    return whole


def _unknown(_: str) -> Response:
    g.unknown = True
    what = f"{request.method} {request.path} is not an API that the sandbox has"
    return refused(ApiError(404, f"404 page not found: {what}", status=404))

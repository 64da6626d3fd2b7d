"""What every API call passes: faults, the token, the rate limit, and the log afterwards."""

import threading
import time
from collections.abc import Callable

from flask import Blueprint, Response, g, request

from bot.sandbox.call_log import CallLog
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.limits import Limits, throttled
from bot.sandbox.replies import Dropped, gateway_page, refused
from bot.sandbox.tokens import Tokens
from bot.sandbox.wire import parsed

SLOW_S = 5.0
_WITHOUT_TOKEN = ("/open-apis/auth/", "/callback/")
_CONTENT = "/open-apis/im/v1/messages"


class Gate:
    """Stands before the open-platform API."""

    def __init__(self, tokens: Tokens, limits: Limits, faults: Faults, calls: CallLog) -> None:
        self._tokens = tokens
        self._limits = limits
        self._faults = faults
        self._calls = calls
        self._stopping = threading.Event()

    def guard(self, blueprint: Blueprint) -> None:
        """Put the gate before every route of the blueprint."""
        blueprint.before_request(self._enter)
        blueprint.after_request(self._leave)
        blueprint.register_error_handler(ApiError, refused)

    def open(self) -> None:
        """Let slow replies go at once: the sandbox stops."""
        self._stopping.set()

    def _enter(self) -> Response | None:
        g.began = time.perf_counter()
        path = request.path
        if self._faults.hits(Fault.SLOW_REPLY, path):
            self._stopping.wait(SLOW_S)
        if self._faults.hits(Fault.DROPPED, path):
            return Dropped()
        if self._faults.hits(Fault.SERVER_ERROR, path):
            return gateway_page(502)
        if self._faults.hits(Fault.RATE_LIMITED, path):
            return refused(throttled(50, 1))
        if request.url_rule is None or path.startswith(_WITHOUT_TOKEN):
            return None
        self._authorize(path)
        self._limits.gateway(f"{request.method} {request.url_rule.rule}")
        if (
            path.startswith(_CONTENT)
            and request.method in {"POST", "PATCH", "PUT"}
            and self._faults.hits(Fault.CONTENT_REFUSED, path)
        ):
            raise ApiError(
                230028, "The messages do NOT pass the audit, ext=contain sensitive data."
            )
        return None

    def _authorize(self, path: str) -> None:
        header = request.headers.get("Authorization", "")
        kind, _, token = header.partition(" ")
        if kind != "Bearer" or not token:
            raise ApiError(99991661, "Missing access token for authorization.")
        if not token.startswith("t-"):
            raise ApiError(99991671, "Invalid access token: it must begin with t- or u-.")
        if self._faults.hits(Fault.TOKEN_EXPIRED, path) or not self._tokens.accepts(token):
            raise ApiError(99991663, "Invalid access token for authorization.")

    def _leave(self, response: Response) -> Response:
        lost = not isinstance(response, Dropped) and self._faults.hits(
            Fault.LOST_REPLY, request.path
        )
        dropped = lost or isinstance(response, Dropped)
        self._calls.add(
            "in",
            "http",
            request.method,
            request.full_path.rstrip("?"),
            status=None if dropped else response.status_code,
            ms=(time.perf_counter() - g.began) * 1000,
            request=_shown(request.get_data),
            response="connection dropped" if dropped else _shown(response.get_data),
            unknown=getattr(g, "unknown", False),
        )
        return Dropped() if lost else response


def _shown(read: Callable[[], bytes]) -> object:
    if request.mimetype.startswith("multipart/"):
        return f"{request.content_length} bytes of {request.mimetype}"
    return parsed(read().decode("utf-8", "replace"))

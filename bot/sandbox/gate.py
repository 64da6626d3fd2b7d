"""What every API call passes: faults, the token, the rate limit, and the log afterwards."""

import threading
import time
from email.utils import format_datetime

from flask import Blueprint, Response, g, request

from bot.sandbox.apis import APIS
from bot.sandbox.application import Application
from bot.sandbox.call_log import CallLog
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import REFUSALS, Fault, Faults
from bot.sandbox.limits import Limits, throttled
from bot.sandbox.replies import Dropped, gateway_page, refused
from bot.sandbox.scopes import allowed
from bot.sandbox.tokens import Tokens
from bot.sandbox.wire import dumps
from watchers.clock import Clock

SLOW_S = 5.0
_WITHOUT_TOKEN = ("/open-apis/auth/", "/callback/", "/oauth/", "/open-apis/bot/v2/hook/")
_BOT_IS_OFF = {
    "/open-apis/bot/": 11205,
    "/open-apis/im/v1/messages": 230006,
    "/open-apis/im/v1/chats": 232025,
    "/open-apis/im/v1/images": 234007,
    "/open-apis/im/v1/files": 234007,
}
_NO_BOT = 11205
_CONTENT = "/open-apis/im/v1/messages"


class Gate:
    """Stands before the open-platform API."""

    def __init__(
        self,
        application: Application,
        tokens: Tokens,
        limits: Limits,
        faults: Faults,
        calls: CallLog,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._application = application
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
        too_deep = ApiError(9499, "Bad Request: nested too deep")
        blueprint.register_error_handler(RecursionError, lambda _: refused(too_deep))

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
        call = f"{request.method} {request.url_rule.rule}"
        api = APIS.get(call)
        if api is None:
            return None
        self._limits.gateway(call, api.ceiling)
        self._admit(path, api.scopes)
        if path.startswith(_CONTENT) and request.method in {"POST", "PATCH", "PUT"}:
            for fault, (code, msg) in REFUSALS.items():
                if self._faults.hits(fault, path):
                    raise ApiError(code, msg)
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

    def _admit(self, path: str, any_of: tuple[str, ...]) -> None:
        app = self._application.live
        if app.allowed_ips and request.remote_addr not in app.allowed_ips:
            raise ApiError(99991401, f"ip {request.remote_addr} is not in the allow list.")
        if not allowed(app.scopes, any_of):
            raise scope_missing(self._application.app_id, any_of)
        if not app.bot_enabled:
            for beginning, code in _BOT_IS_OFF.items():
                if path.startswith(beginning):
                    no_bot = code == _NO_BOT
                    said = "app do not have bot" if no_bot else "Bot ability is not activated."
                    raise ApiError(code, said)

    def _leave(self, response: Response) -> Response:
        lost = not isinstance(response, Dropped) and self._faults.hits(
            Fault.LOST_REPLY, request.path
        )
        dropped = lost or isinstance(response, Dropped)
        # By the town's own clock, as its signatures are.
        response.headers["Date"] = format_datetime(self._clock.now(), usegmt=True)
        self._calls.add(
            "in",
            "http",
            request.method,
            request.full_path.rstrip("?"),
            status=None if dropped else response.status_code,
            ms=(time.perf_counter() - g.began) * 1000,
            request=_asked(),
            response=b"connection dropped" if dropped else _answered(response),
            unknown=getattr(g, "unknown", False),
        )
        return Dropped() if lost else response


def scope_missing(app_id: str, any_of: tuple[str, ...]) -> ApiError:
    """99991672: the scopes of which one would do, in the text and as data."""
    names = ", ".join(any_of)
    url = f"https://open.feishu.cn/app/{app_id}/auth?q={','.join(any_of)}&op_from=openapi"
    apply = f"点击链接申请并开通任一权限即可：{url}&token_type=tenant"
    msg = f"Access denied. One of the following scopes is required: [{names}]."
    violations = [{"type": "action_scope_required", "subject": one} for one in any_of]
    return ApiError(
        99991672,
        f"{msg}应用尚未开通所需的应用身份权限：[{names}]，{apply}",
        error={"permission_violations": violations},
    )


def _asked() -> bytes:
    if request.mimetype.startswith("multipart/"):
        return f"{request.content_length} bytes of {request.mimetype}".encode()
    if request.mimetype == "application/x-www-form-urlencoded" and request.form:
        return dumps(request.form.to_dict()).encode()
    return request.get_data()


def _answered(response: Response) -> bytes:
    if response.mimetype in {"application/json", "text/html"}:
        return response.get_data()
    return f"{response.content_length} bytes of {response.mimetype}".encode()

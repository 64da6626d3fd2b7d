"""The way in: tokens, the address of the long connection, and who the bot is."""

import re
import secrets

from flask import Response, request

from bot.sandbox.long_connection import MOST_CONNECTIONS, SERVICE_ID, LongConnections
from bot.sandbox.openapi.asked import Route, body
from bot.sandbox.replies import reply
from bot.sandbox.settings import Settings
from bot.sandbox.state import State
from bot.sandbox.tokens import Tokens
from bot.sandbox.wire import new_id

_APP_ID = re.compile(r"cli_[0-9a-fA-F]{16}")


class EntranceRoutes:
    """What a bot calls before anything else."""

    def __init__(
        self, settings: Settings, state: State, tokens: Tokens, connections: LongConnections
    ) -> None:
        self._settings = settings
        self._state = state
        self._tokens = tokens
        self._connections = connections

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view of each."""
        token = "/open-apis/auth/v3/<any(tenant,app):kind>_access_token/internal"  # noqa: S105 - a path
        return (
            ("POST", token, self._token),
            ("POST", "/callback/ws/endpoint", self._endpoint),
            ("GET", "/open-apis/bot/v3/info", self._bot_info),
        )

    def _token(self, kind: str) -> Response:
        asked = body()
        if not asked.get("app_id") or not asked.get("app_secret"):
            return reply({"code": 10003, "msg": "invalid param"}, 400)
        if asked["app_id"] != self._settings.app_id:
            return reply({"code": 10003, "msg": "invalid param"}, 400)
        if asked["app_secret"] != self._settings.app_secret:
            return reply({"code": 10014, "msg": "app secret invalid"}, 400)
        token, expire = self._tokens.issue()
        extra = {"app_access_token": token} if kind == "app" else {}
        flat = {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": expire}
        return reply(flat | extra)

    def _endpoint(self) -> Response:
        asked = body()
        config = self._connections.client_config()
        nothing = {"URL": "", "ClientConfig": config}
        if not _APP_ID.fullmatch(str(asked.get("AppID"))) or (
            (asked.get("AppID"), asked.get("AppSecret"))
            != (self._settings.app_id, self._settings.app_secret)
        ):
            return reply({"code": 514, "msg": "app_id or app_secret is wrong", "data": nothing})
        if self._connections.online >= MOST_CONNECTIONS:
            msg = "the number of connections exceeded the limit"
            return reply({"code": 1000040350, "msg": msg, "data": nothing})
        device_id = str(secrets.randbelow(1 << 62))
        # Some clients parse the whole URL as one query, so the first parameter is lost to them.
        query = f"fpid=493&aid=552564&device_id={device_id}&access_key={new_id('')}"
        query += f"&service_id={SERVICE_ID}&ticket={self._tokens.ticket(device_id)}"
        url = f"ws://{request.host}/ws/v2?{query}"
        return reply({"code": 0, "msg": "", "data": {"URL": url, "ClientConfig": config}})

    def _bot_info(self) -> Response:
        bot = {
            "activate_status": 2,
            "app_name": self._state.app_name,
            "avatar_url": f"http://{request.host}/favicon.ico",
            "ip_white_list": [],
            "open_id": self._state.bot_open_id,
        }
        return reply({"code": 0, "msg": "ok", "bot": bot})

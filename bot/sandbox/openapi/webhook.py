"""The address of a custom bot: no token, and every refusal an HTTP 200 with a code."""

from flask import Response, request

from bot.sandbox.errors import ApiError
from bot.sandbox.openapi.asked import Route, json_object, size
from bot.sandbox.replies import reply
from bot.sandbox.webhooks import Webhooks, bad_request


class WebhookRoutes:
    """Whoever knows the address may post."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view."""
        return (("POST", "/open-apis/bot/v2/hook/<hook_id>", self._post),)

    def _post(self, hook_id: str) -> Response:
        body = json_object()
        try:
            if body is None:
                raise bad_request()
            self._webhooks.take(hook_id, body, size(), request.remote_addr or "")
        except ApiError as error:
            return reply({"code": error.code, "msg": error.msg, "data": {}})
        done = {"StatusCode": 0, "StatusMessage": "success"}
        return reply(done | {"code": 0, "data": {}, "msg": "success"})

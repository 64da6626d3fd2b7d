"""App registration over HTTP: init, begin, poll; form-encoded, with errors of its own."""

from flask import Response, request

from bot.sandbox.openapi.asked import Route
from bot.sandbox.registrations import LIFE_S, Registrations
from bot.sandbox.replies import reply


class RegistrationRoutes:
    """One address for three actions."""

    def __init__(self, registrations: Registrations) -> None:
        self._registrations = registrations

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view."""
        return (("POST", "/oauth/v1/app/registration", self._register),)

    def _register(self) -> Response:
        match request.form.get("action"):
            case "init":
                return reply({"nonce": "", "supported_auth_methods": ["client_secret"]})
            case "begin":
                return self._begin()
            case "poll":
                said = self._registrations.poll(request.form.get("device_code", ""))
                return reply(said, 400 if "error" in said else 200)
            case other:
                text = f"action is {other!r}; wanted init, begin or poll"
                return reply({"error": "invalid_request", "error_description": text}, 400)

    def _begin(self) -> Response:
        if request.form.get("auth_method") != "client_secret":
            text = "auth_method must be client_secret"
            return reply({"error": "invalid_request", "error_description": text}, 400)
        begun = self._registrations.begin()
        address = f"http://{request.host}/registration"
        return reply(
            {
                "device_code": begun.device_code,
                "user_code": begun.user_code,
                "verification_uri": address,
                "verification_uri_complete": f"{address}?user_code={begun.user_code}",
                "interval": begun.interval_s,
                "expires_in": LIFE_S,
            }
        )

"""What an app may ask about itself: its scopes, its subscriptions, its owner."""

from flask import Response, request

from bot.sandbox.application import Application
from bot.sandbox.errors import ApiError
from bot.sandbox.openapi.asked import Route
from bot.sandbox.replies import ok
from bot.sandbox.state import State
from bot.sandbox.wire import Json, stable_id

_V6 = "/open-apis/application/v6"
_GRANTED, _NOT_GRANTED = 1, 2
_PERSON = 2
_STOPPED, _IN_USE = 0, 1


class AppInformationRoutes:
    """The app reads itself; other apps are not there."""

    def __init__(self, application: Application, state: State) -> None:
        self._application = application
        self._state = state

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view of each."""
        return (
            ("GET", f"{_V6}/scopes", self._scopes),
            ("GET", f"{_V6}/applications/<app_id>", self._app),
            ("GET", f"{_V6}/applications/<app_id>/app_versions/<version_id>", self._version),
        )

    def _scopes(self) -> Response:
        """What is asked for in the draft counts as not granted until it is published."""
        live, draft = self._application.live.scopes, self._application.draft.scopes
        status = dict.fromkeys(draft - live, _NOT_GRANTED) | dict.fromkeys(live, _GRANTED)
        shown = [
            {"scope_name": name, "grant_status": status[name], "scope_type": "tenant"}
            for name in sorted(status)
        ]
        return ok({"scopes": shown})

    def _version(self, app_id: str, version_id: str) -> Response:
        """The version in use; there is no other to look at."""
        app = self._application
        self._admit(app_id)
        if version_id != self._online:
            raise ApiError(210507, "no such version")
        shown: Json = {
            "app_id": app.app_id,
            "version_id": version_id,
            "status": _IN_USE,
            "events": sorted(app.live.events),
            "event_infos": [
                {"event_type": one, "event_name": one, "event_description": one}
                for one in sorted(app.live.events)
            ],
            "ability": {"bot": {}} if app.live.bot_enabled else {},
        }
        return ok({"app_version": shown})

    def _admit(self, app_id: str) -> None:
        if not request.args.get("lang"):
            violations = [{"field": "lang", "description": "lang is required"}]
            raise ApiError(
                99992402, "field validation failed", error={"field_violations": violations}
            )
        if app_id not in {self._application.app_id, "me"}:
            raise ApiError(210505, "no permission to see this app")

    @property
    def _online(self) -> str:
        return stable_id("oav_", f"version {len(self._application.versions)}")

    def _app(self, app_id: str) -> Response:
        app = self._application
        self._admit(app_id)
        live = app.live
        callback: Json = {
            "callback_type": live.callback_mode,
            "request_url": live.callback_url or "",
            "subscribed_callbacks": sorted(live.callbacks),
        }
        waiting = app.draft != live
        shown: Json = {
            "app_id": app.app_id,
            "app_name": self._state.app_name,
            "status": _IN_USE if app.in_use else _STOPPED,
            "online_version_id": self._online,
            "unaudit_version_id": stable_id("oav_", "draft") if waiting else "",
            "owner": {"type": _PERSON, "owner_id": app.owner_id},
            "scopes": [
                {"scope": name, "description": name, "level": 1, "token_types": ["tenant"]}
                for name in sorted(live.scopes)
            ],
            "event": {
                "subscription_type": live.event_mode,
                "request_url": live.request_url or "",
                "subscribed_events": sorted(live.events),
            },
            "callback": callback,
            "callback_info": callback,
        }
        return ok({"app": shown})

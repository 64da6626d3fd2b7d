"""The app's own configuration over HTTP: drafts, and their publication."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response

from bot.sandbox.application import Application, Configuration
from bot.sandbox.errors import ApiError
from bot.sandbox.openapi.asked import Route, body
from bot.sandbox.replies import ok
from bot.sandbox.wire import Json

_APP = "/open-apis/application/v7/applications/<app_id>"
_KEY_LENGTH = 32
_MODES = ("webhook", "websocket")

Challenge = Callable[[str], str | None]
"""Posts a challenge to an address: what is wrong with it, or None."""


class ApplicationRoutes:
    """Nothing takes effect before it is published."""

    def __init__(
        self, application: Application, challenge: Challenge, changed: Callable[[], None]
    ) -> None:
        self._application = application
        self._challenge = challenge
        self._changed = changed

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view of each."""
        return (
            ("PATCH", f"{_APP}/config", self._config),
            ("PATCH", f"{_APP}/ability", self._ability),
            ("PATCH", f"{_APP}/base", self._base),
            ("POST", f"{_APP}/publish", self._publish),
        )

    def _config(self, app_id: str) -> Response:
        asked = self._asked(app_id)
        draft = self._application.draft
        self._change(
            self._scope(asked, draft)
            | self._way(asked, "event", draft)
            | self._way(asked, "callback", draft)
            | self._keys(asked)
            | self._rest(asked, draft)
        )
        return ok()

    def _ability(self, app_id: str) -> Response:
        bot = _part(self._asked(app_id), "bot")
        fields: Json = {}
        if "enable" in bot:
            fields["bot_enabled"] = bool(bot["enable"])
        if url := bot.get("message_card_callback_url"):
            fields |= {"callback_mode": "webhook", "callback_url": self._reached(str(url))}
        self._change(fields)
        return ok()

    def _base(self, app_id: str) -> Response:
        self._asked(app_id)
        return ok()

    def _publish(self, app_id: str) -> Response:
        published = self._application.publish(self._asked(app_id))
        self._changed()
        return ok({"version": published["version"]})

    def _asked(self, app_id: str) -> Json:
        if app_id not in {self._application.app_id, "me"}:
            raise _wrong("app_id", "is not the app of this token")
        return body()

    def _change(self, fields: Json) -> None:
        if fields:
            self._application.change(**fields)
            self._changed()

    def _scope(self, asked: Json, draft: Configuration) -> Json:
        part = _part(asked, "scope")
        added, removed = (
            {_name(one) for one in _list(part, key)} for key in ("add_scopes", "remove_scopes")
        )
        return {"scopes": (draft.scopes | added) - removed} if part else {}

    def _way(self, asked: Json, what: str, draft: Configuration) -> Json:
        part = _part(asked, what)
        plural = f"{what}s"
        added, removed = (
            {str(one) for one in _list(part, f"{verb}_{plural}")} for verb in ("add", "remove")
        )
        fields: Json = {}
        if added or removed:
            fields[plural] = (getattr(draft, plural) | added) - removed
        if mode := part.get("subscription_type" if what == "event" else "callback_type"):
            if mode not in _MODES:
                raise _wrong(what, f"type must be one of {', '.join(_MODES)}")
            fields[f"{what}_mode"] = mode
        if url := part.get("request_url"):
            fields["request_url" if what == "event" else "callback_url"] = self._reached(str(url))
        return fields

    def _keys(self, asked: Json) -> Json:
        part = _part(asked, "event_and_callback_encrypt_strategy")
        names = {"encryption_key": "encrypt_key", "verification_token": "verification_token"}
        found = {field: str(part[key]) for key, field in names.items() if key in part}
        if any(len(one) > _KEY_LENGTH for one in found.values()):
            raise _wrong("event_and_callback_encrypt_strategy", f"at most {_KEY_LENGTH} characters")
        return dict(found)

    def _rest(self, asked: Json, draft: Configuration) -> Json:
        fields: Json = {}
        if security := _part(asked, "security"):
            added, removed = (
                {str(one) for one in _list(_part(security, key), "allowed_ips")}
                for key in ("add", "remove")
            )
            fields["allowed_ips"] = (draft.allowed_ips | added) - removed
        if visible := _part(asked, "visibility"):
            fields["visible_to_all"] = bool(visible.get("is_visible_to_all"))
        return fields

    def _reached(self, url: str) -> str:
        if wrong := self._challenge(url):
            raise _wrong("request_url", f"did not pass the challenge: {wrong}")
        return url


def _part(asked: Json, key: str) -> Json:
    part = asked.get(key, {})
    if not isinstance(part, dict):
        raise _wrong(key, "is not an object")
    return part


def _list(part: Json, key: str) -> Iterable[Any]:
    found = part.get(key) or []
    if not isinstance(found, list):
        raise _wrong(key, "is not a list")
    return found


def _name(scope: Any) -> str:
    name = scope.get("scope_name") if isinstance(scope, dict) else None
    if not isinstance(name, str) or not name:
        raise _wrong("scope_name", "is required")
    return name


def _wrong(field: str, what: str) -> ApiError:
    violations = [{"field": field, "description": f"{field} {what}"}]
    return ApiError(99992402, "field validation failed", error={"field_violations": violations})

"""The app as Feishu knows it: what it has of the manifest, and how what is missing is added."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from bot.core.errors import DeliveryError
from bot.feishu.client import FeishuClient
from bot.feishu.manifest import Manifest

LONG_CONNECTION = "websocket"
_GRANTED = 1
_PERSON = 2
_NO_SCOPE = 99991672


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """What Feishu tells and asks the app, and how.

    Attributes:
        event_way: ``websocket``, ``webhook``, or "" where Feishu does not say.
        callback_way: The same for callbacks.
        event_url: Where events are posted, "" for nowhere.
        callback_url: The same for callbacks.
    """

    events: frozenset[str]
    callbacks: frozenset[str]
    event_way: str
    callback_way: str
    event_url: str = ""
    callback_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFacts:
    """The app as it is in use.

    Attributes:
        name: As people see it. Untrusted text.
        owner: The open_id of the person it belongs to, "" where Feishu does not say.
        subscriptions: None where Feishu does not say.
        in_use: Whether a version was published and the app is not switched off.
        waiting: Whether a version waits for an administrator's approval.
    """

    name: str
    owner: str
    subscriptions: Subscriptions | None
    in_use: bool
    waiting: bool


class OwnApp:
    """Asks Feishu about our own app; every method raises `DeliveryError` as the client does."""

    def __init__(self, client: FeishuClient, app_id: str) -> None:
        self._client = client
        self._app_id = app_id

    def granted(self) -> frozenset[str]:
        """The scopes that the company granted; needs none itself."""
        data = self._data("ask for the scopes", "/open-apis/application/v6/scopes")
        return frozenset(
            str(one.get("scope_name"))
            for one in _objects(data.get("scopes"))
            if one.get("grant_status") == _GRANTED
        )

    def facts(self) -> AppFacts | None:
        """What the app is; None if it may not know, for want of its own scope."""
        queries = {"lang": "zh_cn", "user_id_type": "open_id"}
        path = "/open-apis/application/v6/applications/me"
        try:
            data = self._data("ask for the app", path, queries)
        except DeliveryError as error:
            if error.code == _NO_SCOPE:
                return None
            raise
        app = _object(data.get("app"))
        owner = _object(app.get("owner"))
        return AppFacts(
            name=_text(app.get("app_name")),
            owner=_text(owner.get("owner_id")) if owner.get("type") == _PERSON else "",
            subscriptions=self._subscriptions(app),
            in_use=app.get("status") == 1 and bool(app.get("online_version_id")),
            waiting=bool(app.get("unaudit_version_id")),
        )

    def add(self, missing: Manifest) -> None:
        """Add what is missing, take events over the long connection, and publish that.

        Needs the scope ``application:application:patch``; a company may want its administrator to
        approve the version before it counts.
        """
        scopes = [{"scope_name": one, "token_type": "tenant"} for one in missing.scopes]
        body: dict[str, Any] = {
            "event": {"subscription_type": LONG_CONNECTION, "add_events": list(missing.events)},
            "callback": {
                "callback_type": LONG_CONNECTION,
                "add_callbacks": list(missing.callbacks),
            },
        }
        if scopes:
            body["scope"] = {"add_scopes": scopes}
        path = f"/open-apis/application/v7/applications/{self._app_id}"
        self._client.ask("change the app", "PATCH", f"{path}/config", body=body)
        changelog = {"changelog": "What Larkwatch needs", "remark": "larkwatch init"}
        self._client.ask("publish the app", "POST", f"{path}/publish", body=changelog)

    def _subscriptions(self, app: Mapping[str, Any]) -> Subscriptions | None:
        """What the app itself says; of events, if it does not, what its version in use says."""
        event = app.get("event")
        callback = app.get("callback") or app.get("callback_info")
        if not isinstance(callback, dict):
            return None
        events: frozenset[str] | None
        if isinstance(event, dict):
            events = frozenset(map(str, event.get("subscribed_events") or ()))
        else:
            event, events = {}, self._events_of(_text(app.get("online_version_id")))
        if events is None:
            return None
        return Subscriptions(
            events=events,
            callbacks=frozenset(map(str, callback.get("subscribed_callbacks") or ())),
            event_way=_text(event.get("subscription_type")),
            callback_way=_text(callback.get("callback_type")),
            event_url=_text(event.get("request_url")),
            callback_url=_text(callback.get("request_url")),
        )

    def _events_of(self, version: str) -> frozenset[str] | None:
        """The events of a version, None where Feishu does not say."""
        path = f"/open-apis/application/v6/applications/me/app_versions/{version}"
        if not version:
            return None
        try:
            data = self._data("ask for the version", path, {"lang": "zh_cn"})
        except DeliveryError as error:
            if error.code == _NO_SCOPE:
                return None
            raise
        found = _object(data.get("app_version")).get("event_infos")
        if not isinstance(found, list):
            return None
        return frozenset(_text(one.get("event_type")) for one in _objects(found))

    def _data(
        self, what: str, path: str, queries: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        return _object(self._client.ask(what, "GET", path, queries=queries)["data"])


def missing_of(
    manifest: Manifest, granted: AbstractSet[str], subscriptions: Subscriptions | None
) -> Manifest:
    """What of the manifest an app does not have; what Feishu does not say counts as there."""
    if subscriptions is None:
        return Manifest(scopes=manifest.without_scopes(granted))
    return Manifest(
        scopes=manifest.without_scopes(granted),
        events=tuple(one for one in manifest.events if one not in subscriptions.events),
        callbacks=tuple(one for one in manifest.callbacks if one not in subscriptions.callbacks),
    )


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _objects(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""

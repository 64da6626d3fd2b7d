"""What the app must have in Feishu, read from the one file that says it: `manifest/app.json`."""

import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

_INSTALLED = ("manifest", "app.json")
_IN_THE_SOURCES = Path(__file__).parents[2] / "manifest" / "app.json"

_STANDS_IN: Mapping[str, frozenset[str]] = {
    "im:message:send_as_bot": frozenset({"im:message", "im:message:send"}),
    "im:message:update": frozenset({"im:message", "im:message:send_as_bot"}),
    "im:message.p2p_msg:readonly": frozenset({"im:message.p2p_msg"}),
    "im:message.group_at_msg:readonly": frozenset(
        {"im:message.group_at_msg", "im:message.group_at_msg.include_bot:readonly"}
    ),
    "im:message.reactions:read": frozenset({"im:message:readonly"}),
    "im:message.urgent": frozenset({"im:message.urgent:app_send"}),
    "im:message.urgent:sms": frozenset({"im:message.urgent:sms_send"}),
    "im:message.urgent:phone": frozenset({"im:message.urgent:phone_send"}),
    "im:resource": frozenset({"im:resource:upload"}),
    "im:chat:readonly": frozenset({"im:chat"}),
    "application:application:self_manage": frozenset({"admin:app.info:readonly"}),
}
"""Scopes with which an app can do without the one we ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an app of Larkwatch has, or what is missing of it.

    Attributes:
        scopes: What it may do, as itself.
        events: What Feishu tells it.
        callbacks: What Feishu asks it.
    """

    scopes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    callbacks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.scopes or self.events or self.callbacks)

    def addons(self) -> dict[str, Any]:
        """In the form in which the registration of an app takes it: this and nothing else."""
        return {
            "preset": False,
            "scopes": {"tenant": list(self.scopes)},
            "events": {"items": {"tenant": list(self.events)}},
            "callbacks": {"items": list(self.callbacks)},
        }

    def scopes_to_import(self) -> str:
        """JSON for the console's batch import of scopes."""
        return json.dumps({"scopes": {"tenant": list(self.scopes), "user": []}}, indent=2)

    def without_scopes(self, granted: AbstractSet[str]) -> tuple[str, ...]:
        """Scopes that are missing where these are granted; a wider one stands in for several."""
        return tuple(
            scope
            for scope in self.scopes
            if scope not in granted and granted.isdisjoint(_STANDS_IN.get(scope, frozenset()))
        )


@cache
def read_manifest() -> Manifest:
    """What the app must have; from the installed package, or from the sources beside it."""
    found = files("bot").joinpath(*_INSTALLED)
    text = (found if found.is_file() else _IN_THE_SOURCES).read_text(encoding="utf-8")
    raw = json.loads(text)
    return Manifest(
        scopes=_names(raw["scopes"]["tenant"]),
        events=_names(raw["events"]["items"]["tenant"]),
        callbacks=_names(raw["callbacks"]["items"]),
    )


def _names(names: Iterable[Any]) -> tuple[str, ...]:
    return tuple(map(str, names))

"""Events as they may also come: without the keys that Feishu sends only sometimes."""

from typing import Any

from bot.sandbox.wire import Json

_SOMETIMES = {
    "im.message.receive_v1": (
        "sender.tenant_key",
        "sender.sender_id.union_id",
        "message.update_time",
        "message.parent_id",
        "message.root_id",
    ),
    "card.action.trigger": (
        "action.value",
        "action.name",
        "action.timezone",
        "operator.union_id",
        "operator.tenant_key",
        "host",
    ),
}
_SOMETIMES_ELSEWHERE = (
    "external",
    "operator_tenant_key",
    "operator_id.union_id",
    "user_id.union_id",
    "i18n_names",
    "last_message_id",
    "last_message_create_time",
)


def without_optional_keys(envelope: Json) -> Json:
    """A copy of the envelope with every optional key of its event left out."""
    event: Any = envelope["event"]
    for path in _SOMETIMES.get(envelope["header"]["event_type"], _SOMETIMES_ELSEWHERE):
        event = _without(event, path.split("."))
    return envelope | {"event": event}


def _without(node: Any, path: list[str]) -> Any:
    key, *rest = path
    if not isinstance(node, dict) or key not in node:
        return node
    if rest:
        return node | {key: _without(node[key], rest)}
    return {one: value for one, value in node.items() if one != key}

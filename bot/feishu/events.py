"""What Feishu sends: from the raw version 2 envelope to a closed list of events."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.feishu.errors import EventFormatError


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who did it.

    Attributes:
        open_id: Feishu's id of the person, valid for this app only.
        name: Untrusted text; "" as long as nobody asked Feishu, since no event carries it.
        external: Belongs to another company than the one the app is installed in.
    """

    open_id: str
    name: str = ""
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What every event has.

    Attributes:
        event_id: The same in each repetition of one event.
    """

    event_id: str

    @property
    def dedupe_key(self) -> str:
        """What is the same when Feishu sends the same thing again."""
        return self.event_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(_Known):
    """Somebody wrote to the bot.

    Attributes:
        message_id: Feishu's id of the message.
        chat_id: Where it was written.
        private: In the conversation of one person with the bot.
        person: Who wrote it.
        text: Without the mention of the bot; other mentions as ``@name``. Untrusted; "" for
            pictures and the like.
        sent_at: Aware, UTC.
        mentions_bot: The bot was addressed by @.
        mentioned: open_ids of the others, by ``@name`` as it stands in the text.
        parent_id: The message that this one answers, "" without one.
        root_id: The first message of the thread that this one stands in, "" without one.
    """

    message_id: str
    chat_id: str
    private: bool
    person: Person
    text: str
    sent_at: datetime
    mentions_bot: bool
    mentioned: Mapping[str, str] = field(default_factory=dict)
    parent_id: str = ""
    root_id: str = ""

    @property
    def dedupe_key(self) -> str:
        """The message's id: Feishu warns that one message may come under two event ids."""
        return self.message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted(_Known):
    """Somebody put an emoji on a message; the event does not say in which chat.

    Attributes:
        person: Who did it.
        message_id: The message.
        emoji: Feishu's name of it, e.g. ``OK``.
    """

    person: Person
    message_id: str
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardClicked(_Known):
    """Somebody used a component of a card; what the component does not have is absent.

    Attributes:
        person: Who clicked.
        message_id: The card's message.
        chat_id: Where the card stands.
        token: For a delayed update.
        value: What the card's author put behind the component.
        option: Chosen in a single select or picker.
        options: Chosen in a multiple select.
        checked: State of a checker.
        input_value: Text of an input outside a form. Untrusted.
        form_value: By component name, when a form was submitted. Untrusted.
        name: The component's name.
        tag: The component's kind, e.g. ``button``.
    """

    person: Person
    message_id: str
    chat_id: str
    token: str
    value: Mapping[str, Any] = field(default_factory=dict)
    option: str | None = None
    options: tuple[str, ...] = ()
    checked: bool | None = None
    input_value: str | None = None
    form_value: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    tag: str = ""

    @property
    def person_id(self) -> str:
        """The clicking person's open_id."""
        return self.person.open_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAdded(_Known):
    """The bot came into a group; `name` is the group's (untrusted), `by` an open_id."""

    chat_id: str
    name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BotRemoved(_Known):
    """The bot was put out of a group."""

    chat_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDisbanded(_Known):
    """A group was dissolved."""

    chat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatUpdated(_Known):
    """A group's name, owner or the like changed: what is known of it is out of date."""

    chat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateChatEntered(_Known):
    """Somebody opened the conversation with the bot."""

    chat_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuClicked(_Known):
    """Somebody chose an item of the bot's menu; `key` is the item's event key."""

    by: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored(_Known):
    """A subscribed event that means nothing to Larkwatch, or a message of another bot."""

    event_type: str


Event = (
    MessageReceived
    | Reacted
    | CardClicked
    | BotAdded
    | BotRemoved
    | ChatDisbanded
    | ChatUpdated
    | PrivateChatEntered
    | MenuClicked
    | Ignored
)


def read_event(envelope: Mapping[str, Any], bot_open_id: str) -> Event:  # noqa: C901, PLR0911 - one per event
    """Read a version 2 envelope.

    Args:
        envelope: As it came over the long connection, or out of the decrypted body.
        bot_open_id: Tells the mention of the bot from others; "" takes any bot for this one.

    Raises:
        EventFormatError: If a field is missing or of another kind than documented.
    """
    if envelope.get("schema") != "2.0":
        raise EventFormatError("schema", '"2.0"')
    top = _Part(envelope, "")
    header = top.part("header")
    event_id, event_type = header.text("event_id"), header.text("event_type")
    event = top.part("event")
    tenant = header.optional_text("tenant_key")
    match event_type:
        case "im.message.receive_v1":
            return _message(event, event_id, tenant, bot_open_id)
        case "im.message.reaction.created_v1":
            return _reaction(event, event_id)
        case "card.action.trigger":
            return _click(event, event_id, tenant)
        case "im.chat.member.bot.added_v1":
            return BotAdded(
                event_id=event_id,
                chat_id=event.text("chat_id"),
                name=event.optional_text("name"),
                by=_operator(event),
            )
        case "im.chat.member.bot.deleted_v1":
            return BotRemoved(event_id=event_id, chat_id=event.text("chat_id"), by=_operator(event))
        case "im.chat.disbanded_v1":
            return ChatDisbanded(event_id=event_id, chat_id=event.text("chat_id"))
        case "im.chat.updated_v1":
            return ChatUpdated(event_id=event_id, chat_id=event.text("chat_id"))
        case "im.chat.access_event.bot_p2p_chat_entered_v1":
            return PrivateChatEntered(
                event_id=event_id, chat_id=event.text("chat_id"), by=_operator(event)
            )
        case "application.bot.menu_v6":
            who = event.part("operator").part("operator_id")
            return MenuClicked(
                event_id=event_id, by=who.text("open_id"), key=event.text("event_key")
            )
        case _:
            return Ignored(event_id=event_id, event_type=event_type)


def _message(
    event: "_Part", event_id: str, tenant: str, bot_open_id: str
) -> MessageReceived | Ignored:
    sender, message = event.part("sender"), event.part("message")
    if sender.text("sender_type") != "user":
        return Ignored(event_id=event_id, event_type="im.message.receive_v1")
    mentions = message.parts("mentions")
    bots = {m.text("key") for m in mentions if _is_bot(m, bot_open_id)}
    names = {m.text("key"): f"@{m.optional_text('name')}" for m in mentions}
    people = {
        names[m.text("key")]: str(m.mapping("id").get("open_id") or "")
        for m in mentions
        if m.text("key") not in bots
    }
    shown = {key: f'"{name}"' if " " in name else name for key, name in names.items()}
    text = _content_text(message)
    return MessageReceived(
        event_id=event_id,
        message_id=message.text("message_id"),
        chat_id=message.text("chat_id"),
        private=message.text("chat_type") == "p2p",
        person=_person(sender.part("sender_id"), sender.optional_text("tenant_key"), tenant),
        text=_with_names(text, shown, bots),
        sent_at=message.moment("create_time"),
        mentions_bot=bool(bots),
        mentioned={name: one for name, one in people.items() if one},
        parent_id=message.optional_text("parent_id"),
        root_id=message.optional_text("root_id"),
    )


def _reaction(event: "_Part", event_id: str) -> Reacted | Ignored:
    if event.text("operator_type") != "user":
        return Ignored(event_id=event_id, event_type="im.message.reaction.created_v1")
    return Reacted(
        event_id=event_id,
        person=_person(event.part("user_id"), "", ""),
        message_id=event.text("message_id"),
        emoji=event.part("reaction_type").text("emoji_type"),
    )


def _click(event: "_Part", event_id: str, tenant: str) -> CardClicked:
    operator, context = event.part("operator"), event.part("context")
    action = event.part("action")
    checked = action.values.get("checked")
    if checked is not None and not isinstance(checked, bool):
        raise EventFormatError("event.action.checked", "true or false")
    return CardClicked(
        event_id=event_id,
        person=_person(operator, operator.optional_text("tenant_key"), tenant),
        message_id=context.text("open_message_id"),
        chat_id=context.text("open_chat_id"),
        token=event.optional_text("token"),
        value=action.mapping("value"),
        option=action.optional_text("option") or None,
        options=action.texts("options"),
        checked=checked,
        input_value=action.optional_text("input_value") if "input_value" in action.values else None,
        form_value=action.mapping("form_value"),
        name=action.optional_text("name"),
        tag=action.optional_text("tag"),
    )


def _operator(event: "_Part") -> str:
    """The acting person's open_id, "" where an app did it."""
    who = event.mapping("operator_id").get("open_id")
    return who if isinstance(who, str) else ""


def _person(ids: "_Part", tenant: str, home: str) -> Person:
    return Person(
        open_id=ids.text("open_id"), external=bool(tenant) and bool(home) and tenant != home
    )


def _is_bot(mention: "_Part", bot_open_id: str) -> bool:
    if not bot_open_id:
        return mention.optional_text("mentioned_type") == "bot"
    return mention.mapping("id").get("open_id") == bot_open_id


def _with_names(text: str, names: Mapping[str, str], bots: set[str]) -> str:
    """Replace the keys of mentions; the bot's go, with the space behind them."""
    if names:
        longest_first = sorted(names, key=len, reverse=True)  # @_user_1 begins @_user_10
        keys = "|".join(re.escape(key) for key in longest_first)
        text = re.sub(
            rf"({keys})(\s?)",
            lambda m: "" if m[1] in bots else names[m[1]] + m[2],
            text,
        )
    return text.strip()


def _content_text(message: "_Part") -> str:
    kind = message.text("message_type")
    if kind not in {"text", "post"}:
        return ""
    try:
        content = json.loads(message.text("content"))
    except (ValueError, RecursionError):
        raise EventFormatError("event.message.content", "JSON in a string") from None
    part = _Part(content, "event.message.content") if isinstance(content, dict) else None
    if part is None:
        raise EventFormatError("event.message.content", "a JSON object in a string")
    return part.optional_text("text") if kind == "text" else _post_text(part)


def _post_text(post: "_Part") -> str:
    """The words of a rich text, which clients send when somebody pastes formatted lines."""
    rows = post.values.get("content")
    lines = [post.optional_text("title")]
    for row in rows if isinstance(rows, list) else []:
        pieces = [item for item in row if isinstance(item, dict)] if isinstance(row, list) else []
        lines.append("".join(_piece(piece) for piece in pieces))
    return "\n".join(line for line in lines if line)


def _piece(piece: Mapping[str, Any]) -> str:
    text = piece.get("user_id") if piece.get("tag") == "at" else piece.get("text")
    return text if isinstance(text, str) else ""


class _Part:
    """One object of the envelope and where it stands, read field by field."""

    def __init__(self, values: Mapping[str, Any], path: str) -> None:
        self.values = values
        self._path = path

    def part(self, key: str) -> "_Part":
        value = self.values.get(key)
        if not isinstance(value, dict):
            raise EventFormatError(self._at(key), "an object")
        return _Part(value, self._at(key))

    def parts(self, key: str) -> list["_Part"]:
        items = self.values.get(key) or []
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise EventFormatError(self._at(key), "a list of objects")
        return [_Part(item, f"{self._at(key)}[{index}]") for index, item in enumerate(items)]

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            raise EventFormatError(self._at(key), "text")
        return value

    def optional_text(self, key: str) -> str:
        value = self.values.get(key)
        if value is not None and not isinstance(value, str):
            raise EventFormatError(self._at(key), "text")
        return value or ""

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise EventFormatError(self._at(key), "a list of texts")
        return tuple(value)

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.values.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise EventFormatError(self._at(key), "an object")
        return value

    def moment(self, key: str) -> datetime:
        """Milliseconds since 1970 in a string."""
        try:
            return datetime.fromtimestamp(int(self.text(key)) / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            raise EventFormatError(self._at(key), "milliseconds since 1970") from None

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

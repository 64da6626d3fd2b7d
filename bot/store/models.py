"""The tables; rows of these classes do not leave this package.

Times are whole microseconds since 1970, UTC: they compare and index as numbers in every database.
The classes are bound to no database: each query names the one it runs on, so that a process can
have several open. They make no tables either: `bot.store.migrations` does, and it alone says what
is indexed.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import peewee
from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CompositeKey,
    Field,
    IntegerField,
    Model,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def storable(text: str) -> str:
    """With half characters and NUL replaced: a log may hold them, a database takes none."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


class TextField(peewee.TextField):
    """Words of any length."""

    def db_value(self, value: str | None) -> str | None:
        """To the database."""
        return None if value is None else storable(value)


class CharField(TextField):
    """A short word; a length would be for the reader, since no database is told it."""

    def __init__(self, max_length: int = 255, **options: Any) -> None:
        self.max_length = max_length
        super().__init__(**options)


class TimeField(BigIntegerField):
    """An aware instant, kept as microseconds since 1970."""

    def db_value(self, value: datetime | None) -> int | None:
        """To the database."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def python_value(self, value: int | None) -> datetime | None:
        """From the database; aware, UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class JsonField(TextField):
    """A JSON-ready value, kept as compact text."""

    def db_value(self, value: Any) -> str | None:
        """To the database."""
        if value is None:
            return None
        return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def python_value(self, value: str | None) -> Any:
        """From the database."""
        return None if value is None else json.loads(value)


def nullable(field: type[Field], **options: Any) -> Any:
    """A field that may be empty."""
    return field(null=True, **options)


class AlertRow(Model):
    """An alert; its number is never given again, since old cards in chats still carry it."""

    id = AutoField()
    fingerprint = CharField(max_length=32, index=True)
    rule = CharField()
    severity = CharField(max_length=16)
    labels = JsonField()
    annotations = JsonField()
    title = TextField()
    state = CharField(max_length=16, index=True)
    version = IntegerField()
    count = BigIntegerField()
    held_back = BigIntegerField()
    reopened = IntegerField()
    first_at = TimeField()
    seen_at = TimeField()
    opened_at = TimeField()
    changed_at = TimeField()
    samples = JsonField()
    acknowledged_by = nullable(JsonField)
    acknowledged_at = nullable(TimeField)
    resolved_by = nullable(JsonField)
    resolved_at = nullable(TimeField)
    promise = nullable(JsonField)
    assignee = nullable(JsonField)
    followers = JsonField(default=list)
    severity_by = nullable(JsonField)
    agent = TextField(default="")
    watch = TextField(default="")
    received_at = nullable(TimeField)
    delay = TextField(default="")
    flaps = nullable(JsonField)
    quiet_at = nullable(TimeField)
    next_at = nullable(TimeField)
    tell_at = nullable(TimeField)
    recovered_at = nullable(TimeField)
    late = BigIntegerField(default=0)
    previous = nullable(BigIntegerField)
    lost = nullable(JsonField)
    rule_text = JsonField(default=dict)

    class Meta:
        table_name = "alerts"


class OccurrenceRow(Model):
    """A finding counted in; its id makes it count once."""

    finding = CharField(max_length=80, primary_key=True)
    rule = CharField()
    severity = CharField(max_length=16)
    count = IntegerField()
    service = CharField(default="")
    at = TimeField(index=True)

    class Meta:
        table_name = "occurrences"


class TransitionRow(Model):
    """A recorded change of state."""

    id = AutoField()
    alert = BigIntegerField(index=True)
    source = nullable(CharField, max_length=16)
    target = CharField(max_length=16)
    by = JsonField()
    why = CharField()
    at = TimeField()
    version = IntegerField(default=0)
    note = TextField(default="")

    class Meta:
        table_name = "transitions"


class AliasRow(Model):
    """A fingerprint that is counted under another one."""

    fingerprint = CharField(max_length=32, primary_key=True)
    canonical = CharField(max_length=32, index=True)
    at = TimeField()

    class Meta:
        table_name = "aliases"


class MuteRow(Model):
    """A mute."""

    id = AutoField()
    matchers = JsonField()
    starts_at = TimeField()
    ends_at = TimeField(index=True)
    by = JsonField()
    reason = TextField()
    ended_by = nullable(JsonField)
    settled = BooleanField(default=False)

    class Meta:
        table_name = "mutes"


class SubscriptionRow(Model):
    """A subscription; its number is never given again."""

    id = AutoField()
    kind = CharField(max_length=32)
    address = CharField(index=True)
    matchers = JsonField()
    least_severity = CharField(max_length=16)
    language = CharField(max_length=8)
    by = JsonField()
    created_at = TimeField()
    suspended = TextField(default="")

    class Meta:
        table_name = "subscriptions"


class OutboxRow(Model):
    """A notification owed, or what became of it.

    `slot` names the card that a waiting, unclaimed first or refresh is about, and is unique: a
    second wish for the same card folds into it. A claim empties the slot, so that a change made
    while the card is on its way owes a new refresh.
    """

    id = AutoField()
    kind = CharField(max_length=32)
    address = CharField()
    purpose = CharField(max_length=16)
    urgency = IntegerField()
    alert = nullable(BigIntegerField)
    language = CharField(max_length=8)
    content = JsonField()
    state = CharField(max_length=16)
    slot = nullable(CharField, unique=True)
    due_at = TimeField()
    created_at = TimeField()
    finished_at = nullable(TimeField)
    attempts = IntegerField(default=0)
    plainness = IntegerField(default=0)
    claimed_until = TimeField()
    claimed_by = CharField(default="")
    fault = TextField(default="")
    latency_us = nullable(BigIntegerField)

    class Meta:
        table_name = "outbox"
        indexes = (
            (("state", "urgency", "due_at"), False),
            (("state", "due_at"), False),
            (("state", "claimed_until"), False),
            (("alert", "purpose", "state"), False),
        )


class CardRow(Model):
    """A card that stands in a chat."""

    alert = BigIntegerField()
    kind = CharField(max_length=32)
    address = CharField()
    language = CharField(max_length=8)
    message = CharField()
    digest = CharField(max_length=64)
    edits = IntegerField(default=0)
    sent_at = TimeField()
    edited_at = TimeField()

    class Meta:
        table_name = "cards"
        primary_key = CompositeKey("alert", "kind", "address")


class InboxRow(Model):
    """An event id already seen, with the event while it waits."""

    key = CharField(primary_key=True)
    envelope = JsonField()
    pending = BooleanField()
    attempts = IntegerField(default=0)
    received_at = TimeField(index=True)
    due_at = TimeField()

    class Meta:
        table_name = "inbox"
        indexes = ((("pending", "due_at"), False),)


class MinuteRow(Model):
    """A count in one minute under a key."""

    key = CharField()
    minute = TimeField(index=True)
    count = BigIntegerField()

    class Meta:
        table_name = "minutes"
        primary_key = CompositeKey("key", "minute")


class AgentRow(Model):
    """What was last heard of an agent."""

    agent = CharField(primary_key=True)
    heard_at = TimeField()
    host = nullable(JsonField)
    sources = JsonField()

    class Meta:
        table_name = "agents"


class PositionRow(Model):
    """A checkpoint of an agent that shares the database."""

    agent = CharField()
    key = CharField()
    value = TextField()

    class Meta:
        table_name = "positions"
        primary_key = CompositeKey("agent", "key")


class ChatRow(Model):
    """A chat as Feishu last described it."""

    chat = CharField(primary_key=True)
    name = TextField(default="")
    private = BooleanField(default=False)
    owner = CharField(default="")
    managers = JsonField(default=list)
    language = CharField(max_length=8, default="")
    seen_at = TimeField()

    class Meta:
        table_name = "chats"


class PersonRow(Model):
    """A person's name."""

    person = CharField(primary_key=True)
    name = TextField()

    class Meta:
        table_name = "people"


class LeaseRow(Model):
    """A time-limited right of one process to run a job."""

    name = CharField(primary_key=True)
    holder = CharField()
    expires_at = TimeField()

    class Meta:
        table_name = "leases"


class MigrationRow(Model):
    """A migration that was applied."""

    name = CharField(primary_key=True)
    applied_at = TimeField()

    class Meta:
        table_name = "migrations"


TABLES: tuple[type[Model], ...] = (
    AlertRow,
    AliasRow,
    OccurrenceRow,
    TransitionRow,
    MuteRow,
    SubscriptionRow,
    OutboxRow,
    CardRow,
    InboxRow,
    MinuteRow,
    AgentRow,
    PositionRow,
    ChatRow,
    PersonRow,
    LeaseRow,
)

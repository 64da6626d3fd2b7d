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
        return None if value is None else moment(value)


def moment(microseconds: int) -> datetime:
    """The instant that a bare column means; aware, UTC."""
    return _EPOCH + microseconds * _MICROSECOND


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
    first_written_at = nullable(TimeField)
    written_at = nullable(TimeField)

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
    """A mute, and how far the engine's work on it is; `due_at` is when it looks at it next."""

    id = AutoField()
    version = IntegerField(default=1)
    matchers = JsonField()
    starts_at = TimeField()
    ends_at = TimeField()
    until = nullable(JsonField)
    effect = CharField(default="full")
    by = JsonField()
    reason = TextField()
    chat = CharField(default="")
    name = CharField(default="")
    suppressed = BigIntegerField(default=0)
    phase = CharField()
    worked_to = BigIntegerField(default=0)
    reminded = IntegerField(default=0)
    event = CharField(default="expired")
    aftermath = JsonField(default=list)
    due_at = nullable(TimeField)

    class Meta:
        table_name = "mutes"


class MuteChangeRow(Model):
    """A row of the history of a mute."""

    id = AutoField()
    mute = BigIntegerField()
    version = IntegerField()
    event = CharField()
    by = JsonField()
    at = TimeField()
    ends_at = TimeField()
    until = nullable(JsonField)
    effect = CharField()
    reason = TextField()

    class Meta:
        table_name = "mute_changes"


class EscalationRow(Model):
    """An escalation on its way, with its plan as it was when it began."""

    alert = BigIntegerField(primary_key=True)
    plan = JsonField()
    number = IntegerField()
    next_step_at = nullable(TimeField)
    started_at = TimeField()

    class Meta:
        table_name = "escalations"


class CalendarRow(Model):
    """A rota's shifts as its calendar last gave them."""

    rota = CharField(primary_key=True)
    shifts = JsonField()
    read_at = nullable(TimeField)
    fault = TextField(default="")

    class Meta:
        table_name = "calendars"


class MassActionRow(Model):
    """An action on many alerts; `due_at` is empty until somebody says yes, and when it is done."""

    id = AutoField()
    act = CharField()
    alerts = JsonField()
    by = JsonField()
    chat = CharField()
    made_at = TimeField()
    done = IntegerField(default=0)
    failed = IntegerField(default=0)
    due_at = nullable(TimeField)

    class Meta:
        table_name = "mass_actions"


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
    ended = BooleanField(default=False)
    ways = JsonField(default=dict)

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
    code = BigIntegerField(default=0)
    again = IntegerField(default=0)
    about = CharField(default="")
    latency_us = nullable(BigIntegerField)
    reason = TextField(default="")
    traceparent = CharField(default="")

    class Meta:
        table_name = "outbox"
        indexes = (
            (("state", "urgency", "due_at"), False),
            (("state", "due_at"), False),
            (("state", "claimed_until"), False),
            (("alert", "purpose", "state"), False),
        )


class AttemptRow(Model):
    """A try to deliver what is owed of an alert."""

    id = AutoField()
    notification = BigIntegerField()
    alert = BigIntegerField()
    kind = CharField(max_length=32)
    address = CharField()
    purpose = CharField(max_length=16)
    at = TimeField(index=True)
    ms = BigIntegerField()
    result = CharField(max_length=16)
    code = BigIntegerField()
    fault = CharField(max_length=16)
    detail = TextField()

    class Meta:
        table_name = "attempts"
        indexes = ((("alert", "kind", "address", "purpose", "id"), False),)


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
    plainness = IntegerField(default=0)
    refused = BigIntegerField(default=0)
    refused_at = nullable(TimeField)
    follows = CharField(default="")
    renew_at = nullable(TimeField)

    class Meta:
        table_name = "cards"
        primary_key = CompositeKey("alert", "kind", "address")


class GroupRow(Model):
    """Alerts that share one card of a target, and what people were last told of them."""

    id = AutoField()
    grouping = CharField(max_length=16)
    kind = CharField(max_length=32)
    address = CharField()
    language = CharField(max_length=8)
    key = CharField()
    created_at = TimeField()
    due_at = nullable(TimeField)
    reason = nullable(CharField, max_length=16)
    rung_at = nullable(TimeField)
    look_at = nullable(TimeField, index=True)
    ended_at = nullable(TimeField)
    held = IntegerField(default=0)
    recorded = IntegerField(default=0)

    class Meta:
        table_name = "card_groups"


class MemberRow(Model):
    """An alert in the one group that it is in, per target."""

    alert = BigIntegerField()
    kind = CharField(max_length=32)
    address = CharField()
    group_id = BigIntegerField(index=True)
    joined_at = TimeField()
    told_at = nullable(TimeField)

    class Meta:
        table_name = "group_members"
        primary_key = CompositeKey("alert", "kind", "address")


class DecisionRow(Model):
    """What was decided about an alert in a group, and why."""

    id = AutoField()
    alert = BigIntegerField(index=True)
    group_id = BigIntegerField()
    reason = CharField(max_length=16)
    why = CharField(max_length=24)
    at = TimeField(index=True)
    times = IntegerField(default=1)

    class Meta:
        table_name = "decisions"


class TogetherRow(Model):
    """What an alert began together with."""

    alert = BigIntegerField(primary_key=True)
    first = BigIntegerField()
    title = TextField()
    alerts = JsonField()
    within_us = BigIntegerField()

    class Meta:
        table_name = "together"


class NoiseRow(Model):
    """A small state under a name: how far a limit is used, when Larkwatch was last there."""

    name = CharField(primary_key=True)
    state = JsonField()

    class Meta:
        table_name = "noise"


class MessageRow(Model):
    """A message that Larkwatch sent: a click on any other is not on a card of ours."""

    message = CharField(primary_key=True)
    address = CharField()
    alert = nullable(BigIntegerField)
    sent_at = TimeField(index=True)

    class Meta:
        table_name = "messages"


class KeptRow(Model):
    """An alert that a chat hears of when its hours begin."""

    id = AutoField()
    alert = BigIntegerField()
    kind = CharField(max_length=32)
    address = CharField()
    language = CharField(max_length=8)
    due_at = TimeField(index=True)

    class Meta:
        table_name = "kept"
        indexes = ((("alert", "kind", "address"), True),)


class AuditRow(Model):
    """Something that was done; never changed, never deleted."""

    id = AutoField()
    at = TimeField(index=True)
    person = CharField()
    name = TextField()
    source = CharField(max_length=16)
    chat = CharField()
    action = CharField()
    subject = CharField()
    alert = nullable(BigIntegerField, index=True)
    before = JsonField()
    after = JsonField()

    class Meta:
        table_name = "audit"


class ContactRow(Model):
    """Whose an e-mail address or a mobile number is."""

    contact = CharField(primary_key=True)
    person = CharField()
    at = TimeField()

    class Meta:
        table_name = "contacts"


class BreakerRow(Model):
    """Passing faults in a row of one target."""

    kind = CharField(max_length=32)
    address = CharField()
    faults = IntegerField()
    since = TimeField()
    open_until = TimeField()
    fault = TextField()

    class Meta:
        table_name = "breakers"
        primary_key = CompositeKey("kind", "address")


class CounterRow(Model):
    """A figure that only grows."""

    key = CharField(primary_key=True)
    count = BigIntegerField()

    class Meta:
        table_name = "counters"


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
    MuteChangeRow,
    MassActionRow,
    EscalationRow,
    CalendarRow,
    SubscriptionRow,
    OutboxRow,
    AttemptRow,
    CardRow,
    GroupRow,
    MemberRow,
    DecisionRow,
    TogetherRow,
    NoiseRow,
    MessageRow,
    KeptRow,
    AuditRow,
    ContactRow,
    InboxRow,
    MinuteRow,
    AgentRow,
    PositionRow,
    ChatRow,
    PersonRow,
    LeaseRow,
    BreakerRow,
    CounterRow,
)

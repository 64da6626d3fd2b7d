"""The tables behind rankings, trends and daily digests."""

from peewee import AutoField, BigIntegerField, BooleanField, CompositeKey, IntegerField, Model

from bot.store.models import CharField, JsonField, TextField, TimeField, nullable


class KindRow(Model):
    """What counts as the same; `name` is the hash of all that stands before `example`."""

    id = AutoField()
    name = CharField(max_length=32, unique=True)
    rule = CharField()
    severity = CharField(max_length=16)
    labels = JsonField()
    template = TextField()
    template_id = CharField()
    example = TextField()
    seen_at = TimeField(index=True)

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "kinds"


class TallyRow(Model):
    """Records of one kind in the minutes that begin at `at`; each record is in one row."""

    minutes = IntegerField()
    at = TimeField()
    kind = BigIntegerField()
    count = BigIntegerField()

    class Meta:  # noqa: D106
        table_name = "tallies"
        primary_key = CompositeKey("minutes", "at", "kind")


class DigestRow(Model):
    """When a chat gets its daily digest; `clock` is "" for never."""

    kind = CharField(max_length=32)
    address = CharField()
    clock = CharField(max_length=8)
    zone = CharField()
    chosen = BooleanField()
    due_at = nullable(TimeField)
    by = nullable(JsonField)

    class Meta:  # noqa: D106
        table_name = "digests"
        primary_key = CompositeKey("kind", "address")


TABLES: tuple[type[Model], ...] = (KindRow, TallyRow, DigestRow)

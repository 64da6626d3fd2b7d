"""Tables of recorded lines, and of questions to agents."""

from peewee import AutoField, BigIntegerField, CompositeKey, DoubleField, Model

from bot.store.models import CharField, JsonField, TextField, TimeField, nullable


class RecordedRow(Model):
    """A record that a rule found; `sample` is without the text."""

    id = AutoField()
    at = TimeField()
    agent = CharField()
    service = CharField()
    rule = CharField()
    severity = CharField()
    labels = JsonField()
    text = TextField()
    sample = JsonField()

    class Meta:  # noqa: D106 - peewee's own
        table_name = "recorded"


class RecordedFieldRow(Model):
    """A field or label of a recorded line; `number` is its value where that is one."""

    row_id = BigIntegerField()
    field = CharField()
    value = TextField()
    number = nullable(DoubleField)

    class Meta:  # noqa: D106 - peewee's own
        table_name = "recorded_fields"
        primary_key = CompositeKey("row_id", "field")


class LookupRow(Model):
    """A wish to see log lines; `open_until` is empty once no host is waited for."""

    id = AutoField()
    kind = CharField()
    subject = CharField()
    asked = JsonField()
    alert = nullable(BigIntegerField)
    address = CharField()
    language = CharField()
    message = CharField()
    asked_at = TimeField()
    open_until = nullable(TimeField)

    class Meta:  # noqa: D106 - peewee's own
        table_name = "lookups"


class QuestionRow(Model):
    """What one agent was asked; `taken_at` is when it was handed out last."""

    id = AutoField()
    lookup = BigIntegerField()
    agent = CharField()
    question = JsonField()
    taken_at = nullable(TimeField)
    answer = nullable(JsonField)
    answered_at = nullable(TimeField)

    class Meta:  # noqa: D106 - peewee's own
        table_name = "questions"


TABLES: tuple[type[Model], ...] = (RecordedRow, RecordedFieldRow, LookupRow, QuestionRow)

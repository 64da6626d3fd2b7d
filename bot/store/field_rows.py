"""The tables of fields of records; rows of these classes do not leave this package."""

from peewee import AutoField, BigIntegerField, BooleanField, CompositeKey, IntegerField, Model

from bot.store.models import CharField, JsonField, TextField, TimeField


class FieldSeriesRow(Model):
    """A field of the records of some rules in one place; `name` is the hash of what says so."""

    id = AutoField()
    name = CharField(max_length=32, unique=True)
    field = CharField()
    rules = JsonField()
    severity = CharField(max_length=16)
    labels = JsonField()
    numeric = BooleanField()
    seen_at = TimeField()

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "field_series"


class FieldValueRow(Model):
    """Records with one value in one span, "" for all values that are not told singly."""

    series = BigIntegerField()
    step = IntegerField()
    at = TimeField()
    value = TextField()
    count = BigIntegerField()
    looked_at = BigIntegerField()

    class Meta:  # noqa: D106
        table_name = "field_values"
        primary_key = CompositeKey("series", "step", "at", "value")


class NumberPointRow(Model):
    """What the numbers of one span come to: count, total, lowest, highest, and a sketch."""

    series = BigIntegerField()
    step = IntegerField()
    at = TimeField()
    figures = JsonField()

    class Meta:  # noqa: D106
        table_name = "number_points"
        primary_key = CompositeKey("series", "step", "at")


class FieldReportRow(Model):
    """A report that was counted in."""

    id = CharField(primary_key=True)
    at = TimeField()

    class Meta:  # noqa: D106
        table_name = "field_reports"


TABLES: tuple[type[Model], ...] = (FieldSeriesRow, FieldValueRow, NumberPointRow, FieldReportRow)

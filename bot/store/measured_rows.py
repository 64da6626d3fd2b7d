"""The tables of series of numbers; rows of these classes do not leave this package."""

from peewee import AutoField, BigIntegerField, BooleanField, CompositeKey, IntegerField, Model

from bot.store.models import CharField, JsonField, TextField, TimeField


class MeasuredSeriesRow(Model):
    """A series; `labels` are text that is the same for the same labels."""

    id = AutoField()
    name = CharField()
    labels = TextField()
    seen_at = TimeField(index=True)

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "measured_series"


class MeasuredPointRow(Model):
    """What came of a series in one span: count, sum, lowest, highest, and how many per bin."""

    series = BigIntegerField()
    step = IntegerField()
    at = TimeField()
    figures = JsonField()

    class Meta:  # noqa: D106
        table_name = "measured_points"
        primary_key = CompositeKey("series", "step", "at")


class MeasuredRow(Model):
    """A number that came lately: known when it comes again, and looked at by rules once."""

    id = AutoField()
    series = BigIntegerField()
    at = TimeField()
    value = JsonField()
    waits = BooleanField()
    received_at = TimeField(index=True)

    class Meta:  # noqa: D106
        table_name = "measured"


TABLES: tuple[type[Model], ...] = (MeasuredSeriesRow, MeasuredPointRow, MeasuredRow)

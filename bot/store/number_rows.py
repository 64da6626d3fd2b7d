"""The table of numbers that came lately; its rows do not leave this package."""

from peewee import AutoField, BooleanField, Model

from bot.store.models import CharField, JsonField, TimeField


class NumberRow(Model):
    """A number of a series; `series` is the hash of name and labels."""

    id = AutoField()
    series = CharField(max_length=32)
    name = CharField()
    labels = JsonField()
    at = TimeField()
    value = JsonField()
    waits = BooleanField()
    received_at = TimeField(index=True)

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "numbers"


TABLES: tuple[type[Model], ...] = (NumberRow,)

"""The table of lines that were pushed; its rows do not leave this package."""

from peewee import AutoField, BooleanField, Model

from bot.store.models import CharField, JsonField, TimeField


class PushedLineRow(Model):
    """A line that was pushed; `watch` is who reads it."""

    id = AutoField()
    watch = CharField()
    path = CharField()
    labels = JsonField()
    text = CharField()
    at = TimeField()
    dated = BooleanField()
    received_at = TimeField(index=True)

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "pushed_lines"


TABLES: tuple[type[Model], ...] = (PushedLineRow,)

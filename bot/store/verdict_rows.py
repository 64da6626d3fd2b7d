"""The table of what people said of kinds of messages."""

from peewee import Model

from bot.store.models import CharField, JsonField, TextField, TimeField


class VerdictRow(Model):
    """What was said last of one kind."""

    subject = CharField(primary_key=True)
    verdict = CharField(max_length=16)
    template = TextField()
    by = JsonField()
    at = TimeField()

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "verdicts"


TABLES: tuple[type[Model], ...] = (VerdictRow,)

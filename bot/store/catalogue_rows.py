"""The table of kinds of messages that were found."""

from peewee import BigIntegerField, Model

from bot.store.models import CharField, TextField, TimeField


class TemplateRow(Model):
    """One kind of message of one service; `subject` is what verdicts are about."""

    subject = CharField(primary_key=True)
    template = CharField(max_length=32, index=True)
    service = CharField()
    text = TextField()
    rule = CharField()
    severity = CharField(max_length=16)
    count = BigIntegerField()
    first_at = TimeField(index=True)
    last_at = TimeField(index=True)

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "templates"


TABLES: tuple[type[Model], ...] = (TemplateRow,)

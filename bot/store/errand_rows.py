"""The table of errands."""

from peewee import AutoField, BigIntegerField, Model

from bot.store.models import CharField, JsonField, TextField, TimeField


class ErrandRow(Model):
    """One errand for one round of an alert."""

    id = AutoField()
    alert = BigIntegerField()
    name = CharField()
    round_at = TimeField()
    state = CharField(max_length=16)
    told = CharField(max_length=16)
    by = JsonField()
    at = TimeField()
    outcome = TextField()

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "errands"


TABLES = (ErrandRow,)

"""The tables of what others push in; their rows do not leave this package."""

from peewee import AutoField, BigIntegerField, CompositeKey, Model

from bot.store.models import CharField, TextField, TimeField


class KeptEventRow(Model):
    """An event that came to nothing."""

    id = AutoField()
    sender = CharField()
    event = CharField()
    outcome = CharField(max_length=16)
    note = TextField()
    data = TextField()
    at = TimeField()
    received_at = TimeField(index=True)

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "kept_events"


class SilenceRow(Model):
    """A silence that was set elsewhere."""

    sender = CharField()
    alert_id = BigIntegerField()
    silence_id = CharField()
    ends_at = TimeField()

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "silences"
        primary_key = CompositeKey("sender", "alert_id")


TABLES: tuple[type[Model], ...] = (KeptEventRow, SilenceRow)

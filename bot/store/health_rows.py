"""The tables of hosts and their figures; rows of these classes do not leave this package."""

from peewee import BooleanField, CompositeKey, IntegerField, Model

from bot.store.models import CharField, JsonField, TextField, TimeField, nullable


class HostRow(Model):
    """What was last heard of a host, by the agent that reports of it."""

    agent = CharField(primary_key=True)
    host = CharField()
    heard_at = TimeField()
    due_at = TimeField()
    told_at = nullable(TimeField)
    down = BooleanField()
    badness = IntegerField()
    sample = JsonField()

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "hosts"


class HostPointRow(Model):
    """Figures of a host in one span: each a number, or its mean and highest."""

    host = CharField()
    step = IntegerField()
    at = TimeField()
    figures = JsonField()

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "host_points"
        primary_key = CompositeKey("host", "step", "at")


class HealthSettingRow(Model):
    """What was set by chat."""

    name = CharField(primary_key=True)
    value = TextField()

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "health_settings"


TABLES: tuple[type[Model], ...] = (HostRow, HostPointRow, HealthSettingRow)

"""The tables of programs' tokens, and of what they were answered."""

from peewee import BigIntegerField, Model

from bot.store.models import CharField, JsonField, TextField, TimeField, nullable


class TokenRow(Model):
    """A token; of its secret only a hash."""

    key = CharField(primary_key=True)
    name = CharField()
    digest = CharField(max_length=64)
    scopes = JsonField()
    created_at = TimeField()
    expires_at = nullable(TimeField)
    used_at = nullable(TimeField)
    revoked_at = nullable(TimeField)

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "tokens"


class AnswerRow(Model):
    """An answer to a request that was given a name."""

    key = CharField(primary_key=True)
    request = CharField(max_length=64)
    status = BigIntegerField()
    headers = JsonField()
    body = TextField()
    at = TimeField()

    class Meta:  # noqa: D106
        table_name = "answers"


TABLES: tuple[type[Model], ...] = (TokenRow, AnswerRow)

"""The tables of rules made in chats."""

from peewee import AutoField, BigIntegerField, BooleanField, CompositeKey, IntegerField, Model

from bot.store.models import CharField, JsonField, TextField, TimeField, nullable


class ChatRuleRow(Model):
    """A rule as it stands; `body` is all that nobody looks for."""

    id = AutoField()
    name = CharField()
    stage = CharField(max_length=16)
    until = nullable(TimeField)
    version = IntegerField()
    changed_at = TimeField()
    body = JsonField()

    class Meta:  # noqa: D106 - as in bot.store.models
        table_name = "chat_rules"


class ChatRuleVersionRow(Model):
    """A rule as it was."""

    rule = BigIntegerField()
    version = IntegerField()
    name = CharField()
    at = TimeField()
    body = JsonField()

    class Meta:  # noqa: D106
        table_name = "chat_rule_versions"
        primary_key = CompositeKey("rule", "version")


class RulePauseRow(Model):
    """A rule that is not looked for."""

    rule = CharField(primary_key=True)
    until = nullable(TimeField)
    by = JsonField()
    at = TimeField()

    class Meta:  # noqa: D106
        table_name = "rule_pauses"


class RuleHitRow(Model):
    """Records that a rule found at once."""

    id = AutoField()
    rule = CharField()
    at = TimeField()
    count = BigIntegerField()
    text = TextField()
    place = TextField()
    quiet = BooleanField()

    class Meta:  # noqa: D106
        table_name = "rule_hits"


class RuleWindowRow(Model):
    """What a rule counted lately; `at` is when it was counted last."""

    rule = CharField()
    fingerprint = CharField()
    counts = JsonField()
    passed_at = nullable(TimeField)
    at = TimeField()

    class Meta:  # noqa: D106
        table_name = "rule_windows"
        primary_key = CompositeKey("rule", "fingerprint")


class RuleCountRow(Model):
    """Records in the ten minutes from `at`, and how often they set off something."""

    rule = CharField()
    at = TimeField()
    count = BigIntegerField()
    fired = BigIntegerField()

    class Meta:  # noqa: D106
        table_name = "rule_counts"
        primary_key = CompositeKey("rule", "at")


TABLES: tuple[type[Model], ...] = (
    ChatRuleRow,
    ChatRuleVersionRow,
    RulePauseRow,
    RuleHitRow,
    RuleWindowRow,
    RuleCountRow,
)

"""Lines that rules found are kept to be searched; questions to agents, and their answers."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Add them."""
    database.define(
        """CREATE TABLE recorded (
            id {number}, at BIGINT NOT NULL, agent TEXT NOT NULL, service TEXT NOT NULL,
            rule TEXT NOT NULL, severity TEXT NOT NULL, labels TEXT NOT NULL,
            text TEXT NOT NULL, sample TEXT NOT NULL)""",
        "CREATE INDEX recorded_at ON recorded (at)",
        "CREATE INDEX recorded_service ON recorded (service, at)",
        """CREATE TABLE lookups (
            id {number}, kind TEXT NOT NULL, subject TEXT NOT NULL, asked TEXT NOT NULL,
            alert BIGINT, address TEXT NOT NULL, language TEXT NOT NULL, message TEXT NOT NULL,
            asked_at BIGINT NOT NULL, open_until BIGINT)""",
        "CREATE INDEX lookups_subject ON lookups (subject, id)",
        "CREATE INDEX lookups_open ON lookups (open_until) WHERE open_until IS NOT NULL",
        "CREATE INDEX lookups_at ON lookups (asked_at)",
        """CREATE TABLE questions (
            id {number}, lookup BIGINT NOT NULL, agent TEXT NOT NULL, question TEXT NOT NULL,
            taken_at BIGINT, answer TEXT, answered_at BIGINT)""",
        "CREATE INDEX questions_lookup ON questions (lookup)",
        "CREATE INDEX questions_open ON questions (agent, id) WHERE answered_at IS NULL",
    )

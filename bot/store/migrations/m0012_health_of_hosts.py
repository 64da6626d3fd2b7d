"""Hosts, their figures over time, and how often they are sampled."""

from bot.store.database import Database


def up(database: Database) -> None:
    """Create them."""
    database.define(
        """CREATE TABLE hosts (
            agent TEXT NOT NULL PRIMARY KEY, host TEXT NOT NULL, heard_at BIGINT NOT NULL,
            due_at BIGINT NOT NULL, told_at BIGINT, down BOOLEAN NOT NULL,
            badness INTEGER NOT NULL, sample TEXT NOT NULL)""",
        "CREATE INDEX hosts_host ON hosts (host)",
        "CREATE INDEX hosts_due ON hosts (due_at)",
        """CREATE TABLE host_points (
            host TEXT NOT NULL, step INTEGER NOT NULL, at BIGINT NOT NULL, figures TEXT NOT NULL,
            PRIMARY KEY (host, step, at)){without_rowid}""",
        "CREATE INDEX host_points_at ON host_points (step, at)",
        "CREATE TABLE health_settings (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)",
    )

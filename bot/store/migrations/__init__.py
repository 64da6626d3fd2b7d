"""One module per change of the tables, applied in the order of their names.

A migration is a module ``mNNNN_what_holds_now.py`` with one function; its number is the next free
one. It is plain SQL that SQLite and PostgreSQL both understand, and never changes once it was
released: it names no model, since models go on changing::

    from bot.store.database import Database


    def up(database: Database) -> None:
        database.define(
            '''CREATE TABLE notes (
                id {number}, alert BIGINT NOT NULL, at BIGINT NOT NULL, "by" TEXT NOT NULL,
                words TEXT NOT NULL, hidden BOOLEAN NOT NULL DEFAULT FALSE)''',
            "CREATE INDEX notes_alert ON notes (alert, at)",
            "ALTER TABLE alerts ADD COLUMN parent BIGINT",
            "ALTER TABLE alerts ADD COLUMN assignee TEXT NOT NULL DEFAULT ''",
            "UPDATE alerts SET parent = NULL WHERE state = 'resolved'",
        )

``{number}`` is a key that counts up and is never given twice. Times and counts are BIGINT, JSON
and words TEXT (never VARCHAR(n): PostgreSQL would refuse what is longer), flags BOOLEAN. A column
added to a table with rows is nullable or has a default. ``by`` is a reserved word and is quoted.
Then the same columns go into `bot.store.models`; a test compares the two.
"""

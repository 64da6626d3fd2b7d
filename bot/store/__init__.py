"""The database behind the ports of the core: peewee over SQLite in WAL mode."""

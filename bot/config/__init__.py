"""The configuration file: its schema, its loading, its errors."""

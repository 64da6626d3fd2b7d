"""Hands owed notifications to notifiers: claim, look again, send, record."""

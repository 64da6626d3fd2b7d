"""Turns what other programs send into reports; no web framework here."""

"""Keyword rules at work: which of them count a record, and the findings that folded ones make."""

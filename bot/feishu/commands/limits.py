"""How long things that people write may be."""

from datetime import timedelta

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=30)
LONGEST_TEXT = 500
LONGEST_LINE = 2500
"""Of a command that holds a line of a log."""
LONGEST_REASON = 200

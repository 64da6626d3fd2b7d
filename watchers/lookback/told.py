"""What is told of a line that was found: shortened, and safe to leave the host."""

from datetime import UTC

from watchers.lookback.search import Hit
from watchers.questions import LogLine
from watchers.redaction.redactor import Redactor

LINE_CHARS = 400
SHOWN = 2
"""Lines shown before and behind a line that was searched for."""


def told(hit: Hit, path: str, number: int, words: str, redactor: Redactor) -> LogLine | None:
    """What is found is safe to tell; words that only stood in what is redacted find nothing.

    Args:
        hit: What was found.
        path: Where.
        number: Of the line, 0 when it is not known.
        words: What was searched for.
        redactor: Takes out what must not leave the host.
    """
    around = redactor.lines((*hit.before, hit.text, *hit.after))
    text = around[len(hit.before)]
    if words.lower() not in text.lower():
        return None
    return LogLine(
        number=number,
        text=_about(text, words),
        at=hit.at.astimezone(UTC) if hit.at is not None else None,
        path=redactor.text(path),
        before=tuple(one[:LINE_CHARS] for one in around[: len(hit.before)][-SHOWN:]),
        after=tuple(one[:LINE_CHARS] for one in around[len(hit.before) + 1 :][:SHOWN]),
    )


def _about(text: str, words: str) -> str:
    """A line shortened so that the words are still on it."""
    at = text.lower().find(words.lower())
    if at + len(words) <= LINE_CHARS:
        return text[:LINE_CHARS]
    begin = max(0, at - LINE_CHARS // 2)
    return "…" + text[begin : begin + LINE_CHARS]

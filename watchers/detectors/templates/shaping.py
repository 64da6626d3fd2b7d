"""From a message to its words: values masked, lists and repetitions as long as one of them."""

import re
from functools import lru_cache
from typing import Final

from watchers.detectors.templates.masks import KnownTokens
from watchers.detectors.templates.spans import VALUE, with_spans_masked

MOST_CHARS: Final = 8192
"""What comes behind is not looked at."""
MOST_WORDS: Final = 120
"""What comes behind counts as one value."""
_LETTER = re.compile(r"[^\W\d_]")
_MOST_WORDS_KNOWN = 20_000
_FEW_WORDS = 4
_LONGEST_PERIOD = 4
TRAILING: Final = frozenset(",:;")
"""What stays behind a value."""
_UNITS: Final = frozenset(
    [
        "B",
        "KB",
        "MB",
        "GB",
        "TB",
        "KiB",
        "MiB",
        "GiB",
        "kB",
        "K",
        "M",
        "G",
        "ms",
        "us",
        "µs",
        "ns",
        "s",
        "sec",
        "secs",
        "second",
        "seconds",
        "min",
        "mins",
        "minutes",
        "hours",
        "days",
        "byte",
        "bytes",
        "%",
        "Hz",
        "MHz",
        "GHz",
        "Kbps",
        "Mbps",
    ]
)
_DAYS: Final = frozenset(
    [
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ]
)
_EMPTY: Final = frozenset(("[]", "{}", '""'))

Words = tuple[str, ...]


@lru_cache(maxsize=_MOST_WORDS_KNOWN)
def has_letters(word: str) -> bool:
    """Whether a word says something beside the values in it."""
    return _LETTER.search(word.replace(VALUE, "")) is not None


def is_value(word: str) -> bool:
    """Whether a word is nothing but a value, with at most a comma, colon or semicolon behind."""
    return word == VALUE or (len(word) == len(VALUE) + 1 and word.startswith(VALUE))


class Shaper:
    """Turns messages into words; remembers tokens, not thread-safe."""

    def __init__(self) -> None:
        self._known = KnownTokens()

    def masked(self, message: str) -> list[str]:
        """The tokens of a message with their values masked."""
        tokens = with_spans_masked(message[:MOST_CHARS]).split(None, MOST_WORDS - 1)
        if len(tokens) == MOST_WORDS:
            tokens[-1] = VALUE
        known = self._known
        return [known[token] for token in tokens]


def normal(tokens: list[str]) -> Words:
    """The words of masked tokens, the same however long a list or a repetition is."""
    words: list[str] = []
    bracket: int | None = None
    dated = len(tokens) > _FEW_WORDS
    for token in _without_lists(tokens):
        if bracket is not None and len(words) == bracket + 1 and _closes_unit(token, words):
            del words[bracket:]  # "1190 bytes (1.16 KB)": the same said again
            bracket = None
            continue
        word = VALUE if dated and token.strip(",") in _DAYS else token
        if VALUE in word and not has_letters(word):
            if word[0] == "(" and word[-1] != ")" and words:
                bracket = len(words)
            word = VALUE + (word[-1] if word[-1] in TRAILING else "")
        _add(words, word)
    if any(VALUE in word for word in words):
        _shorten(words)
    return tuple(words)


def squeezed(words: Words) -> Words:
    """The words with neighbouring values as one."""
    found: list[str] = []
    for word in words:
        if found and is_value(found[-1]) and is_value(word):
            found[-1] = word
        else:
            found.append(word)
    return tuple(found)


def _without_lists(tokens: list[str]) -> list[str]:
    """The tokens with a value for each list of values in brackets, however long."""
    if not any(token[0] == "[" for token in tokens):
        return tokens
    found: list[str] = []
    at = 0
    while at < len(tokens):
        end = _end_of_list(tokens, at) if tokens[at][0] == "[" else at
        if end > at:
            found.append(VALUE + tokens[end - 1].rpartition("]")[2])
            at = end
        else:
            found.append(tokens[at])
            at += 1
    return found


def _end_of_list(tokens: list[str], at: int) -> int:
    """Behind the last of two items and more that all have values, or `at`."""
    for end in range(at, len(tokens)):
        token = tokens[end]
        item, closing, behind = token.partition("]")
        if VALUE not in item or "=" in item or ":" in item.rstrip(":"):
            return at
        if closing:
            return at if (end == at and "," not in item) or len(behind) > 1 else end + 1
    return at


def _add(words: list[str], word: str) -> None:
    if word in _EMPTY:
        return
    if words and is_value(words[-1]):
        if is_value(word):
            words[-1] = word
            return
        if words[-1] == VALUE and word.rstrip(",;:.)") in _UNITS:
            return
    words.append(word)


def _closes_unit(token: str, words: list[str]) -> bool:
    return (
        ")" in token[-2:] and token.rstrip("),;:.") in _UNITS and bool(words) and words[-1] == VALUE
    )


def _shorten(words: list[str]) -> None:
    """Keep one of what is repeated with other values."""
    for period in range(1, _LONGEST_PERIOD + 1):
        at = 0
        while at + 2 * period <= len(words):
            if words[at] != words[at + period]:
                at += 1
                continue
            part = words[at : at + period]
            again = words[at + period : at + 2 * period]
            if part == again and any(VALUE in word for word in part):
                del words[at + period : at + 2 * period]
            else:
                at += 1

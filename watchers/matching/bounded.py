"""Patterns that only a backtracking engine can match: within a time, and none that explodes."""

import time
from functools import lru_cache
from typing import Any

import regex

from watchers.errors import PatternError
from watchers.matching.syntax import (
    Among,
    Char,
    Edge,
    Either,
    Node,
    Repeat,
    Row,
    UnknownSyntaxError,
    parsed,
)

LINE_S = 0.1
"""No line is looked at for longer."""
PATIENCE_S = 0.4
"""Nor longer than this, on a machine so busy that the other bound says nothing."""
BUDGET_S = 0.4
"""What a pattern may spend on one block of lines before it is given up."""
_PROBE_S = 0.25
_PUMPS = (28, 1500)
_ENDS = ("", "\x01", "!")
_MOST_PROBED = 12
_OFTEN = 8


class PatternTimeoutError(Exception):
    """A pattern took too long on a line."""


class BoundedPattern:
    """A pattern with look-around, back-references or atomic groups, run on single lines.

    Attributes:
        spent_s: Seconds of computing since this was last set to 0.
        too_slow: Whether it ever took longer than it may.
    """

    def __init__(self, pattern: str) -> None:
        self.spent_s = 0.0
        self.too_slow = False
        self._regexp = regex.compile(pattern, regex.ASCII | regex.MULTILINE | regex.VERSION0)

    def search(self, line: bytes) -> object | None:
        """Not None when a line matches; None, and `too_slow`, when that takes too long to say."""
        text, found = line.decode("utf-8", "replace"), None
        began = time.thread_time()
        for timeout_s in (LINE_S, PATIENCE_S):
            try:
                found = _within(self._regexp, text, timeout_s)
            except PatternTimeoutError:
                found = None
                if time.thread_time() - began < LINE_S / 2:
                    continue  # it was the machine that had no time for it
                self.too_slow = True
            break
        else:
            self.too_slow = True
        self.spent_s += time.thread_time() - began
        self.too_slow = self.too_slow or self.spent_s > BUDGET_S
        return found


@lru_cache(maxsize=256)
def refuse_explosive(pattern: str) -> None:
    """Try a pattern on lines made to be hard for it.

    Raises:
        PatternError: If it has a mistake, is not understood, matches every line, or explodes.
    """
    try:
        regexp = regex.compile(pattern, regex.ASCII | regex.MULTILINE | regex.VERSION0)
    except regex.error as error:
        raise PatternError(
            pattern,
            f"it has a mistake: {error}; correct it, or put a backslash before a "
            "character meant as is",
        ) from None
    try:
        tree = parsed(pattern, perl=True).tree
    except UnknownSyntaxError:
        tree = None
    if tree is None or "{," in pattern or "(?i)" in pattern[len("(?i)") :]:
        raise PatternError(
            pattern,
            "beside look-around, back-references, atomic groups and possessive quantifiers only "
            "RE2's syntax is supported, with `(?i)` at the beginning",
        )
    if _within(regexp, "", _PROBE_S):
        raise PatternError(pattern, "it matches the empty text and so every line")
    for before, pump in _pumps(tree, "")[:_MOST_PROBED]:
        lines = (before + pump * count + end for count in _PUMPS for end in _ENDS)
        if any(_explodes(regexp, line) for line in lines):
            shown = f"{before}{pump * 3}"[:40]
            raise PatternError(
                pattern,
                f"it explodes on lines such as `{shown}…`: what repeats there can be divided in "
                "too many ways; write it without repetition in repetition, or without "
                "look-around and back-references, so that it runs in linear time",
            )


def _explodes(regexp: Any, line: str) -> bool:
    """Whether it takes too long twice: once may be a busy machine."""
    for _ in range(2):
        try:
            _within(regexp, line, _PROBE_S)
        except PatternTimeoutError:
            continue
        return False
    return True


def _within(regexp: Any, line: str, timeout_s: float) -> object | None:
    try:
        found: object | None = regexp.search(line, timeout=timeout_s, concurrent=True)
    except TimeoutError:
        raise PatternTimeoutError from None
    return found


def _pumps(node: Node, before: str) -> list[tuple[str, str]]:
    """For each repetition, a text that leads to it and one that goes round in it."""
    match node:
        case Repeat(inner, _, most):
            found = _pumps(inner, before)
            text = _sample(inner)
            if (most is None or most > _OFTEN) and text:
                found.insert(0, (before, text))
            return found
        case Row(parts):
            found = []
            for part in parts:
                found += _pumps(part, before)
                before += _sample(part)
            return found
        case Either(choices):
            return [one for choice in choices for one in _pumps(choice, before)]
        case Char() | Among() | Edge():
            return []


def _sample(node: Node) -> str:
    """A short text that a tree matches."""
    match node:
        case Char(byte):
            return byte.decode("latin-1")
        case Among(members):
            liked = [one for one in b"a0 _-" if one in members]
            return chr(liked[0] if liked else min(members, default=0x61))
        case Edge():
            return ""
        case Row(parts):
            return "".join(map(_sample, parts))
        case Either(choices):
            return _sample(choices[0])
        case Repeat(inner, least, _):
            return _sample(inner) * min(max(least, 1), 3)

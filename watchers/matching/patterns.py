"""Turns a user's regular expressions into ones that run in linear time on whole blocks."""

import re
from typing import Any

import re2

from watchers.errors import PatternError
from watchers.matching.bounded import BoundedPattern, refuse_explosive

_MAX_MEMORY = 64 << 20
_UNSUPPORTED = (
    (re.compile(r"\(\?<?[=!]"), "look-around `(?=…)`, `(?!…)`, `(?<=…)` or `(?<!…)`",
     "match the line with `pattern` and leave lines out with `exclude`"),
    (re.compile(r"\\[1-9]|\(\?P="), "a back-reference such as `\\1`",
     "write the repeated part out"),
    (re.compile(r"\(\?>|[*+?}]\+"), "an atomic group or possessive quantifier",
     "write an ordinary group or quantifier: matching takes linear time anyway"),
    (re.compile(r"\\[AZz]"), "`\\A`, `\\Z` or `\\z`",
     "write `^` for the start of the line and `$` for its end"),
    (re.compile(r"\(\?[a-zA-Z]*-[a-zA-Z]*m"), "switching off `m`",
     "leave it out: `^` and `$` always stand for the start and end of the line"),
)  # fmt: skip
_BACKTRACKING = 3
"""So many of them another engine can match."""
_ESCAPED = re.compile(r"\\\\")


def compiled(pattern: str) -> Any:
    """A matcher for one pattern that never looks past the end of a line.

    ``^`` and ``$`` stand for the start and end of a line.

    Raises:
        PatternError: If the pattern cannot be run in linear time, has a mistake, or matches
            every line.
    """
    plain = _ESCAPED.sub("", pattern)
    for shape, what, instead in _UNSUPPORTED:
        if found := shape.search(plain):
            raise PatternError(
                pattern, f"{what} is not supported (at `{found.group()}`); {instead}"
            )
    try:
        regexp = re2.compile(in_lines(pattern), options())
    except re2.error as error:
        raise PatternError(pattern, _mistake(error)) from None
    if regexp.search(b"") is not None:
        raise PatternError(
            pattern,
            "it matches the empty text and so every line; "
            "write at least one character that must be there, e.g. `+` instead of `*`",
        )
    return regexp


def matcher(pattern: str) -> Any:
    """What tells by `search` whether a line matches; bounded in time where it is not linear.

    Raises:
        PatternError: If it cannot be used, or would explode.
    """
    try:
        return compiled(pattern)
    except PatternError:
        if not backtracks(pattern):
            raise
    refuse_explosive(pattern)
    return BoundedPattern(pattern)


def backtracks(pattern: str) -> bool:
    """Whether it has look-around, back-references, atomic groups or possessive quantifiers."""
    plain = _ESCAPED.sub("", pattern)
    return any(shape.search(plain) for shape, *_ in _UNSUPPORTED[:_BACKTRACKING])


def in_lines(pattern: str) -> str:
    """The pattern with ``^`` and ``$`` at the ends of lines."""
    return f"(?m:{pattern})"


def options() -> Any:
    """How patterns are run: on UTF-8, never over a newline, without captures, in bounded memory."""
    chosen = re2.Options()
    chosen.never_nl = True
    chosen.never_capture = True
    chosen.log_errors = False
    chosen.max_mem = _MAX_MEMORY
    return chosen


def _mistake(error: Exception) -> str:
    said = error.args[0] if error.args else error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return (
        f"it has a mistake: {text}; correct it, or put a backslash before a character meant as is"
    )

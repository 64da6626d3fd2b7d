"""Which lines continue the one before them: stack traces, or what a pattern says."""

import re
from enum import Enum, auto
from typing import Any, Protocol

from watchers.matching.patterns import compiled

_HEAD = (
    rb"[\[<({\"]?(?:\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:|"
    rb"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|PANIC|TIMEOUT)\b)"
)
_STARTS_ANEW = re.compile(rb"\s*" + _HEAD)
at_a_glance = re.compile(_HEAD + rb"|\d+(?:\.\d+)* |\{\"").match
"""Says that a line begins anew; also addresses as of nginx, and JSON. No digit counts as which."""
_INDENTED = re.compile(rb"[ \t]+\S")
_EXCEPTION = re.compile(
    rb"(?:Caused by: |Suppressed: |Unhandled exception[.:] |(?:[A-Za-z_$][\w$]*\.)+[A-Z][\w$]*"
    rb"(?:Exception|Error|Throwable|Failure|Interrupt)\b[\w$]*(?::|\s*$))"
)
_FRAME = re.compile(
    # Ruby, PHP, Rust, and JavaScript engines without `at`
    rb"(?:\S+\.rb:\d+:in |#\d+ \S|Stack trace:\s*$|stack backtrace:\s*$|note: run with `RUST_BACK|"
    rb"(?:[\w.$<>/]+)?@\S+:\d+:\d+$|\.\.\. \d+ (?:more|levels)\b|--- End of )"
)
_PANICKED = re.compile(rb"thread '[^']*' (?:\(\d+\) )?panicked at ")
_TRACEBACK = re.compile(rb"Traceback \(most recent call last\):")
_PYTHON_END = re.compile(rb"[A-Za-z_][\w.]*(?::|\s*$)")
_PYTHON_CHAIN = re.compile(
    rb"During handling of the above exception|The above exception was the direct cause"
)
_GOROUTINE = re.compile(rb"goroutine \d+ \[|\[signal ")
_GO_FRAME = re.compile(
    rb"(?:goroutine \d+ \[|\[signal |created by |exit status \d|[\w./*()\-\[\]{}]+\(.*\)\s*$)"
)
_CLOSING = re.compile(rb"[}\])]")
_LOGGED = re.compile(
    rb"(?i)(?:\b(?:err(?:or)?|critical|fatal|warn(?:ing)?|severe|exception|panic|fail(?:ed|ure)?)\b)"
)
_BLANK = re.compile(rb"\s*$")


class Trace(Enum):
    """What the lines of a record so far are."""

    LINE = auto()
    FRAMES = auto()
    PANICKED = auto()
    PYTHON = auto()
    PYTHON_ENDED = auto()
    PYTHON_BLANK = auto()
    PYTHON_CHAIN = auto()
    GO = auto()
    GO_BLANK = auto()


class Shape(Protocol):
    """Tells the lines of one record from those of the next.

    Attributes:
        sees_bare: Whether it wants lines without the key that tells their writer.
        glances: Whether lines of which `at_a_glance` says so continue nothing, and begin what
            only other lines continue.
    """

    sees_bare: bool
    glances: bool

    def begins(self, line: bytes) -> Trace:
        """The state after a record's first line."""
        ...

    def follows(self, state: Trace, previous: bytes, line: bytes) -> Trace | None:
        """The state after one more line, or None when that line begins a new record."""
        ...

    def may_continue(self, line: bytes, previous: bytes) -> bool:
        """Whether a line could belong to the record of the line before it; errs towards yes."""
        ...


OPEN_BLANK = frozenset({Trace.PYTHON_BLANK, Trace.GO_BLANK})
"""States after an empty line, which belongs to the record only if the next line does."""


def begins(line: bytes) -> Trace:
    """The state after a record's first line."""
    if _TRACEBACK.match(line):
        return Trace.PYTHON
    if _PANICKED.match(line):
        return Trace.PANICKED
    return Trace.GO if _GOROUTINE.match(line) else Trace.LINE


def follows(state: Trace, previous: bytes, line: bytes) -> Trace | None:
    """The state after one more line, or None when that line begins a new record.

    Args:
        state: The state before it.
        previous: The line before it.
        line: The line, without its line end.
    """
    return None if at_a_glance(line) else _follows(state, previous, line)


def _follows(state: Trace, previous: bytes, line: bytes) -> Trace | None:
    if _BLANK.match(line):
        return _BLANKS.get(state) or _blank_after(state, previous)
    if state in (Trace.GO, Trace.GO_BLANK):
        return _follows_go(state, line)
    if state in (Trace.PYTHON_BLANK, Trace.PYTHON_CHAIN):
        return _follows_python(line)
    if _INDENTED.match(line):
        if _STARTS_ANEW.match(line):
            return None
        return Trace.PYTHON if state is Trace.PYTHON else Trace.FRAMES
    return _follows_unindented(state, previous, line)


def may_continue(line: bytes, previous: bytes) -> bool:
    """Whether a line could belong to the record of the line before it; cheap, errs towards yes."""
    if _STARTS_ANEW.match(line):
        return False
    if _INDENTED.match(line) or _BLANK.match(line) or _INDENTED.match(previous):
        return True
    return bool(
        _EXCEPTION.match(line)
        or _FRAME.match(line)
        or _PANICKED.match(previous)
        or _TRACEBACK.match(line)
        or _PYTHON_CHAIN.match(line)
        or _GO_FRAME.match(line)
    )


_BLANKS = {
    Trace.PYTHON_ENDED: Trace.PYTHON_BLANK,
    Trace.PYTHON_BLANK: Trace.PYTHON_BLANK,
    Trace.PYTHON_CHAIN: Trace.PYTHON_CHAIN,
    Trace.GO: Trace.GO_BLANK,
    Trace.GO_BLANK: Trace.GO_BLANK,
}


def _blank_after(state: Trace, previous: bytes) -> Trace | None:
    panicked = state is Trace.LINE and previous.startswith((b"panic:", b"fatal error:"))
    return Trace.GO_BLANK if panicked else None


def _follows_go(state: Trace, line: bytes) -> Trace | None:
    if state is Trace.GO_BLANK:
        return Trace.GO if _GOROUTINE.match(line) or line.startswith(b"exit status") else None
    return Trace.GO if line.startswith(b"\t") or _GO_FRAME.match(line) else None


def _follows_unindented(state: Trace, previous: bytes, line: bytes) -> Trace | None:
    if state is Trace.PYTHON and _INDENTED.match(previous) and _PYTHON_END.match(line):
        return Trace.PYTHON_ENDED
    if _EXCEPTION.match(line) or _FRAME.match(line):
        return Trace.FRAMES
    if state is Trace.PANICKED and not _STARTS_ANEW.match(line):
        return Trace.FRAMES  # what it says stands on a line of its own
    if _TRACEBACK.match(line):
        return Trace.PYTHON if state is Trace.LINE and _LOGGED.search(previous) else None
    if _GOROUTINE.match(line):
        return Trace.GO
    return Trace.FRAMES if state is Trace.FRAMES and _CLOSING.match(line) else None


def _follows_python(line: bytes) -> Trace | None:
    if _PYTHON_CHAIN.match(line):
        return Trace.PYTHON_CHAIN
    return Trace.PYTHON if _TRACEBACK.match(line) else None


class Traces:
    """Stack traces of Java, Python, Go, Node, Ruby, .NET, PHP and Rust stay with their line."""

    sees_bare = True
    glances = True
    begins = staticmethod(begins)
    follows = staticmethod(follows)
    may_continue = staticmethod(may_continue)


class Joined:
    """Lines stay together as patterns say."""

    sees_bare = False
    glances = False

    def __init__(
        self, *, start: str = "", continues: str = "", end: str = "", negate: bool = False
    ) -> None:
        """Compile the patterns; "" for none.

        Args:
            start: A line that matches begins a record.
            continues: A line that matches continues one; with `start` any other one does not.
            end: A record ends behind a line that matches.
            negate: `start` and `continues` mean the lines that do not match.

        Raises:
            PatternError: If one of them cannot be used.
        """
        self._start = _search(start)
        self._continues = _search(continues)
        self._end = _search(end)
        self._negate = negate

    def begins(self, _line: bytes) -> Trace:
        """No record is told from another one by its first line."""
        return Trace.LINE

    def follows(self, _state: Trace, previous: bytes, line: bytes) -> Trace | None:
        """As the patterns say."""
        return Trace.FRAMES if self.may_continue(line, previous) else None

    def may_continue(self, line: bytes, previous: bytes) -> bool:
        """As the patterns say: there is no doubt."""
        if self._end is not None and self._end(previous) is not None:
            return False
        if self._start is not None and (self._start(line) is not None) is not self._negate:
            return False
        if self._continues is not None:
            return (self._continues(line) is not None) is not self._negate
        return True


def _search(pattern: str) -> Any:
    return compiled(pattern).search if pattern else None

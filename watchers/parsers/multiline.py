"""Which lines continue the one before them: stack traces of Java, Python, Go and Node."""

import re
from enum import Enum, auto

_STARTS_ANEW = re.compile(
    rb"\s*[\[<({\"]?(?:\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:|"
    rb"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|PANIC|TIMEOUT)\b)"
)
_INDENTED = re.compile(rb"[ \t]+\S")
_EXCEPTION = re.compile(
    rb"(?:Caused by: |Suppressed: |(?:[a-z_$][\w$]*\.)+[A-Z][\w$]*"
    rb"(?:Exception|Error|Throwable|Failure|Interrupt)\b[\w$]*(?::|\s*$))"
)
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
    PYTHON = auto()
    PYTHON_ENDED = auto()
    PYTHON_BLANK = auto()
    PYTHON_CHAIN = auto()
    GO = auto()
    GO_BLANK = auto()


OPEN_BLANK = frozenset({Trace.PYTHON_BLANK, Trace.GO_BLANK})
"""States after an empty line, which belongs to the record only if the next line does."""


def begins(line: bytes) -> Trace:
    """The state after a record's first line."""
    if _TRACEBACK.match(line):
        return Trace.PYTHON
    return Trace.GO if _GOROUTINE.match(line) else Trace.LINE


def follows(state: Trace, previous: bytes, line: bytes) -> Trace | None:
    """The state after one more line, or None when that line begins a new record.

    Args:
        state: The state before it.
        previous: The line before it.
        line: The line, without its line end.
    """
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
    if _EXCEPTION.match(line):
        return Trace.FRAMES
    if _TRACEBACK.match(line):
        return Trace.PYTHON if state is Trace.LINE and _LOGGED.search(previous) else None
    if _GOROUTINE.match(line):
        return Trace.GO
    return Trace.FRAMES if state is Trace.FRAMES and _CLOSING.match(line) else None


def _follows_python(line: bytes) -> Trace | None:
    if _PYTHON_CHAIN.match(line):
        return Trace.PYTHON_CHAIN
    return Trace.PYTHON if _TRACEBACK.match(line) else None

"""What a server asks the agent that has the files, and what it answers; their wire form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from watchers.errors import FindingFormatError

_KEY = "questions"


class Ask(StrEnum):
    """What can be asked."""

    AROUND = "around"
    """Some lines counted from a record's first one."""
    RECORD = "record"
    """A whole record, however long."""
    SEARCH = "search"
    """Lines with certain words, in all files of the watches that are meant."""


class Ending(StrEnum):
    """How looking ended."""

    DONE = "done"
    GONE = "gone"
    """No file holds the record any more."""
    BOUND = "bound"
    """The bound of time or bytes was reached before everything was seen."""
    FOREIGN = "foreign"
    """No watch of the agent reads such a file."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked of one agent.

    Attributes:
        id: Comes back with the answer.
        path: The file of a record, as its finding said.
        file: Identity of its content.
        offset: Of the record's first line, in bytes.
        end: Behind its last line.
        line: Number of its first line, 0 when it is not known.
        mark: Proof of the record.
        first: First line wanted, counted from the record's first line, which is 0.
        last: Last line wanted.
        words: What a line must hold, whatever its case.
        labels: Conditions on a watch's labels: name, operator (``= != =~ !~``), value; of a name
            that is no label, on the fields of each line, also with ``>= <= > <``.
        since: Lines before this are not wanted; aware.
    """

    id: int
    ask: Ask
    path: str = ""
    file: str = ""
    offset: int = 0
    end: int = 0
    line: int = 0
    mark: str = ""
    first: int = 0
    last: int = 0
    words: str = ""
    labels: tuple[tuple[str, str, str], ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of a file, safe to leave the host.

    Attributes:
        number: From 1; 0 when it is not known.
        text: Without its end, shortened.
        at: The time it begins with, None where none was recognised; aware.
        path: Its file, for lines that were searched for.
        before: The lines before it, for those.
        after: The lines behind it.
    """

    number: int
    text: str
    at: datetime | None = None
    path: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an agent found.

    Attributes:
        id: The question's.
        lines: Of a search newest first, else as they stand.
        first: Where the first of the lines stands, counted from the record.
        begins: Whether nothing stands before them in the file.
        ends: Whether nothing stands behind them.
        files: How many files were looked into.
        bytes: How much of them.
        path: Where the file is now.
        why: What went wrong, in words of the operating system.
        sources: Of a search, watches of what is no file that were searched too, by name and kind.
        unsearched: Those that are meant and were not, with the reason if there is one.
    """

    id: int
    ending: Ending
    lines: tuple[LogLine, ...] = ()
    first: int = 0
    begins: bool = False
    ends: bool = False
    files: int = 0
    bytes: int = 0
    path: str = ""
    why: str = ""
    sources: tuple[str, ...] = ()
    unsearched: tuple[str, ...] = ()


def question_to_dict(question: Question) -> dict[str, Any]:
    """The JSON-ready form."""
    return {
        "id": question.id,
        "ask": question.ask.value,
        "path": question.path,
        "file": question.file,
        "offset": question.offset,
        "end": question.end,
        "line": question.line,
        "mark": question.mark,
        "first": question.first,
        "last": question.last,
        "words": question.words,
        "labels": [list(one) for one in question.labels],
        "since": question.since.isoformat() if question.since is not None else None,
    }


def question_from_dict(found: Mapping[str, Any]) -> Question:
    """From its JSON-ready form.

    Raises:
        FindingFormatError: If it is none, or of a kind that this side does not know.
    """
    try:
        since = found["since"]
        return Question(
            id=int(found["id"]),
            ask=Ask(found["ask"]),
            path=str(found["path"]),
            file=str(found["file"]),
            offset=int(found["offset"]),
            end=int(found["end"]),
            line=int(found["line"]),
            mark=str(found["mark"]),
            first=int(found["first"]),
            last=int(found["last"]),
            words=str(found["words"]),
            labels=tuple((str(a), str(b), str(c)) for a, b, c in found["labels"]),
            since=_time(since) if since else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FindingFormatError(f"a question: {type(error).__name__}: {error}") from error


def questions_to_dict(questions: Iterable[Question]) -> dict[str, Any]:
    """How a server asks them in its answer to a report; nothing when there are none."""
    wires = [question_to_dict(question) for question in questions]
    return {_KEY: wires} if wires else {}


def questions_in(answer: Mapping[str, Any]) -> tuple[Question, ...]:
    """What a server asks; an older one asks nothing, a newer one may ask what we do not know."""
    try:
        return tuple(question_from_dict(wire) for wire in answer.get(_KEY, ()))
    except (TypeError, FindingFormatError):
        return ()


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """The JSON-ready form."""
    return {
        "id": answer.id,
        "ending": answer.ending.value,
        "lines": [_line_to_dict(line) for line in answer.lines],
        "first": answer.first,
        "begins": answer.begins,
        "ends": answer.ends,
        "files": answer.files,
        "bytes": answer.bytes,
        "path": answer.path,
        "why": answer.why,
        "sources": list(answer.sources),
        "unsearched": list(answer.unsearched),
    }


def answer_from_dict(found: Mapping[str, Any]) -> Answer:
    """From its JSON-ready form; raises what a broken one raises."""
    return Answer(
        id=int(found["id"]),
        ending=Ending(found["ending"]),
        lines=tuple(map(_line_from_dict, found["lines"])),
        first=int(found["first"]),
        begins=bool(found["begins"]),
        ends=bool(found["ends"]),
        files=int(found["files"]),
        bytes=int(found["bytes"]),
        path=str(found["path"]),
        why=str(found["why"]),
        sources=tuple(map(str, found.get("sources", ()))),  # older agents say nothing
        unsearched=tuple(map(str, found.get("unsearched", ()))),
    )


def _line_to_dict(line: LogLine) -> dict[str, Any]:
    whole = {
        "number": line.number,
        "text": line.text,
        "at": line.at.isoformat() if line.at is not None else None,
        "path": line.path,
        "before": list(line.before),
        "after": list(line.after),
    }
    return {key: value for key, value in whole.items() if value or key in ("number", "text")}


def _line_from_dict(found: Mapping[str, Any]) -> LogLine:
    at = found.get("at")
    return LogLine(
        number=int(found["number"]),
        text=str(found["text"]),
        at=_time(at) if at else None,
        path=str(found.get("path", "")),
        before=tuple(map(str, found.get("before", ()))),
        after=tuple(map(str, found.get("after", ()))),
    )


def _time(text: object) -> datetime:
    moment = datetime.fromisoformat(str(text))
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} has no zone")
    return moment

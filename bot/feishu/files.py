"""What is too long for a card, as text files: the whole record, all that a search found."""

from collections.abc import Iterator
from typing import assert_never

from bot.core.lookup import LookKind, Lookup
from bot.engine.lookup_views import LogsView, LookupViews
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import visible
from watchers.questions import Ending

MOST_BYTES = 1 << 20


def file_of(lookup: Lookup, looking: LookupViews, reader: Reader) -> tuple[str, bytes] | None:
    """Name and content of the file that a lookup makes; None for one that makes none."""
    match lookup.kind:
        case LookKind.RECORD:
            return record_file(lookup, reader)
        case LookKind.LOGS:
            return logs_file(looking.logs(lookup), reader)
        case LookKind.CONTEXT:
            return None
        case _:
            assert_never(lookup.kind)


def record_file(lookup: Lookup, reader: Reader) -> tuple[str, bytes] | None:
    """Name and content of a whole record; None without one."""
    say = reader.texts.context
    answer = next((part.answer for part in lookup.parts if part.answer is not None), None)
    if answer is None or not answer.lines:
        return None
    lines = [visible(line.text) for line in answer.lines]
    if answer.ending is Ending.BOUND:
        lines.append(say.cut)
    name = say.file_name_record(str(lookup.alert_id))
    return name, _content([f"# {visible(answer.path)}:{answer.lines[0].number}", *lines], reader)


def logs_file(view: LogsView, reader: Reader) -> tuple[str, bytes]:
    """Name and content of all that a search found."""
    return f"logs-{view.number}.txt", _content(list(_hits(view, reader)), reader)


def _hits(view: LogsView, reader: Reader) -> Iterator[str]:
    say = reader.texts.context
    yield f"# {visible(say.logs_title(view.words))}"
    for hit in view.hits:
        place = f"{hit.path}:{hit.number}" if hit.number else hit.path
        at = reader.time(hit.at) if hit.at is not None else ""
        yield ""
        yield visible(f"# {say.hit(at, place, hit.host)}")
        yield from (f"  {visible(line)}" for line in hit.before)
        yield f"> {visible(hit.text)}"
        yield from (f"  {visible(line)}" for line in hit.after)


def _content(lines: list[str], reader: Reader) -> bytes:
    kept, size = [], 0
    for line in lines:
        raw = line.encode("utf-8", "replace") + b"\n"
        size += len(raw)
        if size > MOST_BYTES:
            kept.append(reader.texts.context.cut.encode() + b"\n")
            break
        kept.append(raw)
    return b"".join(kept)

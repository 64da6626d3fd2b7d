"""Parts that cards about one rule share: its threshold, what a back-test found, its faults."""

from collections.abc import Sequence

from bot.core.rule import BackTest, Fault, Threshold
from bot.feishu.cards.elements import Element, code, column, columns, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import fence, lines_of, one_line

_LONGEST_LINE = 300
_MEGABYTE = 1_000_000


def threshold_of(threshold: Threshold, reader: Reader) -> str:
    """``5 in 10 min``, or that each counts."""
    say = reader.texts.rules
    if threshold.each:
        return say.each
    return say.at_least(f"{threshold.count:,}", reader.span(threshold.span))


def back_test(tested: BackTest, reader: Reader) -> list[Element]:
    """What would have been, with a few lines."""
    say = reader.texts.rules
    where = [say.elsewhere(one_line(", ".join(tested.elsewhere), 200))] if tested.elsewhere else []
    if not tested.files:
        return [text(say.no_files), *map(small, where)]
    notes = [say.matched(tested.matches)] if tested.matches else []
    if tested.first is not None and tested.last is not None:
        notes.append(say.first_last(reader.until(tested.first), reader.until(tested.last)))
    if tested.undated:
        notes.append(say.undated(tested.undated))
    size = f"{tested.read / 1000:,.0f} kB"
    if tested.read >= _MEGABYTE:
        size = f"{tested.read / _MEGABYTE:,.1f} MB"
    looked = [say.tested(f"{tested.files:,}", size)]
    looked += [] if tested.whole else [say.not_whole]
    lines = [line for one in tested.some for line in lines_of(one.text, _LONGEST_LINE)[:1]]
    return [
        text(say.fired(tested.fired) if tested.fired else say.never_fired, size="heading"),
        *([text(" · ".join(notes))] if notes else []),
        *([code(fence(lines))] if lines else []),
        small(" · ".join(looked)),
        *map(small, where),
    ]


def faults_in(faults: Sequence[Fault], reader: Reader) -> list[str]:
    """What is wrong, a sentence each."""
    say = reader.texts.rules
    return [
        say.flaw[one.flaw](one_line(one.found, 60), one_line(one.detail, 300)) for one in faults
    ]


def pattern_block(label: str, pattern: str) -> list[Element]:
    """A pattern as it is written, under its label; nothing for an empty one."""
    if not pattern:
        return []
    # No code block: what is copied from one holds characters that keep markup from waking up.
    return [columns([column([small(label), text(one_line(pattern, 1000))], tile=True)])]

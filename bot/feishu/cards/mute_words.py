"""Mutes in words: what ends one, when it hides again."""

from typing import assert_never

from bot.core.mute import Effect, Mute, UntilResolved, UntilWorse
from bot.core.recurrence import Recurrence
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line


def ends(mute: Mute, reader: Reader) -> str:
    """What it lasts until: ``15:30``, ``resolved``, ``10× worse``, the end of its window."""
    say = reader.texts.mute
    match mute.until:
        case None:
            return reader.until(mute.ends_at)
        case UntilResolved():
            return say.resolved
        case UntilWorse(times=times):
            return say.worse(times)
        case Recurrence():
            return f"{reader.until(mute.ends_at)} ({recurrence(mute.until, reader)})"
        case _:
            assert_never(mute.until)


def lasts(mute: Mute, reader: Reader) -> str:
    """The same for lists: how long is left, or when it hides next."""
    say = reader.texts.mute
    if mute.until is None:
        left = reader.span(mute.ends_at - reader.now)
        return say.until(reader.until(mute.ends_at), left)
    if isinstance(mute.until, Recurrence) and not mute.active(reader.now):
        return f"{recurrence(mute.until, reader)} · {say.next_window(reader.until(mute.starts_at))}"
    return say.ends(ends(mute, reader))


def recurrence(found: Recurrence, reader: Reader) -> str:
    """``every weekday 22:00–06:00 Asia/Shanghai``."""
    say = reader.texts.mute
    begins, closes = found.begins.strftime("%H:%M"), found.ends.strftime("%H:%M")
    return say.every(say.days(found.days), begins, closes, one_line(found.zone, 40))


def manner(mute: Mute, reader: Reader) -> list[str]:
    """What else is to be known of it: its effect, where it comes from."""
    say = reader.texts.mute
    notes = [say.notify_only] if mute.effect is Effect.NOTIFY_ONLY else []
    if mute.name:
        notes.append(say.provisioned(one_line(mute.name, 40)))
    return notes

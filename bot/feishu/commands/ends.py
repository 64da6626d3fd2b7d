"""Ends of mutes that no clock knows: until resolved, until ten times worse, as people write it."""

import re

from bot.core.mute import UntilResolved, UntilWorse
from bot.feishu.commands.errors import CommandError

_MOST_TIMES = 1000
_RESOLVED = re.compile(
    r"(?:until|till|til) (?:it is |it's |all )?(?:resolved|solved|fixed)(?![\w-])"
    r"|(?:直到|到|至)? ?(?:问题)?(?:解决|恢复)(?:为止)"
    r"|(?:直到|到|至) ?(?:问题)?(?:解决|恢复)"
)
_WORSE = re.compile(
    r"(?:until|till|til) (?:it is |it gets )?"
    r"(?:[x×] ?(\d+)|(\d+) ?(?:[x×]|times))(?: worse)?(?!\w)"
    r"|(?:直到|到|至)? ?(?:恶化|严重) ?(\d+) ?倍(?:为止)?"
)


def read_named_end(text: str) -> tuple[UntilResolved | UntilWorse, str] | None:
    """Read such an end at the front, and what stands behind; None when none stands there.

    Raises:
        CommandError: If it would be less than twice as bad, or more than a thousand times.
    """
    lowered = text.lower()
    if (found := _RESOLVED.match(lowered)) is not None:
        return UntilResolved(), text[found.end() :].strip()
    if (found := _WORSE.match(lowered)) is not None:
        times = int(next(one for one in found.groups() if one)[:6])
        if not 1 < times <= _MOST_TIMES:
            raise CommandError(
                found[0], lambda texts: texts.mute.wanted_times, "/mute 42 until x10"
            )
        return UntilWorse(times=times), text[found.end() :].strip()
    return None

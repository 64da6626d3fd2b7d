"""How a language writes counts, spans, dates and lists, by Unicode's locale data (Babel).

Babel is imported when the first card is drawn: commands that draw none start without it.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

_BESIDE_HAN = re.compile(r"(?<=\d)(?=[\u4e00-\u9fff])")
"""Chinese cards set figures apart from Han; the locale data does not."""
_SIZES = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_LATELY = timedelta(seconds=45)


def plural(locale: str, count: int, one: str, other: str) -> str:
    """The form of a noun that goes with a count."""
    return one if _locale(locale).plural_form(count) == "one" else other


def many(count: int, noun: str) -> str:
    """English: a count with its noun, whose plural is regular: ``1 alert``, ``12,000 alerts``."""
    return f"{count:,} {plural('en', count, noun, f'{noun}s')}"


def span(locale: str, length: timedelta) -> str:
    """The two largest units of a span that are not zero: ``1 hr 30 min``, ``1 小时 30 分钟``."""
    left, found = max(0, round(length.total_seconds())), []
    for unit, size in _SIZES:
        count, left = divmod(left, size)
        if count:
            found.append(_unit(locale, count, unit))
    return " ".join(found[:2] or [_unit(locale, 0, "second")])


def ago(locale: str, length: timedelta, now: str) -> str:
    """How long ago something was: ``2 hours ago``, ``2 小时前``; `now` if just now or later."""
    if length < _LATELY:
        return now
    from babel import dates  # noqa: PLC0415 - with the first card

    return _spaced(dates.format_timedelta(-length, add_direction=True, locale=_locale(locale)))


def day(locale: str, at: date, *, year: bool) -> str:
    """``Nov 3``, ``11月3日``; with the year where it is another one."""
    from babel import dates  # noqa: PLC0415

    skeleton = "yMMMd" if year else "MMMd"
    return str(dates.format_skeleton(skeleton, at, locale=_locale(locale)))


def listing(locale: str, items: Sequence[str]) -> str:
    """``a, b, and c``; ``a、b和c``."""
    from babel import lists  # noqa: PLC0415

    return str(lists.format_list(list(items), locale=_locale(locale)))


def _unit(locale: str, count: int, unit: str) -> str:
    from babel import units  # noqa: PLC0415

    name = f"duration-{unit}"
    return _spaced(units.format_unit(count, name, length="short", locale=_locale(locale)))


def _spaced(text: str) -> str:
    return _BESIDE_HAN.sub(" ", text)


@cache
def _locale(name: str) -> "Locale":
    from babel import Locale  # noqa: PLC0415

    return Locale.parse(name)

"""How `larkwatch init` speaks: steps, results, and a code to scan."""

import os
import shutil
import sys
import time
from collections.abc import Iterable

import click

_BORDERS = (2, 1)
"""Light modules around the code; with one of them it fits into the usual 80 columns."""
_BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m"
_RESET = "\x1b[0m"
_HALVES = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
_INVERTED = str.maketrans("█ ▀▄", " █▄▀")


def step(title: str) -> None:
    """A step begins."""
    click.echo("\n" + click.style(title, bold=True))


def good(text: str) -> None:
    """Something is as it should be."""
    click.echo(click.style("  ✓ ", fg="green") + text)


def bad(text: str) -> None:
    """Something is not, and what to do."""
    click.echo(click.style("  ✗ ", fg="red") + text)


def plain(text: str = "") -> None:
    """A line beneath a step."""
    click.echo(f"  {text}" if text else "")


def code_lines(address: str, columns: int) -> list[str]:
    """A QR code in half blocks, black on white whatever the terminal's colours; [] without room."""
    import segno

    if not _can_write("█▀▄"):
        return []

    made = segno.make(address, error="l", boost_error=False, micro=False)
    fitting = [one for one in _BORDERS if made.symbol_size(border=one)[0] <= columns]
    if not fitting:
        return []
    rows = [[bool(dark) for dark in row] for row in made.matrix_iter(border=fitting[0])]
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    lines = [
        "".join(_HALVES[pair] for pair in zip(top, bottom, strict=True))
        for top, bottom in zip(rows[::2], rows[1::2], strict=True)
    ]
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return [line.translate(_INVERTED) for line in lines]  # right on a dark ground
    return [f"{_BLACK_ON_WHITE}{line}{_RESET}" for line in lines]


def show_code(address: str) -> None:
    """The code, where there is a screen with room for it, and the address."""
    if not sys.stdout.isatty():
        plain(address)
        return
    room = shutil.get_terminal_size()
    lines = code_lines(address, room.columns)
    for line in lines:
        click.echo(line, color=True)
    if not lines:
        plain("(No room for the code: make the window wider, or open the address.)")
    elif len(lines) > room.lines:
        plain("(The code is taller than the window: make that larger, or the letters smaller.)")
    plain()
    plain(address)


def _can_write(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Waiting:
    """One line that says what is waited for and how long still; quiet where no screen is."""

    def __init__(self, what: str, seconds: float) -> None:
        self._what = what
        self._ends = time.monotonic() + seconds
        self._said = ""
        self._screen = sys.stdout.isatty()

    def say(self, news: str = "") -> None:
        """Draw the line anew."""
        left = max(0, round(self._ends - time.monotonic()))
        text = f"{self._what}{f' ({news})' if news else ''}"
        if self._screen:
            click.echo(f"\r\x1b[K  {text}: {left // 60}:{left % 60:02} left", nl=False)
        elif text != self._said:
            plain(f"{text} …")
        self._said = text

    def end(self) -> None:
        """Take the line away."""
        if self._screen and self._said:
            click.echo("\r\x1b[K", nl=False)


def listed(names: Iterable[str]) -> None:
    """Names, one a line."""
    for name in names:
        plain(f"  - {name}")

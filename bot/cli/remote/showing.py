"""Prints what a server said: tables for people, JSON for programs."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

_PIPED = 160
_COLOURS = {
    "critical": "red",
    "high": "red",
    "medium": "yellow",
    "DOWN": "red",
    "silent": "red",
    "firing": "red",
    "acknowledged": "yellow",
    "resolved": "green",
    "UP": "green",
}


class Shown:
    """Standard output, in one of the two forms: `as_json` is the one for programs."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def table(self, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """Rows, with the heading of each column and the member that it shows."""
        if self.as_json:
            click.echo(json.dumps(rows, ensure_ascii=False))
            return
        from rich.table import Table
        from rich.text import Text

        drawn = Table(*columns, box=None, pad_edge=False)
        for row in rows:
            cells = [visible(row.get(member)) for member in columns.values()]
            drawn.add_row(*(Text(one, style=_COLOURS.get(one, "")) for one in cells))
        _print(drawn if rows else "none")

    def one(self, found: Mapping[str, Any], members: Iterable[str] = ()) -> None:
        """One thing, a member a line; those that say nothing are left out."""
        if self.as_json:
            click.echo(json.dumps(found, ensure_ascii=False))
            return
        for member in members or found:
            said = visible(found.get(member))
            if said:
                click.echo(f"{member.replace('_', ' '):<20} {said}")

    def lines(self, title: str, texts: Iterable[str]) -> None:
        """Longer texts under a title; nothing without any, or for programs."""
        some = [] if self.as_json else list(texts)
        if some:
            click.echo(f"{title}:")
        for text in some:
            for line in text.split("\n"):
                click.echo(f"  {visible(line)}")

    def done(self, said: str, found: Mapping[str, Any] | None = None) -> None:
        """What came of it in one sentence."""
        click.echo(json.dumps(found or {}, ensure_ascii=False) if self.as_json else said)


def visible(found: Any) -> str:  # noqa: PLR0911 - one for each kind of value
    """A value for the terminal: log lines may hold sequences that would command it."""
    match found:
        case None:
            return ""
        case bool():
            return "yes" if found else "no"
        case float():
            return f"{found:.4g}"
        case {"name": name, "id": person}:
            return visible(name or person)
        case {"number": number, **_rest}:
            return f"m{number}"
        case dict():
            return " ".join(f"{key}={visible(value)}" for key, value in found.items())
        case list():
            return ", ".join(visible(one) for one in found)
        case str():
            return _moment(found) or "".join(one if one.isprintable() else " " for one in found)
        case _:
            return str(found)


def _moment(text: str) -> str:
    """An instant by the clock of this machine, "" for any other text."""
    if len(text) < len("2026-11-23T04:00:00Z") or text[10] != "T":
        return ""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return at.astimezone().isoformat(" ", "seconds")[:19] if at.tzinfo else ""


def _print(drawn: Any) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else _PIPED, highlight=False).print(drawn)

"""Any drawn card with less on it, for a platform that refused it as it was."""

from collections.abc import Iterator
from typing import Any

from bot.core.masking import masked
from bot.feishu.cards.elements import Card, card, text
from bot.feishu.cards.untrusted import one_line

_NO_TEXT = ("behaviors", "value", "chart_spec", "config", "icon")
_LONG = ("chart", "table", "collapsible_panel", "markdown", "form")
"""What holds log lines, or much else that could be minded."""
_MOST_LINES = 12
_LONGEST_LINE = 200


def masked_card(drawn: Card) -> Card:
    """The same card with every text on it masked; buttons do what they did."""
    found = _masked(drawn)
    found["config"] = {**drawn["config"], "summary": {"content": masked(_summary(drawn))}}
    return dict(found)


def shortened_card(drawn: Card) -> Card:
    """Masked, and without log lines, tables, charts and what is folded."""
    body = drawn["body"]
    kept = [element for element in body["elements"] if element.get("tag") not in _LONG]
    return masked_card({**drawn, "body": {**body, "elements": kept or [text("…")]}})


def plain_card(drawn: Card, *more: str) -> Card:
    """A few lines of literal text, masked: nothing on it but what every client can draw.

    It stays a card, since a text message could never become one again; `more` stands at its end.
    """
    short = shortened_card(drawn)
    said = [line for line in dict.fromkeys(_lines(short)) if line][: _MOST_LINES - len(more)]
    lines = [one_line(line, _LONGEST_LINE) for line in (*said, *more)]
    return card(
        title=lines[0],
        template=drawn["header"]["template"],
        summary=_summary(short),
        elements=[text("\n".join(lines[1:]) or "…")],
    )


def _summary(drawn: Card) -> str:
    return str(drawn["config"]["summary"]["content"])


def _masked(node: Any) -> Any:
    if isinstance(node, list):
        return [_masked(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("tag") == "table":
        rows = [
            {name: masked(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
            for row in node["rows"]
        ]
        return {**node, "rows": rows}
    return {
        name: masked(one)
        if name == "content" and isinstance(one, str)
        else one
        if name in _NO_TEXT
        else _masked(one)
        for name, one in node.items()
    }


def _lines(drawn: Card) -> Iterator[str]:
    """What a reader sees line by line, header first; a label and its value share one."""
    header = drawn["header"]
    yield from _texts({name: header[name] for name in ("title", "subtitle") if name in header})
    yield " · ".join(_texts(header.get("text_tag_list", [])))
    for element in drawn["body"]["elements"]:
        if element.get("tag") == "column_set":
            yield from (" ".join(_texts(column)) for column in element["columns"])
        else:
            yield from _texts(element)


def _texts(node: Any) -> Iterator[str]:
    """Texts of a part, without those of buttons."""
    if isinstance(node, list):
        for one in node:
            yield from _texts(one)
    elif isinstance(node, dict):
        if node.get("tag") in ("button", "select_static", "overflow"):
            return
        if isinstance(node.get("content"), str):
            yield node["content"]
        for name, one in node.items():
            if name not in _NO_TEXT:
                yield from _texts(one)

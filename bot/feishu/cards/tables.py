"""Tables; cells are literal text, or tags of our own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.feishu.cards.elements import Element

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a table.

    Attributes:
        kind: ``text`` is literal and takes untrusted text; ``options`` are coloured tags.
        width: ``auto`` or pixels.
    """

    name: str
    title: str
    kind: Literal["text", "options"] = "text"
    align: Literal["left", "right", "center"] = "left"
    width: str = "auto"


def tag_cell(label: str, color: str) -> list[dict[str, str]]:
    """A cell with one coloured tag; never untrusted text."""
    return [{"text": label, "color": color}]


def table(fields: Sequence[Field], rows: Sequence[Mapping[str, Any]]) -> Element:
    """Rows under titles; ten to a page."""
    return {
        "tag": "table",
        "page_size": min(PAGE_SIZE, max(1, len(rows))),
        "row_height": "low",
        "header_style": {
            "text_align": "left",
            "background_style": "grey",
            "bold": True,
            "lines": 1,
        },
        "columns": [
            {
                "name": field.name,
                "display_name": field.title,
                "data_type": field.kind,
                "horizontal_align": field.align,
                "width": field.width,
            }
            for field in fields
        ],
        "rows": [dict(row) for row in rows],
    }

"""The one visual language of all cards: small functions that make Card JSON 2.0 elements."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Card = dict[str, Any]
Element = dict[str, Any]

MOST_BYTES = 28 * 1024
"""Feishu takes 30 KB of request body; the rest is for what the sender wraps around."""
_MOST_TAGS = 190
"""Feishu takes 200 elements, texts and options included."""

Size = Literal["notation", "normal", "heading", "heading-1", "heading-2", "heading-3"]
Color = Literal["default", "grey", "red", "orange", "green", "blue", "carmine", "yellow"]
ButtonType = Literal["default", "primary", "danger", "text", "primary_text", "primary_filled"]
Template = Literal[
    "blue", "wathet", "turquoise", "green", "yellow", "orange", "red", "carmine", "purple", "grey"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A coloured word in a header."""

    text: str
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label over a value; `weight` is its share of the width where there is room."""

    label: str
    value: str
    color: Color = "default"
    weight: int = 2


def card(
    *,
    title: str,
    template: Template,
    elements: Iterable[Element],
    subtitle: str = "",
    tags: Sequence[Tag] = (),
    summary: str = "",
) -> Card:
    """A whole card; its title also stands in the chat list unless `summary` does.

    One that can be acted on cannot be forwarded: in another chat its buttons would be refused.
    """
    shown = list(elements)
    header: Element = {"title": plain(title), "template": template}
    if subtitle:
        header["subtitle"] = plain(subtitle)
    if tags:
        header["text_tag_list"] = [
            {"tag": "text_tag", "text": plain(tag.text), "color": tag.color} for tag in tags[:3]
        ]
    return {
        "schema": "2.0",
        "config": {
            "update_multi": True,
            "enable_forward": not _acts(shown),
            "enable_forward_interaction": False,
            "width_mode": "default",
            "summary": {"content": summary or title},
        },
        "header": header,
        "body": {
            "direction": "vertical",
            "vertical_spacing": "12px",
            "padding": "12px 12px 16px 12px",
            "elements": shown,
        },
    }


def _acts(node: object) -> bool:
    if isinstance(node, dict):
        return node.get("type") == "callback" or any(map(_acts, node.values()))
    return isinstance(node, list) and any(map(_acts, node))


def weight(drawn: Card) -> int:
    """Bytes of the request body that carries the card: JSON text within JSON text."""
    text = json.dumps(drawn, ensure_ascii=False, separators=(",", ":"))
    return len(json.dumps(text, ensure_ascii=False).encode())


def fit(draw: Callable[[int], Card], limits: Sequence[int]) -> Card:
    """The card drawn with the first of the falling limits with which Feishu takes it."""
    for limit in limits[:-1]:
        drawn = draw(limit)
        if weight(drawn) <= MOST_BYTES and _tags(drawn) <= _MOST_TAGS:
            return drawn
    return draw(limits[-1])


def _tags(node: object) -> int:
    """Components and texts of a card, options of menus included: all count for the platform."""
    if isinstance(node, dict):
        return ("tag" in node) + sum(map(_tags, node.values()))
    return sum(map(_tags, node)) if isinstance(node, list) else 0


def plain(content: str) -> Element:
    """Literal text: nothing in it is markup."""
    return {"tag": "plain_text", "content": content}


def text(
    content: str,
    *,
    size: Size = "normal",
    color: Color = "default",
    margin: str = "",
    lines: int = 0,
) -> Element:
    """A paragraph of literal text; `lines` cuts it when shown, 0 shows all."""
    inner = plain(content) | {"text_size": size}
    if color != "default":
        inner["text_color"] = color
    if lines:
        inner["lines"] = lines
    return {"tag": "div", "text": inner} | ({"margin": margin} if margin else {})


def small(content: str, color: Color = "grey") -> Element:
    """A side note."""
    return text(content, size="notation", color=color)


def hr() -> Element:
    """A rule across."""
    return {"tag": "hr"}


def facts(row: Sequence[Fact]) -> Element:
    """Up to four labelled values: side by side, two and two on a phone."""
    return columns(
        [
            column(
                [
                    text(fact.label, size="notation", color="grey"),
                    text(fact.value, size="heading", color=fact.color),
                ],
                spacing="2px",
                weight=fact.weight,
            )
            for fact in row
        ],
        flex="bisect",
    )


def column(
    elements: Sequence[Element],
    *,
    weight: int = 1,
    auto: bool = False,
    spacing: str = "4px",
    align: Literal["top", "center"] = "top",
    tile: bool = False,
) -> Element:
    """One column; `auto` is as wide as its content, `tile` is on a grey ground."""
    drawn: Element = {
        "tag": "column",
        "width": "auto" if auto else "weighted",
        "vertical_spacing": spacing,
        "vertical_align": align,
        "elements": list(elements),
    }
    if not auto:
        drawn["weight"] = weight
    if tile:
        drawn |= {"background_style": "grey", "padding": "10px 12px 10px 12px"}
    return drawn


def columns(
    parts: Sequence[Element],
    *,
    flex: Literal["none", "flow", "bisect", "trisect", "stretch"] = "none",
    spacing: str = "8px",
) -> Element:
    """Columns side by side; `flex` says what becomes of them on a phone."""
    return {
        "tag": "column_set",
        "flex_mode": flex,
        "horizontal_spacing": spacing,
        "columns": list(parts),
    }


def row(elements: Sequence[Element]) -> Element:
    """Things in a row, each as wide as it is, wrapped where there is no room."""
    return columns(
        [column([element], auto=True, align="center") for element in elements], flex="flow"
    )


def button(
    label: str, value: Mapping[str, Any], kind: ButtonType = "default", *, small: bool = False
) -> Element:
    """A button that calls back with `value`, which must be an object."""
    return {
        "tag": "button",
        "text": plain(label),
        "type": kind,
        "size": "small" if small else "medium",
        "behaviors": [{"type": "callback", "value": dict(value)}],
    }


def link(label: str, address: str) -> Element:
    """A small button that opens an address, which must be one of the web."""
    return {
        "tag": "button",
        "text": plain(label),
        "type": "default",
        "size": "small",
        "behaviors": [{"type": "open_url", "default_url": address}],
    }


def menu(placeholder: str, options: Sequence[tuple[str, str]], value: Mapping[str, Any]) -> Element:
    """A menu of (label, option) that calls back with `value` and the chosen option."""
    return {
        "tag": "select_static",
        "placeholder": plain(placeholder),
        "options": [{"text": plain(label), "value": option} for label, option in options],
        "width": "default",
        "behaviors": [{"type": "callback", "value": dict(value)}],
    }


def choice(name: str, options: Sequence[tuple[str, str]], chosen: str) -> Element:
    """A field of a form that takes one of the options, each a label and a value."""
    return {
        "tag": "select_static",
        "name": name,
        "width": "fill",
        "initial_option": chosen,
        "options": [{"text": plain(label), "value": value} for label, value in options],
    }


def folded(title: str, elements: Sequence[Element], *, expanded: bool = False) -> Element:
    """Elements behind a bar that opens and closes them."""
    return {
        "tag": "collapsible_panel",
        "expanded": expanded,
        "header": {
            "title": plain(title),
            "background_color": "grey",
            "padding": "6px 8px 6px 8px",
            "icon": {"tag": "standard_icon", "token": "down-small-ccm_outlined", "color": "grey"},
            "icon_position": "right",
        },
        "border": {"color": "grey-300", "corner_radius": "6px"},
        "padding": "8px 8px 8px 8px",
        "elements": list(elements),
    }


def mention(open_ids: Sequence[str]) -> list[Element]:
    """Calls people; what is no open_id calls nobody, since it would fail the whole card."""
    known = [one for one in open_ids if re.fullmatch(r"ou_\w+", one, re.ASCII)]
    called = " ".join(f"<at id={one}></at>" for one in known)
    return [{"tag": "markdown", "content": called}] if called else []


def code(fenced: str) -> Element:
    """A code block; `fenced` comes from `untrusted.fence` and nowhere else."""
    return {"tag": "markdown", "content": fenced, "text_size": "notation"}

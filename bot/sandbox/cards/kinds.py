"""Kinds of values, the vocabulary in which the table of components is written."""

import re
from typing import Any

from bot.sandbox.cards import markdown
from bot.sandbox.cards.walk import Kind, Walk, shown

_LOCALES = (
    "zh_cn", "en_us", "zh_hk", "zh_tw", "ja_jp", "id_id", "vi_vn", "th_th", "pt_br", "es_es",
    "ko_kr", "de_de", "fr_fr", "it_it", "ru_ru", "ms_my",
)  # fmt: skip
_COLOR = re.compile(
    r"(bg-white|white|black|default)"
    r"|(blue|wathet|turquoise|green|yellow|orange|red|carmine|violet|purple|indigo|grey|lime"
    r"|sunflower|neutral)(-(50|100|200|300|350|400|500|600|700|800|900|950))?"
    r"|rgba?\(\s*\d{1,3}\s*(,\s*\d{1,3}\s*){2}(,\s*(0|1|0?\.\d+|1\.0)\s*)?\)"
)
_SIZES = (
    "heading-0", "heading-1", "heading-2", "heading-3", "heading-4", "heading", "normal",
    "notation", "xxxx-large", "xxx-large", "xx-large", "x-large", "large", "medium", "small",
    "x-small",
)  # fmt: skip
_ELEMENT_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,19}")
_PX = re.compile(r"(-?\d+)px")
_USER_IMAGE = 200570
_BAD_USER = 100290


def anything(value: Any, walk: Walk) -> None:
    """No rule is known for it."""


def text(most: int | None = None, least: int = 0) -> Kind:
    """A string of so many characters."""

    def check(value: Any, walk: Walk) -> None:
        if not isinstance(value, str):
            walk.fail(f"wanted a string, found {shown(value)}")
        if len(value) < least or (most is not None and len(value) > most):
            walk.fail(f"wanted {least} to {most} characters, found {len(value)}")

    return check


def boolean(value: Any, walk: Walk) -> None:
    """True or false."""
    if not isinstance(value, bool):
        walk.fail(f"wanted a boolean, found {shown(value)}")


def number(low: float, high: float) -> Kind:
    """A number from low to high."""

    def check(value: Any, walk: Walk) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            walk.fail(f"wanted a number, found {shown(value)}")
        if not low <= value <= high:
            walk.fail(f"wanted {low:g} to {high:g}, found {value}")

    return check


def integer(low: int, high: int) -> Kind:
    """A whole number from low to high."""

    def check(value: Any, walk: Walk) -> None:
        if not isinstance(value, int):
            walk.fail(f"wanted a whole number, found {shown(value)}")
        number(low, high)(value, walk)

    return check


def one_of(*words: object) -> Kind:
    """One of these words or numbers."""

    def check(value: Any, walk: Walk) -> None:
        if value not in words:
            walk.fail(f"wanted one of {', '.join(map(str, words))}, found {shown(value)}")

    return check


def px(low: int, high: int, *words: str) -> Kind:
    """``12px`` within the range, or one of these words."""

    def check(value: Any, walk: Walk) -> None:
        if value in words:
            return
        found = _PX.fullmatch(value) if isinstance(value, str) else None
        if found is None or not low <= int(found[1]) <= high:
            also = f" or {', '.join(words)}" if words else ""
            walk.fail(f"wanted {low}px to {high}px{also}, found {shown(value)}")

    return check


def sides(low: int, high: int) -> Kind:
    """``4px``, ``4px 8px`` or four of them: margin and padding."""
    one = px(low, high)

    def check(value: Any, walk: Walk) -> None:
        parts = value.split() if isinstance(value, str) else []
        if len(parts) not in {1, 2, 4}:
            walk.fail(f"wanted one, two or four lengths, found {shown(value)}")
        for part in parts:
            one(part, walk)

    return check


def color(value: Any, walk: Walk) -> None:
    """A colour by name, ``rgba(…)``, or one that config.style.color defines."""
    if not isinstance(value, str) or not (_COLOR.fullmatch(value) or value in walk.colors):
        walk.fail(f"wanted a colour, found {shown(value)}")


def text_size(value: Any, walk: Walk) -> None:
    """A size by name, or one that config.style.text_size defines."""
    if not isinstance(value, str) or not (value in _SIZES or value in walk.sizes):
        walk.fail(f"wanted a text size, found {shown(value)}")


def element_id(value: Any, walk: Walk) -> None:
    """A letter and up to 19 letters, digits or underscores, once in the card."""
    if not isinstance(value, str) or not _ELEMENT_ID.fullmatch(value):
        walk.fail(f"wanted a letter and up to 19 of A-Z a-z 0-9 _, found {shown(value)}")
    walk.unique_id(value)


def image_key(value: Any, walk: Walk) -> None:
    """The key of an uploaded image."""
    if value not in walk.catalogue.images:
        walk.fail(str(value), code=_USER_IMAGE, msg="image_key is invalid")


def person_id(value: Any, walk: Walk) -> None:
    """The id of somebody."""
    if value not in walk.catalogue.people:
        walk.fail(str(value), code=_BAD_USER, msg="the user id is invalid")


def known_persons(item: Any, walk: Walk) -> None:
    """The people of a person_list, unless unknown ones may be dropped."""
    for one in item["persons"]:
        if not item.get("drop_invalid_user_id"):
            person_id(one["id"], walk)


def obj(needs: str = "", /, **props: Kind) -> Kind:
    """An object with these properties, those named in `needs` being required."""
    required = tuple(needs.split())

    def check(value: Any, walk: Walk) -> None:
        walk.object(value, props, required)

    return check


def any_object(value: Any, walk: Walk) -> None:
    """An object whose properties are the sender's own."""
    if not isinstance(value, dict):
        walk.fail(f"wanted an object, found {shown(value)}")


def list_of(kind: Kind, least: int = 0, most: int | None = None) -> Kind:
    """A list of so many of one kind."""

    def check(value: Any, walk: Walk) -> None:
        if not isinstance(value, list):
            walk.fail(f"wanted a list, found {shown(value)}")
        if len(value) < least or (most is not None and len(value) > most):
            walk.fail(f"wanted {least} to {most} items, found {len(value)}")
        for index, item in enumerate(value):
            with walk.at(f"[{index}]"):
                kind(item, walk)

    return check


def map_of(kind: Kind) -> Kind:
    """An object with names of the sender's own and values of one kind."""

    def check(value: Any, walk: Walk) -> None:
        any_object(value, walk)
        for name, item in value.items():
            with walk.at(name):
                kind(item, walk)

    return check


def by_locale(kind: Kind) -> Kind:
    """An object from locales such as ``zh_cn`` to one kind."""
    return obj("", **dict.fromkeys(_LOCALES, kind))


def locale(value: Any, walk: Walk) -> None:
    """One of the sixteen locales of cards."""
    one_of(*_LOCALES)(value, walk)


def marked(value: Any, walk: Walk) -> None:
    """Markdown: its tables are counted, its people and images are looked up."""
    text()(value, walk)
    walk.count_tables(markdown.tables(value, walk))
    for who in markdown.people(value):
        person_id(who, walk)
    for key in markdown.images(value):
        image_key(key, walk)


def text_object(*tags: str, most: int | None = None) -> Kind:
    """``{"tag": "plain_text", "content": …}``; counts as an element."""

    def check(value: Any, walk: Walk) -> None:
        any_object(value, walk)
        with walk.at("tag"):
            one_of(*tags)(value.get("tag"), walk)
        walk.count()
        content = text(most) if value["tag"] == "plain_text" else marked
        props: dict[str, Kind] = {
            "tag": anything,
            "content": content,
            "i18n_content": by_locale(content),
            "text_size": text_size,
            "text_color": color,
            "text_align": one_of("left", "center", "right"),
            "lines": integer(1, 1000),
            "element_id": element_id,
        }
        walk.object(value, props, () if "i18n_content" in value else ("content",))

    return check


def children(value: Any, walk: Walk) -> None:
    """A list of components."""
    walk.children(value)


def columns(value: Any, walk: Walk) -> None:
    """A list of columns, which stand nowhere else."""
    walk.children(value, columns=True)

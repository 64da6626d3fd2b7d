import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.cards import CardError, Catalogue, check_card

CATALOGUE = Catalogue(images=frozenset({"img_known"}), people=frozenset({"ou_known"}))
CARDS = sorted(Path(__file__).with_name("cards").glob("*.json"))


def plain(text: str) -> dict[str, str]:
    return {"tag": "plain_text", "content": text}


def card(*elements: object, **top: object) -> dict[str, Any]:
    return {
        "schema": "2.0",
        "config": {"update_multi": True},
        "body": {"elements": list(elements)},
    } | top


def refusal(value: object) -> CardError:
    with pytest.raises(CardError) as caught:
        check_card(json.dumps(value), CATALOGUE)
    return caught.value


def columns(*elements: object) -> dict[str, Any]:
    return {"tag": "column_set", "columns": [{"tag": "column", "elements": list(elements)}]}


def nested(levels: int) -> object:
    inner: object = {"tag": "hr"}
    for _ in range(levels):
        inner = columns(inner)
    return inner


def form(*elements: object) -> dict[str, Any]:
    return {"tag": "form", "name": "wish", "elements": list(elements)}


def chart(**spec: object) -> dict[str, Any]:
    return {"tag": "chart", "chart_spec": spec}


def table(data_type: str, cell: object) -> dict[str, Any]:
    column = {"name": "a", "data_type": data_type}
    return {"tag": "table", "columns": [column], "rows": [{"a": cell}]}


HR = {"tag": "hr"}
SUBMIT = {"tag": "button", "name": "go", "text": plain("go"), "form_action_type": "submit"}
MARKDOWN_TABLE = "|a|b|\n|-|-|\n|1|2|"
VALUES = {"values": [{"x": 1, "y": 2}]}


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_a_whole_card_is_accepted(path: Path) -> None:
    check_card(path.read_text(encoding="utf-8"), CATALOGUE)


def test_there_are_whole_cards_to_accept() -> None:
    assert CARDS


@pytest.mark.parametrize(
    "element",
    [
        HR,
        {"tag": "div", "text": plain("x"), "width": "fill", "margin": "-4px 0px 0px 0px"},
        {"tag": "markdown", "content": "**x** <at id=all></at> <at id=ou_known></at>"},
        {"tag": "markdown", "content": "```\n<at id=ou_nobody></at>\n```"},
        {"tag": "img", "img_key": "img_known", "alt": plain("x")},
        {"tag": "person_list", "persons": [{"id": "gone"}], "drop_invalid_user_id": True},
        chart(type="line", data=VALUES, xField="x", yField="y"),
        chart(type="common", data=[VALUES], series=[{"type": "bar"}]),
        table("text", "<at id=all></at>"),
        table("options", [{"text": "P1", "color": "red"}]),
        table("date", 1700000000000),
        table("persons", ["ou_known"]),
        nested(5),
        form({"tag": "input", "name": "a"}, columns(SUBMIT)),
        form({"tag": "multi_select_static", "name": "m", "options": []}, SUBMIT),
        {"tag": "button", "text": plain("x"), "type": "laser", "width": "200px"},
        {"tag": "select_person", "options": [{"value": "ou_known"}]},
        {"tag": "overflow", "options": [{"text": plain("x"), "value": "1"}]},
        {"tag": "checker", "text": plain("x"), "checked": True},
    ],
)
def test_a_component_is_accepted(element: object) -> None:
    check_card(json.dumps(card(element)), CATALOGUE)


@pytest.mark.parametrize(
    ("code", "value", "said"),
    [
        (200621, [], "the card is not an object"),
        (200621, {"schema": "2.0"}, "property body is required"),
        (200621, card(elements=[]), "unknown property: elements, path: []"),
        (200621, card(header={"template": "red"}), "property title is required"),
        (200621, card(header={"title": plain("x"), "template": "pink"}), "pink"),
        (200621, card(config={"wide_screen_mode": True}), "unknown property: wide_screen_mode"),
        (300302, card(config={"update_multi": False}), "false"),
        (200621, card({"tag": "code"}), "not support tag: code"),
        (200861, card({"tag": "note", "elements": []}), "unsupported tag note"),
        (200861, card(columns({"tag": "action"})), "unsupported tag action"),
        (200621, card(HR | {"colour": "red"}), "unknown property: colour"),
        (200621, card(HR | {"margin": "100px"}), "wanted -99px to 99px"),
        (200621, card(HR | {"margin": "1px 2px 3px"}), "wanted one, two or four lengths"),
        (200621, card(HR | {"element_id": "1a"}), "wanted a letter"),
        (200621, card(HR | {"element_id": "a" * 21}), "wanted a letter"),
        (300301, card(HR | {"element_id": "a"}, HR | {"element_id": "a"}), "a"),
        (200621, card(nested(6)), "deeper than 5 levels"),
        (200621, card(columns(table("text", "x"))), "table may only stand directly in the body"),
        (200621, card(columns(form(SUBMIT))), "form may only stand directly in the body"),
        (200621, card({"tag": "column", "elements": []}), "only a column_set holds column"),
        (200621, card({"tag": "column_set", "columns": [HR]}), "columns hold column"),
        (200621, card({"tag": "multi_select_static", "options": []}), "inside a form"),
        (11310, card(*[{"tag": "div", "text": plain("x")}] * 101), "more than 200"),
        (11310, card(*[table("text", "x")] * 6), "more than 5"),
        (11310, card(*[{"tag": "markdown", "content": MARKDOWN_TABLE}] * 6), "more than 5"),
        (11310, card({"tag": "markdown", "content": f"{MARKDOWN_TABLE}\n\n" * 5}), "more than 4"),
        (200530, card(form({"tag": "input"}, SUBMIT)), "property name is empty"),
        (200530, card(form({"tag": "input", "name": ""}, SUBMIT)), "property name is empty"),
        (200530, card(form({"tag": "input", "name": "go"}, SUBMIT)), "go"),
        (200530, card(form({"tag": "input", "name": "a"})), "no button"),
        (200550, card(chart(type="line", axes=None, data=VALUES)), "axes is null"),
        (200550, card(chart(type="line", axes={}, data=VALUES)), "axes is {}"),
        (200550, card(chart(type="gantt", data=VALUES)), "gantt"),
        (200550, card(chart(type="line")), "data is None"),
        (200550, card({"tag": "chart", "chart_spec": "{}"}), "wanted an object"),
        (200550, card(chart(type="common", data=VALUES)), "list of series"),
        (200914, card(table("number", "1")), "'1'"),
        (200914, card(table("options", [{"name": "P1"}])), "P1"),
        (200914, card(table("text", 1)), "1"),
        (200915, card(table("text", "x") | {"rows": [{"b": "x"}]}), "b"),
        (200621, card(table("text", "x") | {"page_size": 11}), "wanted 1 to 10"),
        (200621, card({"tag": "button", "text": plain("x"), "type": "blue"}), "laser"),
        (200621, card({"tag": "button", "text": plain("x"), "size": "huge"}), "tiny"),
        (200621, card({"tag": "button", "text": plain("x"), "width": "20px"}), "100px"),
        (
            200621,
            card({"tag": "button", "text": plain("x"), "behaviors": [{"type": "call"}]}),
            "callback",
        ),
        (
            200621,
            card({"tag": "select_static", "options": [{"text": plain("x" * 101), "value": "1"}]}),
            "wanted 0 to 100 characters",
        ),
        (200621, card({"tag": "input", "max_length": 1001}), "wanted 1 to 1000"),
        (200621, card({"tag": "div", "text": plain("x") | {"text_color": "pink"}}), "a colour"),
        (200570, card({"tag": "img", "img_key": "img_other"}), "img_other"),
        (200570, card({"tag": "markdown", "content": "![x](img_other)"}), "img_other"),
        (100290, card({"tag": "person", "user_id": "ou_nobody"}), "ou_nobody"),
        (100290, card({"tag": "person_list", "persons": [{"id": "ou_nobody"}]}), "ou_nobody"),
        (100290, card({"tag": "markdown", "content": "<at id=ou_nobody></at>"}), "ou_nobody"),
        (100290, card({"tag": "markdown", "content": "<at ids=ou_known,ou_x></at>"}), "ou_x"),
    ],
)
def test_a_broken_rule_is_refused_with_its_code(code: int, value: object, said: str) -> None:
    error = refusal(value)
    assert (error.code, said in error.value) == (code, True), error.ext()


def test_the_refusal_names_the_component_in_the_words_of_the_platform() -> None:
    error = refusal(card(HR, HR, chart(type="line", axes=None, data=VALUES)))
    assert error.ext() == (
        "ErrCode: 200550; ErrPath: ROOT -> body -> elements -> [2](tag: chart); "
        "ErrMsg: chart spec is invalid; ErrorValue: chart_spec: axes is null; "
    )


def test_a_colour_and_a_size_of_its_own_may_be_used_once_defined() -> None:
    text = plain("x") | {"text_color": "cus-0", "text_size": "cus-1"}
    style = {
        "color": {"cus-0": {"light_mode": "rgba(1,2,3,0.5)", "dark_mode": "grey-100"}},
        "text_size": {"cus-1": {"default": "normal", "pc": "small", "mobile": "large"}},
    }
    whole = card({"tag": "div", "text": text}, config={"update_multi": True, "style": style})
    check_card(json.dumps(whole), CATALOGUE)


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(CardError, match="200621"):
        check_card("{", CATALOGUE)


def test_a_card_of_json_1_is_taken_as_it_is() -> None:
    old = {"elements": [{"tag": "note"}]}
    assert check_card(json.dumps(old), CATALOGUE) == old

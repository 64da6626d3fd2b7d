"""Conditions on fields, and texts made of them."""

import pytest

from watchers.clauses.conditions import condition, filled, refers
from watchers.matching.grok import Value

FIELDS: dict[str, Value] = {
    "status": 502,
    "path": "/api/pay",
    "took": "12.5",
    "ok": False,
    "http.host": "a.example",
    "text": "two\nlines",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status >= 500", True),
        ("status > 502", False),
        ("status<503", True),
        ("status <= 501", False),
        ("status = 502", True),
        ("status == 502.0", True),
        ("status != 502", False),
        ("took > 12", True),
        ("path =~ ^/api/", True),
        ("path !~ ^/api/", False),
        ("path = '/api/pay'", True),
        ("path > 5", False),
        ("ok = false", True),
        ("ok > 0", False),
        ("http.host = a.example", True),
        ("nothing = 1", False),
        ("nothing > 1", False),
        ("nothing =~ .", False),
        ("nothing != 1", True),
        ("nothing !~ .", True),
    ],
)
def test_a_condition_holds_or_does_not(text: str, *, expected: bool) -> None:
    assert condition(text).holds(FIELDS) is expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("status", "wanted FIELD OP VALUE"),
        ("status ~ 5", "wanted FIELD OP VALUE"),
        ("status > high", "a number behind >"),
        ("path =~ (", "a mistake"),
        ("9 = 9", "wanted FIELD OP VALUE"),
    ],
)
def test_what_is_no_condition_is_said(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        condition(text)


def test_a_text_is_filled_with_fields_on_one_line() -> None:
    assert filled("{status} on {path}", FIELDS) == "502 on /api/pay"
    assert filled("{status} by {who}", FIELDS) == "502 by -"
    assert filled("{who}", FIELDS) == ""
    assert filled("{ok}: {text}", FIELDS) == "false: two lines"
    assert filled("no field {} { status }", FIELDS) == "no field {} { status }"
    assert len(filled("{x}", {"x": "y" * 5000})) == 200
    assert refers("a {b}")
    assert not refers("a {} b")

"""The rules of a form as a whole: a name, and a button that submits it."""

from typing import Any

from bot.sandbox.cards.walk import FORM, Walk


def form_name(value: Any, walk: Walk) -> None:
    """The form's name; unique among all names of the card."""
    walk.unique_name(value)


def check_form(form: Any, walk: Walk) -> None:
    """At least one button inside submits."""
    if not _submits(form["elements"]):
        walk.fail("no button with form_action_type submit", code=FORM, msg="form has no submit")


def _submits(value: object) -> bool:
    if isinstance(value, list):
        return any(_submits(item) for item in value)
    if not isinstance(value, dict):
        return False
    if value.get("tag") == "button" and (
        value.get("form_action_type") == "submit" or value.get("action_type") == "form_submit"
    ):
        return True
    return any(_submits(value.get(name)) for name in ("elements", "columns"))

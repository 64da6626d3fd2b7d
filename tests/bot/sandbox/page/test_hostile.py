"""Hostile text in every place that shows words: it stays text, runs nothing and calls nobody."""

import copy

import pytest
from playwright.sync_api import Page, expect

from tests.bot.sandbox.page import samples
from tests.bot.sandbox.page.conftest import PageServer, Window

ACTION = "/sandbox/messages/om_1/action"
BACK = {"behaviors": [{"type": "callback", "value": {"k": 1}}]}


def poison(server: PageServer, evil: str) -> None:
    """Every name, message and answer of the town is `evil`."""
    server.state["app"]["name"] = evil
    for one in (*server.state["users"], *server.state["chats"]):
        one["name"] = evil
    server.state["chats"][0]["last"] = {"text": evil, "time": samples.NOW_MS}
    text = samples.plain(evil)
    options = [samples.option(evil, "1")]
    confirm = {"title": text, "text": text}
    submit = samples.button("go", {}, name="n", form_action_type="submit", confirm=confirm)
    chart = copy.deepcopy(samples.BAR_CHART)
    chart["chart_spec"]["title"] = {"text": evil}
    chart["chart_spec"]["data"]["values"] = [{"t": evil, "v": 1}]
    card = samples.card(
        evil,
        [
            {"tag": "select_static", "placeholder": text, "options": options, **BACK},
            {"tag": "overflow", "options": options, **BACK},
            {"tag": "form", "name": evil, "elements": [submit]},
            {"tag": "person", "user_id": samples.OWNER, "show_name": True},
            chart,
        ],
        text_tag_list=[samples.tag(evil, "red")],
    )
    server.messages = [
        samples.message(1, card),
        samples.message(2, {"text": evil}, msg_type="text"),
        samples.message(3, {"text": evil}, msg_type="system"),
        samples.message(
            4, {"title": evil, "content": [[{"tag": "text", "text": evil}]]}, msg_type="post"
        ),
        {**samples.said(5, evil), "parent_id": "om_2"},
    ]
    server.answers[ACTION] = (200, {"ok": True, "toast": {"type": evil, "content": evil}})


def look_around(page: Page, evil: str) -> None:
    """Open all that shows words."""
    page.locator(".chart[data-ready]").wait_for()
    page.locator(".chart canvas").first.hover()
    page.locator(".select").click()
    page.get_by_role("option").click()
    expect(page.locator("#toasts")).to_contain_text(evil.strip())
    page.locator(".overflow").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="go").click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    page.locator("#me").click()
    page.keyboard.press("Escape")
    page.locator("#chat-menu").click()
    page.get_by_role("menuitem", name="成员与角色").click()
    page.keyboard.press("Escape")
    page.locator("#composer textarea").press_sequentially("@")


@pytest.mark.parametrize("evil", samples.HOSTILE[:4])
def test_hostile_names_lines_toasts_and_bodies_are_only_text(window: Window, evil: str) -> None:
    server = window.server
    poison(server, evil)
    page = window.open()
    look_around(page, evil)
    call = {**samples.CALLS[0], "id": 99, "path": evil, "method": evil, "request": evil}
    server.push("call", {**call, "response": {evil: evil}, "unknown": True})
    page.locator("#rail [data-key=calls]").click()
    page.locator("[data-call='99'] summary").click()
    expect(page.locator("[data-call='99'] .json").first).to_have_text(evil)
    page.locator("#rail [data-key=logs]").click()
    server.push("log", {"path": samples.LOG_FILES[0]["path"], "lines": [evil]})
    expect(page.locator(".log-line").last).to_have_text(evil)
    made = "body :is(script, iframe, style, math, object, embed, img:not([src^='/sandbox/']))"
    assert page.locator(made).count() == 0
    handlers = (
        "[...document.body.querySelectorAll('*')].flatMap(node => [...node.attributes])"
        ".filter(({name, value}) => /^on/.test(name) || /^\\s*javascript:/i.test(value)).length"
    )
    assert page.evaluate(handlers) == 0
    assert page.evaluate("window.pwned") is None
    assert window.complaints == []
    assert window.strangers == []

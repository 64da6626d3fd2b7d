"""Whoever sees little, has a small window or a thick finger: nothing is faint, cut off or tiny."""

from pathlib import Path
from typing import Any

import pytest

from tests.bot.sandbox.page import samples
from tests.bot.sandbox.page.conftest import Window

FAINT = Path(__file__).with_name("faint.js").read_text(encoding="utf-8")
CUT_OFF = """() => [...document.querySelectorAll('*')].filter(node => {
    const style = getComputedStyle(node);
    return node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0
        && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis'
        && !node.matches('.unseen, .unseen *, input, textarea, .picture, .select-value');
}).map(node => node.outerHTML.slice(0, 200))"""
TINY = """() => [...document.querySelectorAll('button, select, summary, [role=button]')]
    .filter(node => {
        const { width, height } = node.getBoundingClientRect();
        return width && (width < 24 || height < 24);
    }).map(node => node.outerHTML.slice(0, 200))"""
TABS = ("calls", "faults", "logs", "app")


def look(window: Window, place: str) -> None:
    """Nothing of what stands on the page now is hard to read or cut off."""
    assert window.page.evaluate(FAINT) == [], place
    assert window.page.evaluate(CUT_OFF) == [], place


def open_everything(window: Window, scheme: Any, size: tuple[int, int]) -> None:
    """The page with every component on it, and nothing in motion."""
    page = window.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    window.server.messages = [
        *samples.CONVERSATION,
        *samples.SHOWCASE,
        samples.message(60, samples.EVERYTHING),
    ]
    window.open()


@pytest.mark.parametrize("size", [(1100, 860), (360, 780)], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_and_nothing_is_cut_off(
    window: Window, scheme: Any, size: tuple[int, int]
) -> None:
    open_everything(window, scheme, size)
    page = window.page
    look(window, "chat")
    page.locator("#composer textarea").fill("/")
    look(window, "offers")
    page.locator("#composer textarea").fill("")
    page.locator("#chat-menu").click()
    look(window, "menu")
    page.get_by_role("menuitem", name="成员与角色").click()
    look(window, "roles")
    page.keyboard.press("Escape")
    page.locator("#rail [data-key=calls], #chat-head .phone-only").locator("visible=true").click()
    for tab in TABS:
        page.get_by_role("tab").nth(TABS.index(tab)).click()
        look(window, tab)
    page.get_by_role("tab").first.click()
    page.locator(".call summary").first.click()
    look(window, "opened")


def test_a_finger_hits_every_button(window: Window) -> None:
    context = window.page.context.browser.new_context(  # type: ignore[union-attr]
        viewport={"width": 360, "height": 780}, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    touched = Window(context.new_page(), window.server)
    open_everything(touched, "light", (360, 780))
    assert touched.page.evaluate(TINY) == []
    touched.page.locator("#chat-head .phone-only").click()
    for place in range(len(TABS)):
        touched.page.get_by_role("tab").nth(place).click()
        assert touched.page.evaluate(TINY) == []
    context.close()

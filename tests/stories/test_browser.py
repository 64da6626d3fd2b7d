"""Chromium presses the buttons and types the commands of people, against the bot as a process."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from town import LIN, OPS, OUTSIDE, WANG, Chat, Town

from bot.sandbox.wire import stable_id

PICTURES = Path(__file__).parents[2] / ".artefacts"
DESKTOP, PHONE = (1100, 860), (420, 900)


class Person:
    """Somebody in front of the page; fails at the end if the page complained."""

    def __init__(self, browser: Browser, town: Town, name: str, size: tuple[int, int]) -> None:
        width, height = size
        self._context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN"
        )
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._address = town.domain
        self._open_id = stable_id("ou_", name)

    def opens(self, chat: Chat) -> None:
        self.page.goto(f"{self._address}/#chat={chat.id}&as={self._open_id}")
        expect(self.page.locator("#chat-head h2")).not_to_be_empty()

    def card(self, text: str) -> Locator:
        return self.page.locator("[data-message]", has_text=text).last

    def types(self, text: str) -> None:
        line = self.page.locator("#composer textarea")
        line.fill(text)
        line.press("Enter")

    def photographs(self, name: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def leaves(self) -> None:
        self._context.close()
        assert not self.complaints


@pytest.mark.timeout(240)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_responder_acknowledges_mutes_and_resolves_in_the_browser(
    browser: Browser, town: Town, size: tuple[int, int], request: pytest.FixtureRequest
) -> None:
    kind = request.node.callspec.id
    town.chat(OPS).ask("/subscribe level>=high")
    town.log("ERROR pay: card declined by issuer")
    town.chat(OPS).expect_card("declined")
    lin = Person(browser, town, LIN, size)
    lin.opens(town.chat(OPS))
    card = lin.card("card declined by issuer")
    expect(card).to_be_visible()
    lin.photographs(f"{kind}-1-firing")

    card.get_by_role("button", name="认领").click()
    expect(card).to_contain_text("已认领")
    expect(card).to_contain_text(LIN)
    expect(card.get_by_role("button", name="认领")).to_have_count(0)
    lin.photographs(f"{kind}-2-acknowledged")

    card.get_by_role("button", name="静默 1h").click()
    expect(card).to_contain_text("静默至")
    lin.photographs(f"{kind}-3-muted")

    card.get_by_role("button", name="解决").click()
    expect(card).to_contain_text("标记解决")
    expect(card.get_by_role("button", name="解决")).to_have_count(0)
    lin.photographs(f"{kind}-4-resolved")

    lin.types("/status")
    expect(lin.card("系统状态")).to_contain_text("pay")
    expect(lin.card("系统状态").locator(".chart canvas").first).to_be_visible()
    lin.photographs(f"{kind}-5-status")
    lin.leaves()


@pytest.mark.timeout(240)
def test_the_card_changes_before_the_eyes_of_the_others(browser: Browser, town: Town) -> None:
    town.chat(OPS).ask("/subscribe level>=high")
    town.log("ERROR pay: declined")
    town.chat(OPS).expect_card("declined")
    lin, wang = (Person(browser, town, name, DESKTOP) for name in (LIN, WANG))
    for person in (lin, wang):
        person.opens(town.chat(OPS))
        expect(person.card("declined")).to_be_visible()

    lin.card("declined").get_by_role("button", name="认领").click()

    expect(wang.card("declined")).to_contain_text(f"{LIN}")
    expect(wang.card("declined").get_by_role("button", name="认领")).to_have_count(0)
    for person in (lin, wang):
        person.leaves()


@pytest.mark.timeout(240)
def test_a_group_is_subscribed_by_the_form_of_its_welcome(browser: Browser, town: Town) -> None:
    group = town.chat(OUTSIDE)
    lin = Person(browser, town, LIN, DESKTOP)
    lin.opens(group)
    lin.page.locator("#chat-menu").click()
    lin.page.get_by_role("menuitem", name="添加机器人").click()
    lin.photographs("welcome-1")
    lin.card("订阅").get_by_role("button", name="订阅告警").click()
    form = lin.page.locator("[data-message]", has=lin.page.get_by_role("button", name="保存订阅"))
    form.locator(".select", has_text="中文").click()
    lin.page.get_by_role("option", name="English").click()
    lin.photographs("welcome-2-form")
    form.get_by_role("button", name="保存订阅").click()
    group.expect_card("Subscribed")
    lin.photographs("welcome-3-subscribed")

    town.log("ERROR pay: card declined by issuer")

    card = lin.card("card declined by issuer")
    expect(card.get_by_role("button", name="Acknowledge")).to_be_visible()
    lin.photographs("welcome-4-english")
    lin.leaves()

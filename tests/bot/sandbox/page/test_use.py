"""The page as people use it: keyboard, screen reader, roles, completion, drafts, drawers."""

import base64
import copy
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bot.sandbox.page import samples
from tests.bot.sandbox.page.conftest import PAGE, Window

PICTURES = Path(__file__).parents[4] / ".artefacts"
ACTION = "/sandbox/messages/om_1/action"
EXTERNAL = "ou_guest"


def photograph(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"page-{name}.png")


def with_guest(window: Window) -> None:
    """Somebody of another tenant is in the first group."""
    state = window.server.state
    guest = {"open_id": EXTERNAL, "name": "Guest", "avatar_color": "#7f3bf5", "external": True}
    state["users"].append(guest)
    state["chats"][0]["members"].append(EXTERNAL)


def redraw(window: Window, card: samples.Json, revision: int) -> None:
    """The bot draws its card anew, and the page has shown that."""
    window.server.push("message", samples.message(1, card, revision=revision))
    expect(window.page.locator(f"[data-message=om_1][data-revision='{revision}']")).to_be_visible()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_a_slash_offers_the_commands_and_the_keyboard_takes_one(window: Window) -> None:
    page = window.open()
    line = page.get_by_role("combobox", name="输入命令")
    line.press_sequentially("/")
    offers = page.get_by_role("listbox", name="可用命令").get_by_role("option")
    expect(offers).to_have_count(len(samples.COMMANDS))
    expect(line).to_have_attribute("aria-activedescendant", "offer-0")
    photograph(page, "commands")
    line.press("ArrowDown")
    expect(offers.nth(1)).to_have_attribute("aria-selected", "true")
    line.press("ArrowUp")
    line.press_sequentially("静")
    expect(offers).to_have_text(["/mute 42 1h免打扰一段时间"])
    line.press("Enter")
    expect(line).to_have_value("/mute ")
    expect(page.locator(".reminder")).to_contain_text("/mute 42 1h")
    line.press_sequentially("42")
    line.press("Enter")
    assert window.server.next_request()[2]["text"] == "/mute 42"
    line.press_sequentially("/status")
    line.press("Enter")
    assert window.server.next_request()[2]["text"] == "/status", "a whole name is sent at once"
    line.press_sequentially("/al")
    line.press("Escape")
    expect(offers).to_have_count(0)
    line.press("Enter")
    assert window.server.next_request()[2]["text"] == "/al", "what was waved away is sent as it is"


def test_an_at_offers_the_people_of_the_group(window: Window) -> None:
    page = window.open()
    line = page.locator("#composer textarea")
    line.press_sequentially("@王")
    line.press("Tab")
    expect(line).to_have_value("@王磊 ")


def test_what_is_being_written_waits_in_its_chat(window: Window) -> None:
    page = window.open()
    line = page.locator("#composer textarea")
    line.fill("half a thought")
    page.locator(f"[data-chat={samples.QUIET_GROUP}]").click()
    expect(line).to_have_value("")
    page.locator(f"[data-chat={samples.GROUP}]").click()
    expect(line).to_have_value("half a thought")


def test_the_switch_of_identity_shows_what_everybody_is_in_the_group(window: Window) -> None:
    with_guest(window)
    page = window.open()
    page.locator("#me").click()
    rows = page.get_by_role("menu", name="以谁的身份").get_by_role("menuitemradio")
    assert [text.split() for text in rows.all_inner_texts()] == [
        ["林晓", "林晓", "群主"],
        ["王磊", "王磊", "管理员"],
        ["G", "Guest", "外部"],
    ]
    expect(rows.first).to_have_attribute("aria-checked", "true")
    expect(page.locator("#chat-head")).to_contain_text("外部")
    photograph(page, "identity")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator("#me")).to_have_attribute("aria-label", "以谁的身份: Guest")
    page.locator("#chat-menu").click()
    expect(page.get_by_role("menuitem", name="解散群组")).to_be_disabled()


def test_the_owner_gives_roles_and_adds_and_removes_people(window: Window) -> None:
    with_guest(window)
    window.server.state["chats"][0]["members"].remove(EXTERNAL)
    path = f"/sandbox/chats/{samples.GROUP}"
    page = window.open()
    page.locator("#chat-menu").click()
    page.get_by_role("menuitem", name="成员与角色").click()
    dialog = page.get_by_role("dialog", name="成员与角色")
    photograph(page, "roles")
    mine = {"as": samples.OWNER}
    dialog.get_by_label("成员与角色: 王磊").select_option("member")
    change = {"open_id": samples.SECOND, "role": "member", **mine}
    assert window.server.next_request() == ("POST", f"{path}/roles", change)
    dialog.get_by_label("移出群: 王磊").click()
    assert window.server.next_request() == ("DELETE", f"{path}/members/{samples.SECOND}", mine)
    dialog.get_by_label("添加成员").select_option(label="Guest (外部)")
    assert window.server.next_request() == ("PUT", f"{path}/members/{EXTERNAL}", mine)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_group_is_renamed_left_by_the_bot_and_dissolved(window: Window) -> None:
    path = f"/sandbox/chats/{samples.GROUP}"
    page = window.open()
    page.locator("#chat-menu").click()
    page.get_by_role("menuitem", name="修改群名称").click()
    name = page.get_by_role("dialog").get_by_label("群名称")
    name.fill("新名字")
    name.press("Enter")
    renamed = {"name": "新名字", "as": samples.OWNER}
    assert window.server.next_request() == ("PATCH", path, renamed)
    page.locator("#chat-menu").click()
    page.get_by_role("menuitem", name="从群中移除机器人").click()
    assert window.server.next_request()[:2] == ("POST", f"{path}/bot")
    page.locator("#chat-menu").click()
    page.get_by_role("menuitem", name="解散群组").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    assert window.server.next_request()[:2] == ("DELETE", path)


def test_a_form_keeps_what_was_typed_when_its_card_is_redrawn(window: Window) -> None:
    window.server.show(samples.FORM)
    page = window.open()
    field = page.get_by_label("关键字或正则")
    field.fill("OutOfMemory")
    field.press("ArrowLeft")
    page.get_by_label("P1 电话加急").check()
    page.locator(".select.missing, .select", has_text="P1 紧急").first.click()
    page.get_by_role("option", name="P3 一般").click()
    page.keyboard.press("Escape")
    field.focus()
    redraw(window, samples.FORM, 2)
    expect(field).to_have_value("OutOfMemory")
    expect(field).to_be_focused()
    assert field.evaluate("node => node.selectionStart") == len("OutOfMemor")
    expect(page.get_by_label("P1 电话加急")).to_be_checked()
    expect(page.locator(".chip", has_text="P3 一般")).to_be_visible()
    page.keyboard.type("!")
    expect(field).to_have_value("OutOfMemor!y")
    photograph(page, "form")
    other = copy.deepcopy(samples.FORM)
    form = next(one for one in other["body"]["elements"] if one["tag"] == "form")
    for one in form["elements"]:
        if one.get("name") == "pattern":
            one["default_value"] = "the bot's own"
    redraw(window, other, 3)
    expect(field).to_have_value("the bot's own")
    page.get_by_role("button", name="重置").click()
    expect(page.get_by_label("P1 电话加急")).not_to_be_checked()


def test_a_card_waits_with_its_news_until_the_open_choice_is_made(window: Window) -> None:
    window.server.show(samples.FORM)
    page = window.open()
    page.locator(".select", has_text="P1 紧急").click()
    option = page.get_by_role("option", name="P3 一般")
    expect(option).to_be_visible()
    changed = samples.card("完全不同", [samples.markdown("new")])
    window.server.push("message", samples.message(1, changed, revision=2))
    window.server.push("message", samples.said(2, "later"))
    expect(page.locator("[data-message=om_2]")).to_be_visible()
    expect(option).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-message=om_1] .card-title")).to_have_text("完全不同")


def test_what_was_sent_is_no_draft_any_more_unless_it_failed(window: Window) -> None:
    window.server.show(samples.FORM)
    page = window.open()
    page.locator(".select", has_text="请选择").first.click()
    page.get_by_role("option", name="王磊").click()
    field = page.get_by_label("关键字或正则")
    field.fill("mine")
    window.server.answers[ACTION] = (200, {"ok": False, "code": 200672, "msg": "x"})
    page.get_by_role("button", name="保存订阅").click()
    expect(page.locator("#toasts .error")).to_have_text("回调返回的内容格式有误code: 200672")
    redraw(window, samples.FORM, 2)
    expect(field).to_have_value("mine")
    window.server.answers[ACTION] = (200, {"ok": True, "toast": None, "card_changed": True})
    page.get_by_role("button", name="保存订阅").click()
    expect(page.locator(".card-busy")).to_have_count(0)
    assert [window.server.next_request()[1] for _ in range(2)] == [ACTION, ACTION]
    redraw(window, samples.FORM, 3)
    expect(field).to_have_value("SocketTimeout")


FAILURES = {
    200340: "未配置卡片回调",
    200341: "超时未响应",
    200342: "无法连接回调服务",
    200343: "域名解析失败",
    200530: "缺少 name",
    200671: "回调服务出错",
    200673: "回调返回的卡片有误",
    200830: "不可由 2.0 变为 1.0",
    299999: "操作失败",
}


def test_failed_callbacks_are_told_in_chinese_with_their_code(window: Window) -> None:
    window.server.show(samples.card("A card", [samples.button("go", {})]))
    page = window.open()
    for code, words in FAILURES.items():
        window.server.answers[ACTION] = (200, {"ok": False, "code": code, "msg": "English"})
        page.get_by_role("button", name="go").click()
        told = page.locator("#toasts .error", has_text=f"code: {code}")
        expect(told).to_contain_text(words)
    page.locator("#toasts .error").last.screenshot(path=PICTURES / "page-failure.png")


BACK = {"behaviors": [{"type": "callback", "value": {"k": 1}}]}


class Keys:
    """Presses keys, and knows what was posted after that."""

    def __init__(self, window: Window, *elements: samples.Json) -> None:
        self._window = window
        window.server.show(samples.card("keys", list(elements)))
        window.server.answers[ACTION] = (
            200,
            {"ok": True, "toast": None, "card_changed": False},
        )
        self.page = window.open()
        self.page.locator("#messages").focus()
        self.press("Tab", "Tab")  # past the message's own menu

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def sent(self) -> dict[str, Any]:
        body = self._window.server.next_request()[2]
        expect(self.page.locator(".card-busy")).to_have_count(0)
        return dict(body)


def test_choices_are_reached_and_worked_by_keyboard(window: Window) -> None:
    options = [samples.option("一", "1"), samples.option("二", "2")]
    keys = Keys(
        window,
        {"tag": "select_static", "placeholder": samples.plain("选"), "options": options, **BACK},
        {"tag": "overflow", "options": options, **BACK},
        {"tag": "interactive_container", "elements": [samples.markdown("box")], **BACK},
    )
    keys.press("ArrowDown", "ArrowDown", "Enter")
    assert keys.sent()["option"] == "2"
    expect(keys.page.get_by_role("combobox", name="选: 二")).to_be_focused()
    keys.press("Tab", "Enter", "End", "Enter")
    assert keys.sent()["option"] == "2"
    keys.press("Tab", " ")
    assert keys.sent()["tag"] == "interactive_container"
    keys.press("Shift+Tab", "Shift+Tab", "Shift+Tab", "Enter", "Escape")
    expect(keys.page.locator(".message-menu")).to_be_focused()
    style = "getComputedStyle(document.activeElement).outlineStyle"
    assert keys.page.evaluate(style) == "solid", "the focus is visible"


def test_a_day_and_a_time_of_24_hours_are_picked_by_keyboard(window: Window) -> None:
    keys = Keys(
        window,
        {"tag": "date_picker", "initial_date": "2026-11-23", **BACK},
        {"tag": "picker_time", "initial_time": "22:00", **BACK},
    )
    keys.press("Enter", "ArrowDown", "ArrowDown", "Enter")
    assert keys.sent()["option"].startswith("2026-12-07 ")
    keys.press("Tab", "Enter")
    photograph(keys.page, "clock")
    hours = keys.page.get_by_role("listbox", name="时").get_by_role("option")
    assert hours.all_inner_texts() == [f"{hour:02}" for hour in range(24)]
    keys.press("ArrowDown", "Enter", "Tab", "Tab")
    assert focused(keys.page) == "确定"
    keys.press("Enter")
    assert keys.sent()["option"].startswith("23:00 ")


def test_the_focus_stays_when_news_redraw_the_list_and_the_card(window: Window) -> None:
    window.server.show(
        samples.card("A card", [samples.button("认领", {}), samples.button("解决", {})])
    )
    page = window.open()
    page.get_by_role("button", name="解决").focus()
    changed = samples.card("B card", [samples.button("认领", {}), samples.button("解决", {})])
    redraw(window, changed, 2)
    expect(page.get_by_role("button", name="解决")).to_be_focused()
    row = page.locator(f"[data-chat={samples.QUIET_GROUP}]")
    page.locator(f"[data-chat={samples.GROUP}]").focus()
    page.keyboard.press("ArrowDown")
    expect(row).to_be_focused()
    window.server.push("chats", window.server.state)
    window.server.push("message", samples.said(30, "news"))
    expect(page.locator("[data-message=om_30]")).to_be_visible()
    expect(row).to_be_focused()
    page.locator("#rail [data-key=faults]").focus()
    page.keyboard.press("Enter")
    page.locator("#panel-tab").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="接口日志")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator("#rail [data-key=calls]")).to_be_focused()


def test_a_screen_reader_finds_its_way(window: Window) -> None:
    with_guest(window)
    page = window.open()
    expect(page.locator("body")).to_match_aria_snapshot(
        """
- navigation "工具":
  - 'button "以谁的身份: 林晓"'
  - button "消息"
  - button /接口日志/
  - button /故障注入/
  - button "日志文件"
  - button "应用"
- complementary "消息":
  - heading "消息" [level=1]
  - button "新建群组"
- main:
  - heading "生产告警群" [level=2]
  - button "群设置"
  - 'log "会话内容: 生产告警群"'
  - combobox /输入命令/
  - button "发送"
"""
    )
    window.server.push("message", samples.message(30, {"text": "hello"}, msg_type="text"))
    expect(page.locator("#news[aria-live=polite]")).to_contain_text("hello")
    expect(page.locator("[data-message=om_30]")).to_have_role("article")
    expect(page.locator("#toasts")).to_have_attribute("aria-live", "polite")
    nameless = """[...document.querySelectorAll('button, input, textarea, select, [role=button]')]
        .filter(node => node.getClientRects().length)
        .filter(node => !(node.getAttribute('aria-label') || node.textContent.trim()
            || node.title || node.closest('label')?.textContent.trim()))
        .map(node => node.outerHTML)"""
    for tab in ("calls", "faults", "logs", "app"):
        page.locator(f"#rail [data-key={tab}]").click()
        expect(page.get_by_role("tabpanel")).to_be_visible()
        assert page.evaluate(nameless) == []
    window.server.messages = [samples.message(1, samples.EVERYTHING)]
    page.reload()
    page.wait_for_selector("[data-message]")
    assert page.evaluate(nameless) == []


def test_replies_of_a_thread_stand_under_its_first_message(window: Window) -> None:
    window.server.messages = [
        samples.said(1, "deploy at ten?"),
        samples.said(2, "other talk"),
        {**samples.said(3, "yes"), "parent_id": "om_1", "root_id": "om_1", "thread_id": "omt_1"},
        {**samples.said(4, "see above"), "parent_id": "om_2"},
    ]
    page = window.open()
    first = page.locator("[data-message=om_1]")
    expect(first.locator("[data-message=om_3]")).to_be_visible()
    expect(first.locator(".thread-head")).to_have_text("1 条话题回复")
    late = {**samples.said(5, "done"), "parent_id": "om_3", "root_id": "om_1", "thread_id": "omt_1"}
    window.server.push("message", late)
    expect(first.locator(".thread-head")).to_have_text("2 条话题回复")
    window.server.push("message", {**window.server.messages[0], "revision": 2, "edited": True})
    expect(first.locator(".edited").first).to_have_text("(已编辑)")
    expect(first.locator("[data-message=om_5]")).to_be_visible()
    page.locator("[data-message=om_4] .quote").click()
    expect(page.locator("[data-message=om_2].found")).to_be_in_viewport()
    photograph(page, "thread")
    first.locator(".thread-head").click()
    expect(first.locator("[data-message=om_3]")).to_be_hidden()


def test_only_whoever_may_recall_is_offered_it(window: Window) -> None:
    window.server.state["chats"][0]["managers"] = []
    page = window.open()
    page.locator("#me").click()
    page.get_by_role("menuitemradio", name="王磊").click()
    page.locator("[data-message=om_3] .message-menu").click()
    expect(page.get_by_role("menuitem", name="回复")).to_be_visible()
    expect(page.get_by_role("menuitem", name="撤回")).to_have_count(0)


def test_calls_are_searched_with_their_bodies_and_by_kind(window: Window) -> None:
    page = window.open()
    page.locator("#rail [data-key=calls]").click()
    calls = page.locator(".call")
    expect(calls).to_have_count(len(samples.CALLS))
    search = page.get_by_role("searchbox")
    search.fill(f"receive_id {samples.GROUP}")
    expect(calls).to_have_count(1)
    search.fill("")
    page.get_by_role("button", name="未知接口", exact=True).click()
    expect(calls).to_have_count(sum(one["unknown"] for one in samples.CALLS))
    red = page.locator(".call.unknown .call-path").first.evaluate("n => getComputedStyle(n).color")
    assert red == "rgb(195, 35, 30)"
    photograph(page, "calls")
    page.get_by_role("button", name="推送", exact=True).click()
    expect(calls.first).to_contain_text("card.action.trigger")
    page.get_by_role("button", name="清空").click()
    expect(calls).to_have_count(0)


def test_faults_take_an_api_a_rate_and_a_count_and_go_off_together(window: Window) -> None:
    page = window.open()
    page.locator("#rail [data-key=faults]").click()
    fault = page.locator("[data-fault=rate_limited]")
    fault.get_by_label("接口").fill("/open-apis/im/v1/messages")
    fault.get_by_label("概率").fill("0.5")
    fault.get_by_label("次数").fill("2")
    fault.get_by_role("switch").check()
    wanted = {
        "name": "rate_limited",
        "active": True,
        "api": "/open-apis/im/v1/messages",
        "rate": 0.5,
        "count": 2,
    }
    assert window.server.next_request() == ("POST", "/sandbox/faults", wanted)
    photograph(page, "faults")
    page.get_by_role("button", name="全部关闭").click()
    assert window.server.next_request()[2]["active"] is False


@pytest.mark.parametrize("width", [1100, 420], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_looks_right(window: Window, width: int, scheme: Any) -> None:
    page = window.page
    page.set_viewport_size({"width": width, "height": 860 if width > 700 else 900})
    page.emulate_media(color_scheme=scheme)
    window.server.messages = list(samples.SHOWCASE)
    window.open()
    page.locator(".chart[data-ready]").first.wait_for()
    photograph(page, f"{'desktop' if width > 700 else 'phone'}-{scheme}")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(31, 32, 36)" if scheme == "dark" else "rgb(255, 255, 255)")
    assert window.complaints == []


def test_common_icon_tokens_have_a_drawing(window: Window) -> None:
    page = window.open()
    plain = page.evaluate(
        """async tokens => {
            const { icon, tokenIcon } = await import('/page/icons.js');
            const dot = icon('dot').innerHTML;
            return tokens.filter(token => tokenIcon(token).innerHTML === dot);
        }""",
        samples.ICON_TOKENS,
    )
    assert plain == []


def test_nothing_is_fetched_from_outside_whatever_is_opened(window: Window) -> None:
    outside = samples.card("out", [samples.markdown("![x](https://example.com/a.png)")])
    outside["body"]["elements"].append({"tag": "img", "img_key": "https://example.com/b.png"})
    window.server.messages = [
        samples.message(1, samples.EVERYTHING),
        samples.message(2, outside),
        samples.message(3, {"image_key": "//example.com/c.png"}, msg_type="image"),
    ]
    page = window.open()
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
    for tab in ("calls", "faults", "logs", "app"):
        page.locator(f"#rail [data-key={tab}]").click()
    assert window.strangers == []
    for name in ("index.html", "style.css", *(one.name for one in Path(str(PAGE)).glob("*.js"))):
        text = (PAGE / name).read_text(encoding="utf-8")
        addresses = set(re.findall(r"https?://[\w.]+[^\s'\"`]*", text))
        assert addresses <= {"http://www.w3.org/2000/svg"}, name


def test_a_picture_is_shown_large_and_given_back(window: Window) -> None:
    window.server.messages = [
        samples.message(1, {"image_key": "img_v3_1"}, msg_type="image"),
        samples.message(2, samples.card("A card", [{"tag": "img", "img_key": "img_v3_1"}])),
    ]
    page = window.open()
    photos = page.get_by_role("button", name="查看大图")
    expect(photos).to_have_count(2)
    photos.first.click()
    expect(page.get_by_role("dialog").locator("img")).to_have_attribute(
        "src", "/sandbox/images/img_v3_1"
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_table_is_paged_and_stays_on_its_page_when_redrawn(window: Window) -> None:
    column = {"name": "n", "display_name": "数", "data_type": "number"}
    rows = [{"n": number} for number in range(12)]
    table = {"tag": "table", "page_size": 5, "columns": [column], "rows": rows}
    window.server.show(samples.card("A table", [table]))
    page = window.open()
    onward = page.get_by_role("button", name="下一页")
    onward.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    cells = page.locator(".table td")
    assert cells.all_inner_texts() == ["10", "11"]
    expect(onward).to_be_disabled()
    redraw(window, samples.card("The table", [table]), 2)
    assert cells.all_inner_texts() == ["10", "11"]
    page.get_by_role("button", name="上一页").click()
    assert cells.all_inner_texts() == ["5", "6", "7", "8", "9"]


def test_the_console_tab_shows_the_app_and_adds_custom_bots(window: Window) -> None:
    live = {"scopes": ["im:message"], "events": ["im.message.receive_v1"], "callbacks": []}
    state = window.server.state
    state["app"]["config"] = {"live": live, "draft": live, "versions": [{"version": "1.0.1"}]}
    hook = {
        "hook_id": "h",
        "chat_id": samples.GROUP,
        "name": "监控",
        "path": "/open-apis/bot/v2/hook/h",
    }
    state["hooks"] = [{**hook, "signed": True, "keywords": ["告警"], "ips": []}]
    page = window.open()
    page.locator("#rail [data-key=app]").click()
    panel = page.get_by_role("tabpanel")
    panel.get_by_text("权限 (1)").click()
    for words in ("im:message", "1.0.1", "未发布", "/open-apis/bot/v2/hook/h", "签名校验", "告警"):
        expect(panel).to_contain_text(words)
    photograph(page, "console")
    panel.get_by_role("button", name="断开一条长连接").click()
    assert window.server.next_request()[1] == "/sandbox/connections/kick"
    panel.get_by_role("button", name="在当前群添加").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("签名密钥").fill("s3cret")
    dialog.get_by_label("关键词").fill("告警，恢复")
    dialog.get_by_role("button", name="创建").click()
    wanted = {"name": "Webhook", "secret": "s3cret", "keywords": ["告警", "恢复"], "ips": []}
    path = f"/sandbox/chats/{samples.GROUP}/hooks"
    assert window.server.next_request() == ("POST", path, wanted)


def test_a_registration_is_approved_by_whoever_opens_its_address(window: Window) -> None:
    page = window.page
    page.goto(f"{window.server.address}/registration?user_code=ABCD-EFGH&addons=xyz")
    dialog = page.get_by_role("dialog", name="创建应用")
    expect(dialog).to_contain_text("ABCD-EFGH")
    dialog.get_by_role("button", name="同意").click()
    body = {"as": samples.OWNER, "addons": "xyz"}
    path = "/sandbox/registrations/ABCD-EFGH/approve"
    assert window.server.next_request() == ("POST", path, body)
    expect(page.locator("#toasts")).to_contain_text("已同意")


def test_whoever_approves_sees_what_the_app_gets(window: Window) -> None:
    addons = {
        "scopes": {"tenant": ["im:message:update", "<img src=x onerror=alert(1)>"]},
        "callbacks": {"items": ["card.action.trigger"]},
    }
    packed = base64.urlsafe_b64encode(gzip.compress(json.dumps(addons).encode())).decode()
    query = f"user_code=ABCD-EFGH&clientID=cli_1&addons={packed.rstrip('=')}"
    window.page.goto(f"{window.server.address}/registration?{query}")
    dialog = window.page.get_by_role("dialog", name="更新应用")
    dialog.get_by_text("权限 (2)").click()
    expect(dialog).to_contain_text("<img src=x onerror=alert(1)>")
    expect(dialog.locator("img")).to_have_count(0)
    expect(dialog).to_contain_text("回调 (1)")
    dialog.get_by_role("button", name="同意").click()
    _, _, body = window.server.next_request()
    assert body["client_id"] == "cli_1"

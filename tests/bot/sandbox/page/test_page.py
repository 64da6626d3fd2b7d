"""The page in a real browser: it draws every component, and posts what a client would."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bot.sandbox.page import samples
from tests.bot.sandbox.page.conftest import PageServer, Window

ACTION = "/sandbox/messages/om_1/action"
ACCEPTED = (200, {"ok": True, "toast": None, "card_changed": False})


def open_card(window: Window, *elements: samples.Json) -> Page:
    window.server.show(samples.card("A card", list(elements)))
    window.server.answers[ACTION] = ACCEPTED
    return window.open()


def posted(window: Window) -> dict[str, Any]:
    method, path, body = window.server.next_request()
    assert (method, path) == ("POST", ACTION)
    assert body.pop("as") == samples.OWNER
    return body


def test_every_component_is_drawn_without_a_complaint(window: Window) -> None:
    window.server.show(samples.EVERYTHING)
    page = window.open()
    charts = page.locator(".chart")
    expect(charts).to_have_count(len(samples.CHART_KINDS))
    for index in range(len(samples.CHART_KINDS)):
        charts.nth(index).scroll_into_view_if_needed()
        expect(charts.nth(index)).to_have_attribute("data-ready", "", timeout=15_000)
    expect(page.locator(".unsupported")).to_have_count(1)
    for kind in samples.BUTTON_TYPES:
        expect(page.get_by_role("button", name=kind, exact=True)).to_be_visible()
    assert window.complaints == []
    assert window.strangers == []


def test_the_conversation_shows_who_spoke_to_whom(window: Window) -> None:
    page = window.open()
    reply = page.locator("[data-message=om_3]")
    expect(reply.locator(".quote")).to_have_text("回复 @Larkwatch /status")
    expect(reply.locator(".message-head .tag")).to_have_text("机器人")
    expect(page.locator("[data-message=om_1]")).to_have_text("林晓 添加 Larkwatch 进群")
    expect(page.locator("[data-message=om_6] .urgent")).to_have_text("⚡ 已加急 林晓")
    expect(page.locator("[data-message=om_7] .only-you")).to_have_text("仅你可见")
    expect(page.locator("[data-message=om_8]")).to_have_text("林晓 撤回了一条消息")
    expect(page.locator("#bot-status")).to_have_text("机器人已通过长连接在线 (1)")
    assert window.complaints == []


def test_markdown_follows_the_dialect_of_feishu(window: Window) -> None:
    page = open_card(window, samples.markdown(samples.DIALECT))
    text = page.locator(".md").inner_text()
    for part in ("@所有人", "@林晓 @王磊", "2023-11-14", "<b>entity</b> ✅", "**raw**"):
        assert part in text
    assert page.locator(".md a[href='https://example.com/auto']").count() == 1
    assert page.locator(".md table td").all_inner_texts() == ["1", "2"]
    assert page.locator(".md .code li").all_inner_texts() == ["indented code"]


@pytest.mark.parametrize("place", ["markdown", "texts"])
def test_hostile_text_executes_nothing_and_calls_nobody(window: Window, place: str) -> None:
    elements: list[samples.Json] = []
    if place == "markdown":
        elements = [samples.markdown(text) for text in samples.HOSTILE]
    else:
        for text in samples.HOSTILE:
            elements += [
                {"tag": "div", "text": samples.plain(text)},
                samples.button(text, {}, hover_tips=samples.plain(text)),
            ]
        column = {"name": "c", "display_name": samples.HOSTILE[1], "data_type": "text"}
        rows = [{"c": text} for text in samples.HOSTILE]
        elements.append({"tag": "table", "page_size": 10, "columns": [column], "rows": rows})
    hostile = samples.card(samples.HOSTILE[1], elements, subtitle=samples.plain("<b>bold</b>"))
    window.server.show(hostile)
    window.server.messages.append(samples.said(2, samples.HOSTILE[1]))
    page = window.open()
    expect(page.locator(".card-title")).to_have_text(samples.HOSTILE[1])
    expect(page.locator("[data-message=om_2] .bubble")).to_contain_text(samples.HOSTILE[1])
    made = "script, iframe, svg svg, style, math, form, object, embed, img:not([src^='/sandbox/'])"
    assert page.locator(f"#messages :is({made})").count() == 0
    live = (
        "[...document.querySelectorAll('#messages *')].flatMap(node => [...node.attributes])"
        ".filter(({name, value}) => /^on/.test(name) || /^\\s*(javascript|data):/i.test(value))"
    )
    assert page.evaluate(f"{live}.length") == 0
    assert page.evaluate("window.pwned") is None
    assert window.complaints == []
    assert window.strangers == []


def test_plain_text_stays_what_it_is(window: Window) -> None:
    page = open_card(window, *({"tag": "div", "text": samples.plain(t)} for t in samples.HOSTILE))
    assert page.locator(".card-body .text").evaluate_all(
        "nodes => nodes.map(node => node.textContent)"
    ) == list(samples.HOSTILE)


def test_pressing_a_button_posts_its_value_and_shows_the_toast(window: Window) -> None:
    page = open_card(window, samples.button("认领", {"action": "ack", "alert": 7}))
    window.server.answers[ACTION] = (
        200,
        {"ok": True, "toast": {"type": "success", "content": "已认领"}, "card_changed": True},
    )
    page.get_by_role("button", name="认领").click()
    assert posted(window) == {"tag": "button", "value": {"action": "ack", "alert": 7}}
    expect(page.locator("#toasts [role=status]")).to_have_text("已认领")


def test_a_button_waits_for_its_answer_and_is_pressed_once(window: Window) -> None:
    page = open_card(window, samples.button("认领", {"n": 1}), samples.button("解决", {"n": 2}))
    window.server.release.clear()
    press = page.get_by_role("button", name="认领")
    press.click()
    expect(press).to_have_attribute("aria-busy", "true")
    press.dispatch_event("click")
    page.get_by_role("button", name="解决").dispatch_event("click")
    window.server.release.set()
    expect(press).not_to_have_attribute("aria-busy", "true")
    assert posted(window)["value"] == {"n": 1}
    assert window.server.asked.empty()


def test_a_failed_callback_is_told_with_its_code(window: Window) -> None:
    page = open_card(window, samples.button("认领", {}))
    window.server.answers[ACTION] = (200, {"ok": False, "code": 200341, "msg": "超时"})
    page.get_by_role("button", name="认领").click()
    expect(page.locator("#toasts .toast.error")).to_contain_text("超时")
    expect(page.locator("#toasts .toast.error")).to_contain_text("200341")


def test_a_form_sends_the_values_of_its_fields(window: Window) -> None:
    window.server.show(samples.FORM)
    window.server.answers[ACTION] = ACCEPTED
    page = window.open()
    page.get_by_role("button", name="保存订阅").click()
    expect(page.locator(".select.missing")).to_have_count(1)
    assert window.server.asked.empty()
    page.locator(".select.missing").click()
    page.get_by_role("option", name="王磊").click()
    page.locator(".select", has_text="P1 紧急").click()
    page.get_by_role("option", name="P3 一般").click()
    page.keyboard.press("Escape")
    page.locator(".select", has_text="22:00").click()
    page.locator("[data-unit=hour] [data-value='23']").click()
    page.get_by_role("button", name="确定").click()
    page.get_by_label("P1 电话加急").check()
    page.get_by_label("关键字或正则").fill("OutOfMemory")
    page.get_by_role("button", name="保存订阅").click()
    body = posted(window)
    zone = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert body.pop("timezone") == zone
    values = body.pop("form_value")
    assert body == {"tag": "button", "name": "save", "value": {"action": "subscribe"}}
    offset = values["from"].removeprefix("23:00 ")
    assert len(offset) == len("+0800")
    assert values == {
        "pattern": "OutOfMemory",
        "levels": ["p1", "p2", "p3"],
        "service": "order",
        "from": f"23:00 {offset}",
        "until": f"07:30 {offset}",
        "day": f"2026-11-23 {offset}",
        "moment": f"2026-11-23 07:07 {offset}",
        "owner": samples.SECOND,
        "team": [samples.SECOND],
        "phone": True,
    }


def test_resetting_a_form_brings_back_what_the_card_said(window: Window) -> None:
    window.server.show(samples.FORM)
    page = window.open()
    field = page.get_by_label("关键字或正则")
    field.fill("something else")
    page.get_by_role("button", name="重置").click()
    expect(field).to_have_value("SocketTimeout")
    assert window.server.asked.empty()


def test_confirm_pops_up_where_the_button_submits(window: Window) -> None:
    confirm = {"title": samples.plain("确认？"), "text": samples.plain("不可撤销")}
    submit = samples.button("提交", {}, name="go", form_action_type="submit", confirm=confirm)
    page = open_card(
        window,
        {"tag": "form", "name": "f", "elements": [submit]},
        samples.button("直接", {"plain": True}, confirm=confirm),
    )
    page.get_by_role("button", name="提交").click()
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    page.get_by_role("button", name="直接").click()
    assert posted(window) == {"tag": "button", "value": {"plain": True}}
    page.get_by_role("button", name="提交").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    assert posted(window)["form_value"] == {}


def test_other_components_post_what_was_chosen(window: Window) -> None:
    back = {"behaviors": [{"type": "callback", "value": {"k": 1}}]}
    options = [samples.option("一", "1"), samples.option("二", "2")]
    page = open_card(
        window,
        {"tag": "select_static", "options": options, **back},
        {"tag": "overflow", "options": [samples.option("为什么", "why")], **back},
        {"tag": "checker", "text": samples.plain("done"), **back},
        {"tag": "input", **back},
        {"tag": "date_picker", "initial_date": "2026-11-23", **back},
        {"tag": "select_person", **back},
        {"tag": "interactive_container", "elements": [samples.markdown("press me")], **back},
    )
    value = {"value": {"k": 1}}
    page.get_by_text("请选择").first.click()
    page.get_by_role("option", name="二").click()
    assert posted(window) == {"tag": "select_static", "option": "2", **value}
    page.locator(".overflow").click()
    page.get_by_role("menuitem", name="为什么").click()
    assert posted(window) == {"tag": "overflow", "option": "why", **value}
    page.get_by_label("done").check()
    assert posted(window) == {"tag": "checker", "checked": True, **value}
    page.locator(".input input").fill("words")
    page.locator(".input input").press("Enter")
    assert posted(window) == {"tag": "input", "input_value": "words", **value}
    page.get_by_text("2026-11-23").click()
    page.locator("[data-day='2026-11-25']").click()
    picked = posted(window)
    assert picked.pop("timezone")
    assert picked.pop("option").startswith("2026-11-25 +")
    assert picked == {"tag": "date_picker", **value}
    page.get_by_text("请选择").last.click()
    page.get_by_role("option", name="王磊").click()
    assert posted(window) == {"tag": "select_person", "option": samples.SECOND, **value}
    page.get_by_text("press me").click()
    assert posted(window) == {"tag": "interactive_container", **value}


def test_a_line_is_sent_with_enter_and_mentions_the_bot_unless_switched_off(
    window: Window,
) -> None:
    page = window.open()
    line = page.locator("#composer textarea")
    line.fill("/status")
    line.press("Enter")
    path = f"/sandbox/chats/{samples.GROUP}/messages"
    body = {"text": "/status", "as": samples.OWNER, "mention_bot": True}
    assert window.server.next_request() == ("POST", path, body)
    expect(line).to_have_value("")
    page.locator(".mention").click()
    line.fill("hello all")
    page.get_by_role("button", name="发送").click()
    body = {"text": "hello all", "as": samples.OWNER, "mention_bot": False}
    assert window.server.next_request() == ("POST", path, body)


def test_a_message_is_answered_reacted_to_and_recalled_from_its_menu(window: Window) -> None:
    window.server.messages[2]["reactions"] = [
        {"reaction_id": "r", "emoji_type": "OK", "operator_id": samples.SECOND}
    ]
    page = window.open()
    message = page.locator("[data-message=om_3]")
    expect(message.locator(".reaction")).to_have_text("👌王磊")
    menu = message.locator(".message-menu")
    menu.click()
    page.get_by_role("button", name="DONE").click()
    body = {"emoji_type": "DONE", "as": samples.OWNER}
    assert window.server.next_request() == ("POST", "/sandbox/messages/om_3/reactions", body)
    menu.click()
    page.get_by_role("menuitem", name="回复").click()
    line = page.locator("#composer textarea")
    line.fill("收到")
    line.press("Enter")
    assert window.server.next_request()[2]["reply_to"] == "om_3"
    expect(page.locator(".composer-quote")).to_be_hidden()
    menu.click()
    page.get_by_role("menuitem", name="撤回").click()
    path = f"/sandbox/messages/om_3?as={samples.OWNER}"
    assert window.server.next_request() == ("DELETE", path, None)


def test_another_person_sees_and_sends_as_themselves(window: Window) -> None:
    page = window.open()
    expect(page.locator(f"[data-chat={samples.PRIVATE}]")).to_be_visible()
    page.locator("#me").click()
    page.get_by_role("menuitemradio", name="王磊").click()
    expect(page.locator(f"[data-chat={samples.PRIVATE}]")).to_have_count(0)
    expect(page.locator("[data-message=om_6]")).to_be_visible()
    expect(page.locator("[data-message=om_7]")).to_have_count(0)
    page.locator("#composer textarea").fill("mine")
    page.locator("#composer textarea").press("Enter")
    assert window.server.next_request()[2]["as"] == samples.SECOND


def test_a_changed_card_is_redrawn_in_place_and_keeps_its_chart(window: Window) -> None:
    window.server.show(samples.ALERT)
    page = window.open()
    page.wait_for_selector(".chart[data-ready]")
    page.evaluate("document.querySelector('.chart').dataset.mine = 'yes'")
    window.server.push("message", samples.message(1, samples.ACKNOWLEDGED, revision=2))
    changed = page.locator("[data-message=om_1][data-revision='2']")
    expect(changed.locator(".header-line .tag").last).to_have_text("已认领")
    expect(changed.locator(".chart[data-ready][data-mine=yes] canvas").first).to_be_visible()
    window.server.push("message", samples.message(1, samples.ALERT, revision=1))
    window.server.push("message", samples.said(2, "later"))
    expect(page.locator("[data-message=om_2]")).to_be_visible()
    expect(changed.locator(".header-line .tag").last).to_have_text("已认领")
    assert window.complaints == []


def test_messages_of_other_chats_are_counted_as_unread(window: Window) -> None:
    page = window.open()
    note = samples.message(20, {"text": "welcome"}, chat_id=samples.PRIVATE, msg_type="text")
    window.server.push("message", note)
    row = page.locator(f"[data-chat={samples.PRIVATE}]")
    expect(row.locator(".badge")).to_have_text("1")
    expect(row.locator(".chat-last")).to_have_text("welcome")
    row.click()
    expect(row.locator(".badge")).to_have_count(0)


def test_reading_older_messages_is_not_disturbed_by_new_ones(window: Window) -> None:
    window.server.messages += [samples.said(n, "more") for n in range(50, 80)]
    page = window.open()
    box = page.locator("#messages")
    expect(page.locator("[data-message=om_79]")).to_be_in_viewport()
    box.hover()
    page.mouse.wheel(0, -5000)
    page.wait_for_function("() => document.getElementById('messages').scrollTop === 0")
    window.server.push("message", samples.message(90, {"text": "news"}, msg_type="text"))
    page.get_by_role("button", name="回到最新").click()
    expect(page.get_by_text("news").last).to_be_in_viewport()


def test_the_language_of_the_page_chooses_the_language_of_the_card(window: Window) -> None:
    both = {"zh_cn": "认领", "en_us": "Acknowledge"}
    text = {"tag": "plain_text", "content": "认领", "i18n_content": both}
    page = open_card(window, {"tag": "button", "text": text, "behaviors": []})
    expect(page.get_by_role("button", name="认领")).to_be_visible()
    page.get_by_role("button", name="中文 / English").click()
    expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_the_panel_shows_calls_faults_and_logs_and_writes_back(window: Window) -> None:
    page = window.open()
    page.get_by_role("button", name="接口日志").first.click()
    expect(page.locator(".call.unknown")).to_contain_text("/open-apis/nowhere")
    page.locator("[data-call='2'] summary").click()
    expect(page.locator("[data-call='2'] .json").last).to_contain_text('"content": "已认领"')
    window.server.push("call", {**samples.CALLS[0], "id": 9, "path": "/open-apis/fresh"})
    expect(page.locator(".call").first).to_contain_text("POST /fresh")
    page.locator("[data-tab=faults]").click()
    page.locator("[data-fault=rate_limited] [role=switch]").check()
    wanted = {"name": "rate_limited", "active": True, "api": "*", "rate": 1, "count": None}
    assert window.server.next_request() == ("POST", "/sandbox/faults", wanted)
    page.locator("[data-tab=logs]").click()
    field = page.get_by_label("写一行日志")
    field.fill("ERROR again")
    field.press("Enter")
    path = samples.LOG_FILES[0]["path"]
    line = {"path": path, "line": "ERROR again"}
    assert window.server.next_request() == ("POST", "/sandbox/logs", line)
    window.server.push("log", {"path": path, "lines": ["ERROR again"]})
    expect(page.locator(".log-line").last).to_have_text("ERROR again")
    assert window.complaints == []


def test_the_group_menu_adds_the_bot_and_makes_groups(window: Window) -> None:
    page = window.open()
    page.locator(f"[data-chat={samples.QUIET_GROUP}]").click()
    expect(page.locator("#bot-status")).to_have_text("机器人不在本群")
    page.locator("#chat-menu").click()
    page.get_by_role("menuitem", name="添加机器人").click()
    added = {"in": True, "as": samples.OWNER}
    path = f"/sandbox/chats/{samples.QUIET_GROUP}/bot"
    assert window.server.next_request() == ("POST", path, added)
    window.server.answers["/sandbox/chats"] = (200, window.server.state["chats"][0])
    page.locator("#list-head").get_by_role("button", name="新建群组").click()
    page.locator(".dialog input[type=text]").fill("新群")
    page.get_by_role("button", name="创建").click()
    body = {"name": "新群", "members": [samples.OWNER, samples.SECOND], "owner_id": samples.OWNER}
    assert window.server.next_request() == ("POST", "/sandbox/chats", body)


def test_what_the_sandbox_refuses_is_shown_in_its_words(window: Window, server: PageServer) -> None:
    page = window.open()
    path = f"/sandbox/chats/{samples.GROUP}/messages"
    server.answers[path] = (400, {"error": "the group is dissolved"})
    page.locator("#composer textarea").fill("hello")
    page.locator("#composer textarea").press("Enter")
    expect(page.locator("#toasts .toast.error")).to_have_text("the group is dissolved")
    expect(page.locator("#composer textarea")).to_have_value("hello")


def test_a_phone_shows_one_screen_at_a_time_and_never_scrolls_sideways(window: Window) -> None:
    page = window.page
    page.set_viewport_size({"width": 420, "height": 900})
    window.server.messages = [*samples.SHOWCASE, samples.message(40, samples.EVERYTHING)]

    def fits() -> bool:
        return bool(
            page.evaluate(
                "[document.documentElement, document.getElementById('messages')]"
                ".every(box => box.scrollWidth <= box.clientWidth)"
            )
        )

    window.open()
    expect(page.locator("#chats")).to_be_hidden()
    assert fits()
    page.get_by_role("button", name="接口日志").click()
    expect(page.locator("#panel")).to_be_in_viewport()
    assert fits()
    page.get_by_role("button", name="关闭").click()
    page.locator(".back").click()
    expect(page.locator(f"[data-chat={samples.GROUP}]")).to_be_visible()
    expect(page.locator("#messages")).to_be_hidden()
    assert fits()

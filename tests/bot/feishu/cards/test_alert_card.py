"""The card of an alert says in each state what stands and what can be done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import LARKWATCH, AlertState, Person
from bot.core.subscription import Language
from bot.core.why import Why
from bot.engine.views import AlertView
from bot.feishu.cards.alert import alert_card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import labels, seen, tagged, texts_of, values
from watchers.finding import Sample, Severity

READER = samples.reader()


def colour(view: AlertView) -> str:
    return str(alert_card(view, READER)["header"]["template"])


def with_severity(severity: Severity) -> AlertView:
    return replace(samples.firing(), alert=samples.alert(severity=severity))


def test_its_colour_tells_the_state() -> None:
    assert colour(with_severity(Severity.CRITICAL)) == "carmine"
    assert colour(with_severity(Severity.HIGH)) == "red"
    assert colour(samples.acknowledged()) == "orange"
    assert colour(samples.muted()) == "grey"
    assert colour(samples.resolved()) == "green"
    assert colour(replace(samples.resolved(), mute=samples.mute())) == "green"


@pytest.mark.parametrize(
    ("view", "buttons"),
    [
        (samples.firing(), ["认领", "静默 1h", "解决"]),
        (samples.acknowledged(), ["静默 1h", "解决"]),
        (samples.muted(), ["取消静默", "认领", "解决"]),
        (replace(samples.acknowledged(), mute=samples.mute()), ["取消静默", "解决"]),
        (samples.resolved(), []),
    ],
)
def test_its_buttons_are_what_can_be_done(view: AlertView, buttons: list[str]) -> None:
    assert labels(alert_card(view, READER)) == buttons or sorted(
        labels(alert_card(view, READER))
    ) == sorted(buttons)
    assert not labels(alert_card(view, READER, may_act=False))


def test_its_buttons_carry_ids_and_no_state() -> None:
    assert values(alert_card(samples.firing(), READER)) == {
        "认领": {"do": "ack", "alert": 42},
        "静默 1h": {"do": "mute", "alert": 42, "for": "60m"},
        "解决": {"do": "resolve", "alert": 42},
    }


def test_longer_mutes_are_in_a_menu() -> None:
    (menu,) = tagged(alert_card(samples.firing(), READER), "select_static")
    spans = ["15m", "60m", "240m", "1440m", "morning", "resolved", "worse"]
    assert [option["value"] for option in menu["options"]] == spans
    assert menu["behaviors"][0]["value"] == {"do": "mute", "alert": 42}


def test_its_header_names_title_service_number_and_rule() -> None:
    header = alert_card(samples.resolved(), READER)["header"]
    assert header["title"]["content"] == "支付网关超时 • order-api"
    subtitle = header["subtitle"]["content"]
    assert subtitle == "#42 · 指纹 2f81c0 · 聚合 18,400 条 · 规则 pay-gateway-timeout"
    tags = [tag["text"]["content"] for tag in header["text_tag_list"]]
    assert tags == ["高", "已恢复", "第 2 次复发"]


def test_a_title_that_names_the_service_does_not_say_it_twice() -> None:
    view = replace(samples.firing(), alert=samples.alert(title="order-api is down"))
    assert alert_card(view, READER)["header"]["title"]["content"] == "order-api is down"


def test_times_are_the_readers_and_dates_stand_only_on_other_days() -> None:
    alert = samples.alert(first_at=samples.NOW - timedelta(days=2))
    said = seen(alert_card(replace(samples.firing(), alert=alert), READER))
    assert "11月21日 10:14:07 → 10:14:07" in said
    english = samples.reader(Language.EN)
    said = seen(alert_card(replace(samples.firing(), alert=alert), english))
    assert "Nov 21 10:14:07 → 10:14:07" in said


def test_the_rate_is_drawn_when_it_shows_a_course() -> None:
    (chart,) = tagged(alert_card(samples.firing(), READER), "chart")
    values = chart["chart_spec"]["data"]["values"]
    assert len(values) == 27  # from the first match on
    assert values[0]["n"] == 4
    assert values[-1] == {"t": "10:14", "n": 12}
    young = replace(samples.firing(), rate=samples.rate((0,) * 28 + (5, 6)))
    (chart,) = tagged(alert_card(young, READER), "chart")
    assert len(chart["chart_spec"]["data"]["values"]) == 12
    single = replace(samples.firing(), rate=samples.rate((0,) * 29 + (5,)))
    assert not tagged(alert_card(single, READER), "chart")


def test_who_did_what_is_said() -> None:
    said = seen(alert_card(samples.resolved(), READER))
    assert "✅ 林晓 于 10:05:07 认领" in said
    assert "🟢 林晓 于 10:13:07 标记解决" in said
    assert "1.2k 条因限流未逐条展示" in said
    assert "再次触发" in said
    assert "🔕 Chen Bo 静默至 11:14 · 原因：发布中" in seen(alert_card(samples.muted(), READER))


def test_what_became_quiet_was_nobodys_doing() -> None:
    quiet = replace(samples.resolved().alert, resolved_by=LARKWATCH)
    view = replace(samples.resolved(), alert=quiet, timeline=())
    assert "不再有新日志，于 10:13:07 自动恢复" in seen(alert_card(view, READER))


def test_the_newest_lines_are_shown_and_the_rest_counted() -> None:
    long = Sample(text="\n".join(f"line {n}" for n in range(500)), place="a:1", at=samples.NOW)
    new = Sample(text="the newest", place="a:2", at=samples.NOW)
    view = replace(samples.firing(), alert=samples.alert(samples=(long, new)))
    (content,) = texts_of(alert_card(view, READER), "markdown")
    lines = content.splitlines()
    assert lines[-2] == "the newest"
    assert lines[2] == "line 0"
    assert lines[1] == f"… 省略 {501 - (len(lines) - 3)} 行"


def test_an_alert_without_lines_has_no_excerpt() -> None:
    view = replace(samples.firing(), alert=samples.alert(samples=()))
    assert not tagged(alert_card(view, READER), "collapsible_panel")


def test_case_38_an_unknown_alert_says_since_when_nothing_was_heard() -> None:
    card = alert_card(samples.unknown(), READER)
    assert card["header"]["template"] == "wathet"
    tags = [tag["text"]["content"] for tag in card["header"]["text_tag_list"]]
    assert tags == ["高", "❔ 未知", "抖动 12 次"]
    assert "10:07:07 之后没有日志" in seen(card)
    assert colour(replace(samples.unknown(), mute=samples.mute())) == "grey"
    free = replace(samples.unknown().alert, acknowledged_by=None)
    assert "认领" in labels(alert_card(replace(samples.unknown(), alert=free), READER))


def test_what_an_alerts_life_is_stands_on_its_card() -> None:
    said = seen(alert_card(samples.unknown(), READER))
    for text in (
        "〰️ 10:00:07 起抖动 12 次；平稳之前不再提醒",
        "✅ 林晓 于 10:05:07 认领 · 到 13:14 为止",
        "👤 指派给 Chen Bo",
        "👀 Chen Bo, 王磊 关注",
        "🎚 级别由 Chen Bo 设定",
        "💬 Chen Bo: 网关在重启，先观察",
        "⏪ 其中 3 条是解决前的旧日志",
        "↩️ 同一问题的上一条：#17",
        "Chen Bo 调整级别：严重 → 高",
        "林晓 指派给 Chen Bo",
        "来源失联，状态未知",
    ):
        assert text in said
    assert "SocketTimeout|" not in said


def test_case_31_both_clocks_stand_on_the_card_when_they_differ() -> None:
    said = seen(alert_card(samples.unknown(), READER))
    assert "日志所在主机时间 10:14:07 · 收到时间 10:20:07" in said
    alert = replace(samples.unknown().alert, received_at=samples.NOW + timedelta(seconds=60))
    view = replace(samples.unknown(), alert=alert)
    assert "收到时间" not in seen(alert_card(view, READER))


def test_case_39_in_full_it_shows_the_rule_as_it_was() -> None:
    drawn = alert_card(samples.unknown(), READER, full=True)
    assert any("SocketTimeout|Read" in text for text in texts_of(drawn, "markdown"))


def test_how_it_ended_by_itself_is_said() -> None:
    quiet = replace(samples.resolved().alert, resolved_by=LARKWATCH)
    for why, said in ((Why.RECOVERED, "出现恢复日志"), (Why.RULE_REMOVED, "规则已移除")):
        ended = samples.step(AlertState.RESOLVED, LARKWATCH, AlertState.FIRING, 1, why)
        late = samples.step(AlertState.RESOLVED, LARKWATCH, AlertState.RESOLVED, 0, Why.LATE)
        view = replace(samples.resolved(), alert=quiet, timeline=(ended, late))
        assert said in seen(alert_card(view, READER))


def test_a_taken_alert_says_how_long_in_a_menu() -> None:
    menus = tagged(alert_card(samples.acknowledged(), READER), "select_static")
    assert [option["value"] for option in menus[1]["options"]] == [
        "/ack 42 30m",
        "/ack 42 120m",
        "/ack 42 480m",
        "/ack 42 never",
        "/unack 42",
    ]
    assert menus[1]["behaviors"][0]["value"] == {"do": "run", "alert": 42}


def test_many_followers_are_not_all_named() -> None:
    many = tuple(Person(id=f"ou_{n}", name=f"P{n}") for n in range(9))
    view = replace(samples.unknown(), alert=replace(samples.unknown().alert, followers=many))
    assert "P0, P1, P2, P3, P4 … 关注" in seen(alert_card(view, READER))


def test_it_tells_when_its_lines_were_written_and_when_they_were_read() -> None:
    written = samples.NOW - timedelta(minutes=15)
    late = samples.alert(first_written_at=written, written_at=written, seen_at=samples.NOW)
    first = replace(samples.step(AlertState.FIRING), note=written.isoformat())
    known = replace(first, note="long ago")
    happened = (first, replace(first, why=Why.RECURRED), known)
    view = replace(samples.firing(), alert=late, timeline=happened)
    shown = seen(alert_card(view, READER))
    when, read = READER.time(written), READER.time(samples.NOW)
    assert f"日志写于 {when}，读取于 {read}" in shown
    assert f"首次触发（日志写于 {when}）" in shown
    assert f"再次触发（日志写于 {when}）" in shown
    prompt = replace(view, alert=replace(late, written_at=samples.NOW), timeline=())
    assert "日志写于" not in seen(alert_card(prompt, READER))

"""Mutes as people use them: previewed, set, extended, ended by what they wait for."""

from town import ALICE, LIN, Town


def two_alerts(town: Town) -> None:
    """A subscribed chat in which two alerts fire."""
    town.chat().ask("/subscribe level>=high")
    town.log("ERROR pay: declined, CardError", "ERROR pay: no answer, TimeoutError")
    town.chat().expect_alert("CardError")
    town.chat().expect_alert("TimeoutError")


def test_case_44_a_mute_of_many_shows_what_it_would_hide_before_it_is_set(town: Town) -> None:
    two_alerts(town)
    preview = town.chat().ask("/mute service=pay 2h 发布中")
    assert "当前活跃告警 2 条" in preview.text
    assert [card.colour for card in town.chat().cards("触发中")] == ["red", "red"]

    preview.press("确认静默", by=ALICE)

    preview.shows("已静默 m1")
    for name in ("CardError", "TimeoutError"):
        town.chat().expect_alert(name).turns("grey").shows("Alice Chen 静默至")
    extended = town.chat().ask("/mute m1 +1h")
    assert "m1 改为静默至" in extended.text
    assert "第 2 版" in town.chat().ask("/mutes").text
    assert "改了结束时间" in town.chat().ask("/mutes history").text
    town.chat().ask("/unmute m1")
    town.chat().expect_alert("CardError").turns("red")


def test_a_mute_until_ten_times_worse_is_ended_by_the_line_that_crosses_it(town: Town) -> None:
    town.chat().ask("/subscribe level>=high")
    town.log("ERROR pay: declined")
    card = town.chat().expect_card("declined")
    card.choose("恶化 10 倍", by=LIN)
    assert card.colour == "grey"
    assert "静默至 恶化 10 倍" in card.text

    town.log(*["ERROR pay: declined"] * 120)

    told = town.chat().expect_card("恶化 10 倍：静默 m1 已结束")
    assert told.message.parent_id == card.message_id
    assert "1 条仍在触发" in told.text
    card.turns("red")


def test_case_44_acknowledging_all_hits_exactly_what_was_shown(town: Town) -> None:
    two_alerts(town)
    preview = town.chat().ask("/ack all")
    assert "认领 2 条告警？" in preview.text
    town.log("ERROR pay: late, LateError")
    late = town.chat().expect_alert("LateError")

    preview.press("认领 2 条", by=ALICE)

    preview.shows("已认领 2 条告警")
    town.chat().expect_alert("CardError").turns("orange")
    assert late.colour == "red"

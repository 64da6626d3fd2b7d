"""Lines about mutes in two languages: their ends, their previews, their history."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.mass import MassAct
from bot.core.matcher import Matcher, Operator
from bot.core.mute import Effect, UntilResolved, UntilWorse
from bot.core.recurrence import EVERY_DAY, WEEKDAYS, WEEKEND, Recurrence
from bot.core.subscription import Language
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.mute import ExtendMute, MuteMany, MuteOne
from bot.feishu.commands.mutes import ListMuteChanges
from bot.feishu.commands.parse import parse, respond
from bot.feishu.texts import texts_in
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen, values
from tests.bot.feishu.conftest import Desk

NOW = samples.NOW
ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
PAY = (Matcher(label="service", operator=Operator.EQUAL, value="pay"),)


def every(days: frozenset[int], begins: int, ends: int, zone: str = "Asia/Shanghai") -> Recurrence:
    return Recurrence(days=days, begins=time(begins), ends=time(ends), zone=zone)


@pytest.mark.parametrize(
    ("line", "until", "reason"),
    [
        ("/mute 42 until resolved", UntilResolved(), ""),
        ("/mute 42 until resolved known since May", UntilResolved(), "known since May"),
        ("静默 42 直到解决", UntilResolved(), ""),
        ("静默 42 到恢复为止 已知问题", UntilResolved(), "已知问题"),
        ("/mute 42 until x10", UntilWorse(times=10), ""),
        ("/mute 42 until ×10 worse", UntilWorse(times=10), ""),
        ("/mute 42 until 5 times worse noisy", UntilWorse(times=5), "noisy"),
        ("/mute 42 until it gets 20x worse", UntilWorse(times=20), ""),
        ("静默 42 直到恶化10倍", UntilWorse(times=10), ""),
        ("静默 42 恶化 3 倍为止", UntilWorse(times=3), ""),
        ("/mute 42 every weekday 22:00-06:00", every(WEEKDAYS, 22, 6), ""),
        (
            "/mute 42 every weekday 22:00-06:00 Europe/Berlin backup",
            every(WEEKDAYS, 22, 6, "Europe/Berlin"),
            "backup",
        ),
        ("/mute 42 daily 22:00-06:00 utc", every(EVERY_DAY, 22, 6, "UTC"), ""),
        ("/mute 42 every Mon, Wed and fri 1:00-2:00", every(frozenset({0, 2, 4}), 1, 2), ""),
        ("/mute 42 every fri-mon 01:00–02:00", every(frozenset({4, 5, 6, 0}), 1, 2), ""),
        ("/mute 42 every sunday 01:00-02:00", every(frozenset({6}), 1, 2), ""),
        ("静默 42 每天 22:00-06:00", every(EVERY_DAY, 22, 6), ""),
        ("静默 42 每个工作日 22:00到06:00 备份", every(WEEKDAYS, 22, 6), "备份"),
        ("静默 42 每周末 00:00-00:00", every(WEEKEND, 0, 0), ""),
        ("静默 42 每周一至周三 01:00-02:00", every(frozenset({0, 1, 2}), 1, 2), ""),
        ("静默 42 每周一、周三 01:00-02:00", every(frozenset({0, 2}), 1, 2), ""),
        ("静默 42 每周日 01:00-02:00", every(frozenset({6}), 1, 2), ""),
    ],
)
def test_a_mute_ends_as_it_is_written(line: str, until: object, reason: str) -> None:
    assert parse(line, NOW, ZONE) == MuteOne(alert_id=42, until=until, reason=reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("/mute 42 every weekday", "every weekday"),
        ("/mute 42 every full moon 22:00-06:00", "every full moon 22:00-06:00"),
        ("/mute 42 every weekday 22:00-26:00", "22:00-26:00"),
        ("/mute 42 every weekday 22:00-06:00 Mars/Phobos", "Mars/Phobos"),
        ("/mute 42 until x1", "until x1"),
        ("/mute 42 until 100000x worse", "until 100000x worse"),
        ("/mute m3 never", "never"),
        ("/mute m3 1h because", "1h because"),
        ("/mutes histories", "histories"),
    ],
)
def test_what_cannot_be_read_is_said(line: str, found: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse(line, NOW, ZONE)
    assert refused.value.found == found
    for language in Language:
        assert refused.value.wanted(texts_in(language))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/mute service=pay 1h --yes", MuteMany(matchers=PAY, until=NOW + HOUR, sure=True)),
        ("静默 service=pay 1h 直接", MuteMany(matchers=PAY, until=NOW + HOUR, sure=True)),
        (
            "/mute service=pay notify-only 1h releasing --yes",
            MuteMany(
                matchers=PAY,
                until=NOW + HOUR,
                effect=Effect.NOTIFY_ONLY,
                reason="releasing",
                sure=True,
            ),
        ),
        (
            "静默 42 保留卡片 1h",
            MuteOne(alert_id=42, until=NOW + HOUR, effect=Effect.NOTIFY_ONLY),
        ),
        ("/mute m3", ExtendMute(mute_id=3, until=HOUR)),
        ("/mute m3 +1h", ExtendMute(mute_id=3, until=HOUR)),
        ("静默 M3 2小时", ExtendMute(mute_id=3, until=2 * HOUR)),
        (
            "/mute m3 until 12:14",
            ExtendMute(mute_id=3, until=datetime(2026, 11, 23, 4, 14, tzinfo=NOW.tzinfo)),
        ),
        ("/mutes history", ListMuteChanges()),
        ("静默列表 历史", ListMuteChanges()),
    ],
)
def test_what_else_is_said_of_mutes(line: str, expected: object) -> None:
    assert parse(line, NOW, ZONE) == expected


def ask(desk: Desk, line: str, minutes: int = 0) -> dict[str, object]:
    return respond(line, desk.later(minutes=minutes), desk.engine, desk.views).card


def press(desk: Desk, card: dict[str, object], label: str, minutes: int = 0) -> dict[str, object]:
    """Run what a button of the card runs."""
    return ask(desk, values(card)[label]["text"], minutes)


def test_case_44_a_mute_of_many_is_previewed_and_set_by_its_button(
    desk: Desk, language: Language
) -> None:
    say = texts_in(language).mute
    desk.fire("pay core")
    card = ask(
        desk, "/mute rule=error service=~'pay.*' every weekday 22:00-06:00 'the \"nightly\" run'"
    )
    assert say.preview_open(2) in seen(card)
    assert say.preview_lately(2) in seen(card)
    assert desk.views.mutes(NOW) == ()
    press(desk, card, say.set_it)
    (row,) = desk.views.mutes(NOW)
    assert [str(one) for one in row.mute.matchers] == ["rule=error", "service=~pay.*"]
    assert (row.mute.until, row.mute.reason) == (every(WEEKDAYS, 22, 6), 'the "nightly" run')


def test_case_44_a_mute_that_hits_one_alert_is_set_at_once(desk: Desk) -> None:
    desk.fire("web")
    ask(desk, "/mute service=web 1h")
    assert len(desk.views.mutes(NOW)) == 1


def test_a_previewed_line_that_grows_too_long_is_refused(desk: Desk, language: Language) -> None:
    desk.fire("web")
    line = "/mute rule=error 1h " + "x " * 95
    labels = " ".join(f"l{n}=v" for n in range(49))
    said = seen(ask(desk, f"{line[:20]}{labels}{' y' * 90}"))
    assert texts_in(language).wanted.shorter in said


def test_case_05_a_mute_is_extended_by_its_number(desk: Desk, language: Language) -> None:
    ask(desk, "/mute 1 1h")
    card = ask(desk, "/mute m1 +1h", minutes=30)
    assert texts_in(language).mute.extended("m1", "12:14") in seen(card)
    listed = seen(ask(desk, "/mutes", minutes=31))
    assert texts_in(language).mute.version(2) in listed
    history = seen(ask(desk, "/mutes history", minutes=31))
    assert history.count("林晓") == 2
    said = texts_in(language).answer.unknown_mute
    assert said in seen(ask(desk, "/mute m9 +1h"))


def test_the_list_of_mutes_marks_what_hits_nothing(desk: Desk, language: Language) -> None:
    say = texts_in(language).mute
    ask(desk, "/mute service=x 1h backlog")
    assert say.hits_nothing in seen(ask(desk, "/mutes"))
    ask(desk, "/mute service=pay until resolved notify-only")
    ask(desk, "/mute 1 until x10")
    ask(desk, "/mute service=y every weekday 22:00-06:00")
    listed = seen(ask(desk, "/mutes"))
    assert listed.count(say.hits_nothing) == 1
    assert say.notify_only in listed
    assert say.ends(say.worse(10)) in listed
    assert say.ends(say.resolved) in listed
    assert "22:00–06:00 Asia/Shanghai" in listed


def test_there_is_nothing_to_wait_for_where_nothing_is_open(desk: Desk, language: Language) -> None:
    said = seen(ask(desk, "/mute service=x until resolved"))
    assert texts_in(language).answer.nothing_open in said


def test_case_44_acknowledging_all_shows_how_many_first(desk: Desk, language: Language) -> None:
    say = texts_in(language).mass
    desk.fire("web")
    for line, act in (
        ("/ack all", MassAct.ACKNOWLEDGE),
        ("解决 service=~pay|web", MassAct.RESOLVE),
    ):
        card = ask(desk, line)
        assert say.preview(act, 2) in seen(card)
        assert "web fails" in seen(card)
        states = {row.alert.state for row in desk.views.open_alerts(NOW).rows}
        assert len(states) == 1
        assert say.done(act, 2) in seen(press(desk, card, say.go(act, 2)))
        said = texts_in(language).answer.stale_preview
        assert said in seen(press(desk, card, say.go(act, 2)))
    assert desk.views.open_alerts(NOW).total == 0
    assert say.nothing in seen(ask(desk, "/resolve 全部"))

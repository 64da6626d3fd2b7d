"""What people want of an alert beside muting it: for how long it is taken, whose it is, words."""

import pytest

from bot.core.alert import Alert, Person
from bot.core.subscription import Language
from bot.core.verdict import Verdict
from bot.feishu.actions import RunCommand, command_choice, decode, encode
from bot.feishu.cards.alert_buttons import alert_buttons
from bot.feishu.outcome import ToastType
from bot.feishu.performing import perform
from bot.feishu.texts import texts_in
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import seen
from tests.bot.feishu.commands.test_respond import ask
from tests.bot.feishu.conftest import Desk
from tests.builders import finding, report
from watchers.finding import Severity

HOUR = samples.MINUTE * 60
ALICE = Person(id="ou_alice", name="Alice Chen")
MENTIONED = {"@Chen Bo": "ou_chen", "@Alice Chen": "ou_alice"}


def alert_of(desk: Desk) -> Alert:
    view = desk.views.alert(1, samples.NOW)
    assert view is not None
    return view.alert


@pytest.mark.parametrize("line", ["/ack 1 2h", "认领 1 2小时", "/ack 1 for 120 min"])
def test_ack_may_name_how_long(desk: Desk, language: Language, line: str) -> None:
    said = seen(ask(desk, line))
    assert texts_in(language).life.until("12:14") in said
    alert = alert_of(desk)
    assert alert.acknowledged_by == samples.LIN
    assert alert.next_at == samples.NOW + HOUR * 2 - samples.MINUTE * 10


def test_ack_of_a_taken_alert_says_for_how_much_longer(desk: Desk, language: Language) -> None:
    ask(desk, "/ack 1")
    assert texts_in(language).life.ack_without_end in seen(ask(desk, "/ack 1 never"))
    assert alert_of(desk).next_at is None
    ask(desk, "/ack 1 30m", person=samples.CHEN)
    assert alert_of(desk).acknowledged_by == samples.LIN
    assert alert_of(desk).next_at == samples.NOW + samples.MINUTE * 20


@pytest.mark.parametrize("line", ["/unack 1", "取消认领 1"])
def test_unack_lets_it_go(desk: Desk, language: Language, line: str) -> None:
    ask(desk, "/ack 1")
    assert texts_in(language).life.let_go("#1", "林晓") in seen(ask(desk, line))
    assert not alert_of(desk).taken
    assert texts_in(language).answer.not_acknowledged in seen(ask(desk, line))


@pytest.mark.parametrize(
    ("line", "whose"),
    [
        ("/assign 1 me", samples.LIN),
        ("指派 1 我", samples.LIN),
        ("/assign 1 @Alice Chen", ALICE),
        ("/assign 1 @alice　chen ", ALICE),
    ],
)
def test_assign_names_who_is_to_see_to_it(desk: Desk, line: str, whose: Person) -> None:
    assert whose.name in seen(ask(desk, line, mentioned=MENTIONED))
    assert alert_of(desk).assignee == whose
    ask(desk, "/assign 1 nobody")
    assert alert_of(desk).assignee is None


def test_assign_says_whom_it_could_mean(desk: Desk, language: Language) -> None:
    said = seen(ask(desk, "/assign 1 Bob", mentioned=MENTIONED))
    assert texts_in(language).life.wanted_person in said
    assert alert_of(desk).assignee is None


def test_the_same_again_is_said_to_stand_already(desk: Desk, language: Language) -> None:
    ask(desk, "/assign 1 me")
    assert texts_in(language).answer.nothing_changes in seen(ask(desk, "/assign 1 me"))


@pytest.mark.parametrize(
    "text", ['it\'s the disk, not "pay"; cleaned', "磁盘满了，已清理（暂时）", "'tis over"]
)
def test_a_comment_is_kept_as_it_was_written(desk: Desk, text: str) -> None:
    ask(desk, f"/comment 1  {text}")
    view = desk.views.alert(1, samples.NOW)
    assert view is not None
    assert [one.note for one in view.comments] == [text]
    assert text in seen(ask(desk, "/alert 1"))


def test_severity_says_how_bad_it_is(desk: Desk, language: Language) -> None:
    assert "#1" in seen(ask(desk, "/severity 1 严重"))
    assert alert_of(desk).severity is Severity.CRITICAL
    assert alert_of(desk).severity_by == samples.LIN
    assert "2" in seen(ask(desk, "/severity 1 high 2"))


def test_a_choice_on_the_card_runs_a_command_and_draws_the_card_anew(
    desk: Desk, language: Language
) -> None:
    ask(desk, "/ack 1")
    action = decode(command_choice(1), option="/ack 1 30m")
    assert action == RunCommand(text="/ack 1 30m", alert_id=1)
    outcome = perform(action, desk.asking(), desk.engine, desk.views)
    say = texts_in(language).life
    assert outcome.toast_type is ToastType.INFO
    assert outcome.toast_text == say.taken_until("#1", say.until("10:44"))
    assert outcome.card is not None
    assert outcome.card["header"]["subtitle"]["content"].startswith("#1 ")
    assert outcome.reply is None


def test_a_command_on_a_card_survives_its_button() -> None:
    action = RunCommand(text="/ack 1", alert_id=1)
    assert decode(encode(action)) == action


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("/noise 1", Verdict.NOISE),
        ("噪音 1", Verdict.NOISE),
        ("/matters 1", Verdict.MATTERS),
        ("重要 #1", Verdict.MATTERS),
    ],
)
def test_a_kind_of_message_is_judged_and_the_verdict_said_back(
    desk: Desk, language: Language, line: str, verdict: Verdict
) -> None:
    labels = {"service": "pay", "template": "t1"}
    found = finding("t", labels=labels, severity=Severity.LOW)
    desk.engine.report(report(found), samples.NOW)
    views = (desk.views.alert(number, samples.NOW) for number in range(1, 9))
    view = next(one for one in views if one is not None and "template" in one.alert.labels)
    number = view.alert.id
    shown = alert_buttons(view, samples.reader(language))
    assert f"/noise {number}" in str(shown)
    said = seen(ask(desk, line.replace("1", str(number))))
    assert texts_in(language).life.judged[verdict](f"#{number}") in said


def test_an_alert_of_no_kind_in_particular_cannot_be_judged(desk: Desk, language: Language) -> None:
    assert "/noise" not in str(alert_buttons(samples.firing(), samples.reader(language)))
    assert texts_in(language).life.no_template in seen(ask(desk, "/noise 1"))

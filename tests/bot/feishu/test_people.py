"""Who is let in and who is turned away, over the listener and the answering loop."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.alert import AlertState
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Notification, Receipt
from bot.core.permission import Chat
from bot.core.rota import Rota, Shift
from bot.core.subscription import Acting, Language, Mention, Ways, Wish
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.feishu.answering import Answering
from bot.feishu.desk import Desk, Manners
from bot.feishu.listener import Listener
from bot.feishu.people import Acquaintance, Contacts
from bot.feishu.texts import texts_in
from bot.store.store import Store
from tests.bot.feishu.cards.drawn import labels, seen, values
from tests.builders import LIN, NOW, WANG, chat, finding, later, report
from tests.fakes import MovableClock

SAY = texts_in(Language.ZH)
BOT = "ou_bot"


class Town:
    """Feishu's answers: every group is led by Lin, and Alice has an e-mail address."""

    out_of: frozenset[str] = frozenset()

    def in_chat(self, chat_id: str) -> bool:
        return chat_id not in self.out_of

    def chat(self, chat_id: str, now: datetime) -> Chat:
        managers: frozenset[str] = frozenset()
        return Chat(
            id=chat_id, name="", private=False, owner=LIN.id, managers=managers, seen_at=now
        )

    def members(self, chat_id: str) -> Mapping[str, str]:
        return {LIN.id: "林", WANG.id: "王"}

    def open_ids(self, emails: Sequence[str], mobiles: Sequence[str]) -> Mapping[str, str]:
        if "down@example.com" in emails:
            raise DeliveryError(Fault.PASSING)
        return {one: "ou_alice" for one in emails if one == "alice@example.com"}


class Room:
    """A listener and an answering loop with one subscribed chat and one alert in it."""

    def __init__(self, store: Store, engine: Engine, views: Views) -> None:
        self.store, self.engine, self.views = store, engine, views
        self.clock = MovableClock()
        self.town = Town()
        manners = Manners(
            language=Language.ZH,
            zone=ZoneInfo("Asia/Shanghai"),
            admins=frozenset({"ou_admin"}),
            reactions={"OK": "ack", "DONE": "resolve"},
        )
        desk = Desk(
            store=store,
            engine=engine,
            views=views,
            acquaintance=Acquaintance(store, self.town),
            manners=manners,
            clock=self.clock,
            bot_open_id=lambda: BOT,
        )
        self.listener, self.answering = Listener(desk), Answering(desk)
        self.events = 0

    def event(self, kind: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
        self.events += 1
        header = {"event_id": f"e{self.events}", "event_type": kind, "tenant_key": "home"}
        return self.listener.receive({"schema": "2.0", "header": header, "event": event})

    def click(
        self, value: Mapping[str, Any], by: str = LIN.id, message: str = "om_card", **more: str
    ) -> str:
        operator = {"open_id": by, "tenant_key": more.get("tenant", "home")}
        context = {"open_message_id": message, "open_chat_id": more.get("chat", "oc_ops")}
        action = {"tag": "button", "value": dict(value)}
        answer = self.event(
            "card.action.trigger", {"operator": operator, "context": context, "action": action}
        )
        assert answer is not None
        return str(answer["toast"]["content"])

    def say(self, text: str, by: str = LIN.id, **more: Any) -> list[dict[str, Any]]:
        """Write with a mention of the bot; the cards that are answered."""
        mention = {"key": "@_1", "id": {"open_id": BOT}, "name": "Bot"}
        message = {
            "message_id": f"om_q{self.events}",
            "chat_id": "oc_ops",
            "chat_type": "group",
            "message_type": "text",
            "content": json.dumps({"text": f"@_1 {text}" if more.get("at", True) else text}),
            "create_time": str(int(more.get("sent", self.clock.now()).timestamp() * 1000)),
            "mentions": [mention] if more.get("at", True) else [],
            "parent_id": more.get("parent", ""),
        }
        sender = {
            "sender_id": {"open_id": by},
            "sender_type": "user",
            "tenant_key": more.get("tenant", "home"),
        }
        self.event("im.message.receive_v1", {"sender": sender, "message": message})
        return self.answers()

    def react(self, emoji: str, message: str = "om_card", by: str = LIN.id) -> None:
        self.event(
            "im.message.reaction.created_v1",
            {
                "message_id": message,
                "reaction_type": {"emoji_type": emoji},
                "operator_type": "user",
                "user_id": {"open_id": by},
            },
        )
        self.answers()

    def answers(self) -> list[dict[str, Any]]:
        while self.answering.step() == 0.0:
            pass
        return [one.content["card"] for one in deliver(self.store) if "card" in one.content]

    @property
    def state(self) -> AlertState:
        alert = self.store.alerts.get(1)
        assert alert is not None
        return alert.state


def deliver(store: Store, message: str = "") -> list[Notification]:
    found = []
    with store.transaction():
        while one := store.outbox.claim(later(days=1), later(days=2), "test", ()):
            store.outbox.sent(one, Receipt(message_id=message or f"om_{one.id}", version=1), NOW)
            found.append(one)
    return found


@pytest.fixture
def room(store: Store, engine: Engine, views: Views) -> Room:
    engine.subscribe(chat(), Wish(), LIN, NOW)
    engine.report(report(finding()), NOW)
    deliver(store, "om_card")
    return Room(store, engine, views)


def permit(room: Room, ways: Ways) -> None:
    room.engine.edit_subscription(chat(), 1, Wish(ways=ways), LIN, NOW)
    deliver(room.store)


ACK = {"do": "ack", "alert": 1}


def test_a_click_on_our_card_in_its_chat_acts_and_is_in_the_audit(room: Room) -> None:
    room.click(ACK)
    assert room.state is AlertState.ACKNOWLEDGED
    (entry,) = room.store.audit.newest(1)
    assert (entry.action, entry.actor.source, entry.actor.chat) == (
        "acknowledged",
        "click",
        "oc_ops",
    )


def test_case_50_a_forwarded_card_does_nothing_in_a_third_group(room: Room) -> None:
    assert room.click(ACK, message="om_card", chat="oc_third") == SAY.people.forwarded
    assert room.click(ACK, message="om_copy", chat="oc_third") == SAY.people.forwarded
    assert room.state is AlertState.FIRING
    (entry, _) = room.store.audit.newest(2)
    assert (entry.action, entry.after) == ("refused", {"tried": "forwarded"})


def test_case_50_what_can_be_acted_on_cannot_be_forwarded(room: Room) -> None:
    (drawn,) = room.say("/alert 1")
    assert drawn["config"]["enable_forward"] is False
    (plain,) = room.say("/admin list")
    assert plain["config"]["enable_forward"] is True


def test_a_card_whose_sending_is_not_noted_yet_is_ours(room: Room) -> None:
    room.engine.report(report(finding("f2", labels={"service": "x"})), NOW)
    with room.store.transaction():
        assert room.store.outbox.claim(NOW, later(seconds=30), "worker", ()) is not None
    room.click({"do": "ack", "alert": 2}, message="om_just_sent")
    assert (found := room.store.alerts.get(2)) is not None
    assert found.state is AlertState.ACKNOWLEDGED


def test_case_49_somebody_of_another_company_is_turned_away(room: Room) -> None:
    assert room.click(ACK, by="ou_dana", tenant="other") == SAY.answer.external
    (said,) = room.say("/ack 1", by="ou_dana", tenant="other")
    assert SAY.answer.external in seen(said)
    assert room.state is AlertState.FIRING
    assert [one.action for one in room.store.audit.newest(2)] == ["refused", "refused"]
    assert room.store.audit.newest(1)[0].actor.id == "ou_dana"


def test_case_17_a_group_that_only_reads_has_no_buttons_and_cannot_act(room: Room) -> None:
    room.engine.subscribe(chat("b"), Wish(ways=Ways(acting=Acting.NOBODY)), LIN, NOW)
    deliver(room.store, "om_b")
    assert room.click(ACK, message="om_b", chat="oc_b") == SAY.people.may_not_act
    assert room.state is AlertState.FIRING
    alert = room.store.alerts.get(1)
    assert alert is not None
    assert room.views.shows_buttons(alert, chat())
    assert not room.views.shows_buttons(alert, chat("b"))
    room.click(ACK)
    assert room.state is AlertState.ACKNOWLEDGED


def test_only_leaders_act_where_the_chat_wants_it(room: Room) -> None:
    permit(room, Ways(acting=Acting.LEADERS))
    # Who leads is asked first; the answer comes below.
    assert room.click(ACK, by=WANG.id) == SAY.answer.working
    (said,) = room.answers()
    assert SAY.people.may_not_act in seen(said)
    assert room.click(ACK, by=WANG.id) == SAY.people.may_not_act
    room.click(ACK, by=LIN.id)
    assert room.state is AlertState.ACKNOWLEDGED


def test_people_listed_act_and_admins_always_may(room: Room) -> None:
    permit(room, Ways(acting=Acting.LISTED, actors=(WANG.id,)))
    (refused,) = room.say("/ack 1", by=LIN.id)
    assert SAY.people.may_not_act in seen(refused)
    room.say("/ack 1", by=WANG.id)
    assert room.state is AlertState.ACKNOWLEDGED
    room.say("/resolve 1", by="ou_admin")
    assert room.state is AlertState.RESOLVED


def test_case_30_a_command_that_comes_late_is_asked_about_first(room: Room) -> None:
    sent = room.clock.now()
    room.clock.move(hours=2)
    (asked,) = room.say("/ack 1", sent=sent)
    assert SAY.people.stale_title in seen(asked)
    assert {"do": "run", "text": "/ack 1"} in values(asked).values()
    assert room.state is AlertState.FIRING
    room.click({"do": "run", "text": "/ack 1"}, message="om_card")
    room.answers()
    assert room.state is AlertState.ACKNOWLEDGED


def test_case_30_a_question_that_comes_late_is_answered_with_its_time(room: Room) -> None:
    sent = room.clock.now()
    room.clock.move(hours=2)
    (told,) = room.say("/alerts", sent=sent)
    assert SAY.people.stale_note("12:00:00") in seen(told)


@pytest.mark.parametrize(
    ("words", "state"),
    [("收到", AlertState.ACKNOWLEDGED), ("解决", AlertState.RESOLVED), ("查看", AlertState.FIRING)],
)
def test_case_43_a_reply_to_the_card_acts_on_its_alert(
    room: Room, words: str, state: AlertState
) -> None:
    room.say(words, parent="om_card", at=False)
    assert room.state is state


def test_case_43_other_words_in_a_reply_become_a_comment(room: Room) -> None:
    room.say("磁盘满了，正在清理", parent="om_card", at=False)
    assert room.state is AlertState.FIRING
    entry = room.store.audit.newest(1)[0]
    assert (entry.action, entry.alert_id) == ("commented", 1)
    assert entry.after == {"words": "磁盘满了，正在清理"}


def test_case_43_a_reaction_acknowledges_or_resolves(room: Room) -> None:
    room.react("HEART")
    assert room.state is AlertState.FIRING
    room.react("OK")
    assert room.state is AlertState.ACKNOWLEDGED
    assert room.store.audit.newest(1)[0].actor.source == "reaction"
    room.react("DONE", message="om_unknown")
    assert room.state is AlertState.ACKNOWLEDGED
    room.react("DONE")
    assert room.state is AlertState.RESOLVED


def test_people_talking_to_each_other_are_left_alone(room: Room) -> None:
    assert room.say("/ack 1", at=False) == []
    assert room.state is AlertState.FIRING


def test_one_line_says_hours_rights_and_mentions(room: Room) -> None:
    line = (
        "/subscribe service=pay level>=low --hours 9-18 --tz Europe/Berlin --urgent high "
        "--act admins --mention alice@example.com ou_wang"
    )
    (saved,) = room.say(line)
    ways = room.views.chat(chat()).subscriptions[1].ways
    assert str(ways.hours) == "09:00-18:00 Europe/Berlin"
    assert (ways.acting, ways.mention) == (Acting.LEADERS, Mention.LISTED)
    assert ways.mentions == ("alice@example.com", "ou_wang")
    assert "09:00-18:00 Europe/Berlin" in seen(saved)
    assert "王" in seen(saved)
    room.say("/subscription 2 --hours all --act nobody —mention nobody")
    one = room.views.chat(chat()).subscriptions[1]
    assert one.ways == Ways(urgent_from=ways.urgent_from, acting=Acting.NOBODY)
    assert len(one.matchers) == 1


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("/subscribe --hours 25-26", SAY.people.wanted_hours),
        ("/subscribe --tz Nowhere/Here", SAY.people.wanted_zone),
        ("/subscribe --urgent soon", SAY.wanted.severity),
        ("/subscribe --act", SAY.people.wanted_acting),
        ("/subscribe --act @nobody-here", SAY.people.wanted_person),
        ("/subscribe --mention", SAY.people.wanted_person),
        ("/subscribe --what 1", SAY.people.wanted_option),
        ("/subscription", SAY.wanted.subscription_id),
    ],
)
def test_what_cannot_be_read_of_a_subscription_is_said(room: Room, line: str, wanted: str) -> None:
    (said,) = room.say(line)
    assert wanted in seen(said)
    assert len(room.views.chat(chat()).subscriptions) == 1


def test_the_form_that_edits_shows_what_holds(room: Room) -> None:
    room.say("/subscription 1 service=pay --hours 9-18 --act nobody")
    (form,) = room.say("/subscription 1 edit")
    assert '"09:00"' in json.dumps(form)
    assert 'service=\\"pay\\"' in json.dumps(form)
    assert {"do": "subscribe", "subscription": 1} in values(form).values()
    (shown,) = room.say("/subscription 1")
    assert SAY.people.edit in labels(shown)


def test_whoami_and_audit_say_who_and_what(room: Room) -> None:
    (me,) = room.say("/whoami", by=WANG.id)
    assert "王" in seen(me)
    assert SAY.people.may_not(SAY.people.rights("manage")) in seen(me)  # type: ignore[arg-type]
    room.say("/ack 1", by=WANG.id)
    (told,) = room.say("/audit 1")
    assert "王" in seen(told)
    assert SAY.people.actions["acknowledged"] in seen(told)
    (all_here,) = room.say("/audit")
    assert SAY.people.actions["acknowledged"] in seen(all_here)


def test_a_removal_that_the_return_overtook_ends_nothing(room: Room) -> None:
    told = {"chat_id": "oc_ops", "operator_id": {"open_id": LIN.id}}
    room.event("im.chat.member.bot.deleted_v1", told)
    room.answers()
    (one,) = room.store.subscriptions.of(chat())
    assert not one.suspended
    room.town.out_of = frozenset({"oc_ops"})
    room.event("im.chat.member.bot.deleted_v1", told)
    room.answers()
    (one,) = room.store.subscriptions.of(chat())
    assert one.suspended == "the bot is out"


def test_the_audit_calls_chats_by_their_names(room: Room) -> None:
    room.say("/lang en")
    here = room.store.chats.get(chat().address)
    assert here is not None
    with room.store.transaction():
        room.store.chats.save(replace(here, name="Payments"), {})
    (told,) = room.say("/audit")
    assert "Payments" in seen(told)
    assert chat().address not in seen(told)


def test_case_41_a_mention_that_is_not_good_is_left_out(room: Room) -> None:
    contacts = Contacts(room.store, room.town)
    mentions = ("alice@example.com", "nobody@example.com", "ou_wang")
    ways = Ways(mention=Mention.LISTED, mentions=mentions)
    permit(room, ways)
    alert = room.store.alerts.get(1)
    assert alert is not None
    contacts.look_up(ways.mentions, NOW)
    assert room.views.mentions(alert, chat(), NOW) == ("ou_alice", "ou_wang")
    contacts.refused(("ou_alice", "ou_wang"), "ErrCode: 100290; ErrorValue: ou_wang", NOW)
    assert room.views.mentions(alert, chat(), NOW) == ("ou_alice",)
    assert room.views.mentions(alert, chat(), later(hours=7)) == ("ou_alice", "ou_wang")


def test_who_is_on_call_is_mentioned(room: Room) -> None:
    turn = Shift(person=WANG, starts_at=NOW, ends_at=later(hours=8))
    rota = Rota(name="ops", shifts=(turn,))
    views = Views(room.store, (), NOW, "0", Terms(rotas=(rota,)))
    room.say("/subscription 1 --mention oncall")
    alert = room.store.alerts.get(1)
    assert alert is not None
    assert views.mentions(alert, chat(), NOW) == (WANG.id,)
    assert views.mentions(alert, chat(), later(hours=9)) == ()
    assert room.views.mentions(alert, chat(), NOW) == ()


def test_case_41_when_feishu_cannot_be_asked_the_card_goes_without(room: Room) -> None:
    contacts = Contacts(room.store, room.town)
    permit(room, Ways(mention=Mention.LISTED, mentions=("down@example.com",)))
    contacts.look_up(("down@example.com",), NOW)
    alert = room.store.alerts.get(1)
    assert alert is not None
    assert room.views.mentions(alert, chat(), NOW) == ()


def test_case_41_an_acknowledgement_keeps_the_name_of_that_time(room: Room) -> None:
    gone = replace(WANG, id="ou_gone", name="赵")
    room.engine.acknowledge(1, gone, NOW)
    view = room.views.alert(1, NOW)
    assert view is not None
    assert view.alert.acknowledged_by is not None
    assert view.alert.acknowledged_by.name == "赵"

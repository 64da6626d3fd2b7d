"""The app in Feishu, with each thing broken in the sandbox as it would be in the console."""

from dataclasses import replace
from typing import Any

import pytest

from bot.app.doctor.building import scene_of
from bot.app.doctor.doctor import Doctor
from bot.core.diagnosis import Check, Status, Verdict
from bot.core.subscription import Mention, Target, TargetKind, Ways, Wish
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.wire import stable_id
from tests.builders import LIN
from tests.fakes import MovableClock

SMS = (
    '[[escalation]]\nname = "e"\nsteps = [{ after = "1m", people = ["ou_x"] }, '
    '{ after = "1m", urgent = "sms" }]'
)


def test_an_app_in_order_is_well_in_every_check(patient: Any) -> None:
    checks = (
        Check.CREDENTIALS,
        Check.CLOCK,
        Check.BOT,
        Check.VERSION,
        Check.SCOPES,
        Check.EVENTS,
        Check.RECEIVING,
    )
    assert {one.status for one in patient.examine(*checks)} == {Status.OK}
    assert len(patient.examine(*checks)) == len(checks)


def test_without_credentials_the_missing_ones_are_named_and_nothing_else_is_asked(
    patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LARKWATCH_APP_SECRET")
    found = patient.only(Check.CREDENTIALS)
    assert found.verdict is Verdict.CREDENTIALS_MISSING
    assert found.facts["names"] == "LARKWATCH_APP_SECRET"
    assert patient.verdicts(Check.BOT, Check.SCOPES) == [Verdict.DEPENDS] * 2
    assert patient.town.calls("/open-apis/auth") == []


def test_a_wrong_secret_is_told_with_feishus_code(
    patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LARKWATCH_APP_SECRET", "wrong-and-never-shown")
    found = patient.examine(Check.CREDENTIALS, Check.SCOPES, Check.RECEIVING)
    assert found[0].verdict is Verdict.CREDENTIALS_REFUSED
    assert found[0].facts["code"] == 10014
    assert {one.verdict for one in found[1:]} == {Verdict.DEPENDS}
    assert "wrong-and-never-shown" not in str(found)


def test_credentials_of_the_other_brand_are_recognised(patient: Any, clock: MovableClock) -> None:
    elsewhere = Sandbox(Settings(app_id=stable_id("cli_", "another", 16)), clock)
    elsewhere.start()
    try:
        address = patient.town.address
        text = patient.file.read_text().replace(address, elsewhere.address)
        patient.file.write_text(text)
        with scene_of(str(patient.file), clock, patient.machine) as scene:
            both = replace(scene, origins={"feishu": elsewhere.address, "lark": address})
            (found,) = Doctor(lambda: both).examine([Check.CREDENTIALS])
    finally:
        elsewhere.stop()
    assert found.verdict is Verdict.OTHER_BRAND
    assert found.facts["brand"] == "lark"


def test_an_unreachable_feishu_is_no_wrong_secret(patient: Any) -> None:
    patient.town.stop()
    found = patient.examine(Check.CREDENTIALS, Check.CLOCK, Check.BOT, Check.RECEIVING)
    assert [one.verdict for one in found] == [Verdict.UNREACHABLE, *[Verdict.DEPENDS] * 3]


@pytest.mark.parametrize(
    ("ahead_s", "verdict"),
    [
        (4, Verdict.CLOCK_GOOD),
        (30, Verdict.CLOCK_OFF),
        (90, Verdict.CLOCK_WRONG),
        (-90, Verdict.CLOCK_WRONG),
    ],
)
def test_a_clock_that_is_off_is_told_in_seconds(
    patient: Any, ahead_s: int, verdict: Verdict
) -> None:
    patient.clock = MovableClock(patient.clock.now())  # the town keeps its own
    patient.clock.move(seconds=ahead_s)
    found = patient.only(Check.CLOCK)
    assert found.verdict is verdict
    assert abs(int(found.facts["seconds"]) - abs(ahead_s)) <= 1


def test_a_bot_that_is_switched_off_is_found(patient: Any) -> None:
    patient.app(bot_enabled=False)
    found = patient.only(Check.BOT)
    assert (found.verdict, found.facts["code"]) == (Verdict.BOT_OFF, 11205)
    assert str(found.facts["page"]).startswith("https://open.feishu.cn/app/cli_")


def test_an_address_outside_the_allow_list_is_found(patient: Any) -> None:
    patient.app(allowed_ips=frozenset({"10.0.0.1"}))
    assert patient.only(Check.BOT).verdict is Verdict.ADDRESS_REFUSED
    refused = patient.examine(Check.VERSION, Check.SCOPES, Check.EVENTS)
    assert [one.verdict for one in refused] == [Verdict.FEISHU_REFUSED] * 3


def test_a_version_that_waits_is_found(patient: Any) -> None:
    patient.town.application.change(visible_to_all=False)
    assert patient.only(Check.VERSION).verdict is Verdict.VERSION_WAITS


def test_an_app_that_is_switched_off_is_found(patient: Any) -> None:
    patient.town.application.in_use = False
    assert patient.only(Check.VERSION).verdict is Verdict.VERSION_NONE


def test_a_vital_scope_that_is_missing_is_a_failure_of_its_own(patient: Any) -> None:
    for name in ("im:chat", "im:chat:readonly"):
        patient.without("scopes", name)
    found = patient.only(Check.SCOPES)
    assert found.verdict is Verdict.SCOPE_MISSING
    assert found.subject == found.facts["scope"] == "im:chat:readonly"
    assert "/auth?q=im:chat:readonly" in str(found.facts["page"])


def test_a_scope_is_missed_as_badly_as_it_is_used(patient: Any) -> None:
    patient.without("scopes", "im:message.urgent:sms")
    assert patient.only(Check.SCOPES).verdict is Verdict.SCOPE_UNUSED
    patient.configure(SMS)
    assert patient.only(Check.SCOPES).verdict is Verdict.SCOPE_MISSING


def test_looking_people_up_needs_its_scope_once_somebody_is_mentioned_by_mail(
    patient: Any,
) -> None:
    patient.without("scopes", "contact:user.id:readonly")
    assert patient.only(Check.SCOPES).verdict is Verdict.SCOPE_UNUSED
    ways = Ways(mention=Mention.LISTED, mentions=("lin@example.com",))
    target = Target(kind=TargetKind.FEISHU_CHAT, address="oc_x")
    with patient.store() as store:
        engine = Engine(store, Terms(), lambda: None)
        engine.subscribe(target, Wish(ways=ways), LIN, patient.clock.now())
    assert patient.only(Check.SCOPES).verdict is Verdict.SCOPE_MISSING


def test_events_and_callbacks_that_are_not_subscribed_are_named(patient: Any) -> None:
    patient.without("events", "im.message.receive_v1")
    patient.without("events", "application.bot.menu_v6")
    patient.without("callbacks", "card.action.trigger")
    found = {one.subject: one.verdict for one in patient.examine(Check.EVENTS)}
    assert found == {
        "im.message.receive_v1": Verdict.EVENT_MISSING,
        "application.bot.menu_v6": Verdict.EVENT_WANTED,
        "card.action.trigger": Verdict.CALLBACK_MISSING,
    }


def test_an_app_that_may_not_read_itself_says_which_scope_that_takes(patient: Any) -> None:
    patient.without("scopes", "application:application:self_manage")
    found = patient.examine(Check.VERSION, Check.EVENTS)
    assert [one.verdict for one in found] == [Verdict.APP_UNREADABLE] * 2
    assert {one.status for one in found} == {Status.SKIPPED}


def test_a_gateway_in_trouble_is_said_and_does_not_end_the_examination(patient: Any) -> None:
    patient.town.faults.set(Fault.SERVER_ERROR, api="/open-apis/application")
    found = patient.examine(Check.SCOPES, Check.EVENTS, Check.BOT)
    assert {one.check: one.verdict for one in found} == {
        Check.SCOPES: Verdict.FEISHU_REFUSED,
        Check.EVENTS: Verdict.FEISHU_REFUSED,
        Check.BOT: Verdict.BOT_GOOD,
    }

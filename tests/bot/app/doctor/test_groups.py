"""The groups, with the bot put out of them or silenced, and whoever should be on call."""

from dataclasses import replace
from typing import Any

import pytest

from bot.app.doctor.groups import MOST_GROUPS
from bot.core.diagnosis import Check, Verdict
from bot.core.ports import Calendar
from bot.core.subscription import Target, TargetKind
from bot.sandbox.town import FIRST_GROUP, GROUP_WITHOUT_BOT, OWNER
from bot.sandbox.wire import stable_id

GROUP, OWNER_ID = stable_id("oc_", FIRST_GROUP), stable_id("ou_", OWNER)
OUTSIDE = stable_id("oc_", GROUP_WITHOUT_BOT)
PUSH = (
    '[[escalation]]\nname = "e"\nsteps = [{ after = "1m", people = ["ou_x"] }, '
    '{ after = "1m", urgent = "app" }]'
)


def test_a_group_where_the_bot_may_speak_is_well(patient: Any) -> None:
    patient.subscribe()
    assert patient.only(Check.GROUPS).verdict is Verdict.GROUPS_GOOD
    assert patient.only(Check.URGENT).verdict is Verdict.URGENT_UNUSED


def test_without_any_subscription_nobody_would_hear(patient: Any) -> None:
    assert patient.only(Check.GROUPS).verdict is Verdict.GROUPS_NONE


def test_a_group_that_put_the_bot_out_is_lost(patient: Any) -> None:
    patient.subscribe()
    patient.town.remove_bot(GROUP, OWNER_ID)
    found = patient.only(Check.GROUPS)
    assert (found.verdict, found.subject) == (Verdict.GROUP_LOST, GROUP)


def test_a_dissolved_group_is_lost_with_feishus_code(patient: Any) -> None:
    patient.subscribe()
    patient.town.people.dissolve(GROUP, OWNER_ID)
    found = patient.only(Check.GROUPS)
    assert (found.verdict, found.facts["code"]) == (Verdict.GROUP_LOST, 232009)


def test_the_fallback_chat_and_chats_of_escalations_are_looked_at_too(patient: Any) -> None:
    steps = f'[[escalation]]\nname = "e"\nsteps = [{{ after = "1m", chat = "{OUTSIDE}" }}]'
    patient.configure(steps, feishu=f'fallback_chat = "{GROUP}"')
    found = patient.only(Check.GROUPS)
    assert (found.verdict, found.subject) == (Verdict.GROUP_LOST, OUTSIDE)


def test_a_group_where_only_the_owner_may_speak_is_silenced_unless_the_bot_leads(
    patient: Any,
) -> None:
    patient.subscribe()
    patient.town.state.change_chat(GROUP, moderation="only_owner")
    assert patient.only(Check.GROUPS).verdict is Verdict.GROUP_SILENCED
    patient.town.state.change_chat(GROUP, bot_is_manager=True)
    assert patient.only(Check.GROUPS).verdict is Verdict.GROUPS_GOOD


def test_a_suspended_subscription_is_told_with_its_reason(patient: Any) -> None:
    patient.subscribe()
    target = Target(kind=TargetKind.FEISHU_CHAT, address=GROUP)
    with patient.store() as store, store.transaction():
        store.subscriptions.suspend(target, "the bot is out")
    found = patient.examine(Check.GROUPS)
    assert found[0].verdict is Verdict.GROUP_SUSPENDED
    assert found[0].facts["why"] == "the bot is out"


def test_a_group_that_forbids_urgent_pushes_fails_once_they_are_configured(patient: Any) -> None:
    patient.subscribe()
    patient.configure(PUSH)
    assert patient.only(Check.URGENT).verdict is Verdict.URGENT_GOOD
    patient.town.state.change_chat(GROUP, urgent_setting="only_owner")
    assert patient.only(Check.URGENT).verdict is Verdict.URGENT_REFUSED


def test_without_the_scope_of_groups_feishus_refusal_is_told(patient: Any) -> None:
    patient.subscribe()
    patient.app(scopes=frozenset({"im:message"}))
    found = patient.only(Check.GROUPS)
    assert (found.verdict, found.facts["code"]) == (Verdict.FEISHU_REFUSED, 99991672)


def test_of_many_groups_all_are_looked_for_and_some_asked(patient: Any) -> None:
    state = patient.town.state
    for number in range(MOST_GROUPS + 3):
        chat_id = stable_id("oc_", f"group {number}")
        state.put_chat(replace(state.chat(GROUP), chat_id=chat_id, name=f"group {number}"))
        patient.subscribe(chat_id)
    last = max(stable_id("oc_", f"group {number}") for number in range(MOST_GROUPS + 3))
    state.change_chat(last, bot_in=False)
    found = patient.examine(Check.GROUPS)
    assert [one.verdict for one in found] == [Verdict.GROUP_LOST, Verdict.GROUPS_MORE]
    assert found[0].subject == last, "it is found, wherever it stands in the list"
    assert found[1].facts["count"] == 3
    assert len(patient.town.calls("/open-apis/im/v1/chats")) < MOST_GROUPS + 10


def test_without_admins_and_without_anybody_who_stands_in(patient: Any) -> None:
    assert patient.only(Check.PEOPLE).verdict is Verdict.PEOPLE_GOOD
    text = patient.file.read_text().replace("admins = [", "# admins = [") + PUSH
    patient.file.write_text(text)
    assert patient.verdicts(Check.PEOPLE) == [Verdict.NO_ADMINS, Verdict.NOBODY_STANDS_IN]


@pytest.mark.parametrize(
    ("rota", "verdicts"),
    [
        ('people = ["ou_lin"]', [Verdict.PEOPLE_GOOD]),
        ('calendar = "gone.ics"', [Verdict.NOBODY_ON_CALL]),
    ],
)
def test_a_rota_without_anybody_now_is_found(
    patient: Any, rota: str, verdicts: list[Verdict]
) -> None:
    patient.configure(f'[[rota]]\nname = "ops"\n{rota}')
    assert patient.verdicts(Check.PEOPLE) == verdicts


def test_a_calendar_that_cannot_be_read_is_told(patient: Any) -> None:
    patient.configure('[[rota]]\nname = "ops"\npeople = ["ou_lin"]\ncalendar = "gone.ics"')
    with patient.store() as store, store.transaction():
        store.calendars.save("ops", Calendar(shifts=(), fault="no such file"))
    assert patient.only(Check.PEOPLE).verdict is Verdict.CALENDAR_BROKEN

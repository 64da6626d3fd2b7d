"""The groups that are told of alerts: whether the bot is in them, may speak, may push."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.app.doctor.scene import Scene, depends, diagnosis, name_of
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import Means
from bot.core.ports import Store
from bot.core.subscription import TargetKind

MOST_GROUPS = 50
"""Of so many it is asked who may speak there, a call each: the month's calls are counted."""
_AT_ONCE = 4
_NOT_IN = 232011
_URGENT = (Means.URGENT_APP, Means.URGENT_SMS, Means.URGENT_PHONE)

Settings = Mapping[str, Any]


def groups(scene: Scene) -> Iterator[Diagnosis]:
    """Whether the bot is in every group that subscribed, and may speak there; urgent pushes."""
    store = scene.store
    if store is None:
        yield depends(Check.GROUPS, Check.DATABASE)
        return
    if not scene.platform.usable:
        yield depends(Check.GROUPS, Check.CREDENTIALS)
        return
    inside = scene.platform.groups
    if isinstance(inside, DeliveryError):
        for check in (Check.GROUPS, Check.URGENT):
            yield diagnosis(check, Verdict.FEISHU_REFUSED, code=inside.code, detail=inside.detail)
        return
    names = _chats(scene, store)
    # Those where the bot is not come first: it is they who are asked why.
    chats = sorted(names, key=lambda chat: chat in inside)[:MOST_GROUPS]
    lost, settings = _asked(chats, names, scene)
    found = [*_suspended(store), *lost, *_silenced(settings, names, scene)]
    yield from found
    if len(names) > len(chats):
        yield diagnosis(Check.GROUPS, Verdict.GROUPS_MORE, count=len(names) - len(chats))
    if not names:
        yield diagnosis(Check.GROUPS, Verdict.GROUPS_NONE)
    elif not found:
        yield diagnosis(Check.GROUPS, Verdict.GROUPS_GOOD, count=len(names))
    yield from _urgent(settings, names, scene)


def _asked(
    chats: Sequence[str], names: Mapping[str, str], scene: Scene
) -> tuple[list[Diagnosis], dict[str, Settings]]:
    """Chats that are lost, and the settings of the groups that are not."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="doctor-groups") as pool:
        answers = dict(zip(chats, pool.map(scene.platform.chat, chats), strict=True))
    lost: list[Diagnosis] = []
    settings: dict[str, Settings] = {}
    for chat, answer in answers.items():
        if isinstance(answer, DeliveryError):
            lost.append(_refused(names[chat], chat, answer))
        elif not answer.get("chat_mode"):
            lost.append(_lost(names[chat], chat, _NOT_IN))
        elif answer["chat_mode"] != "p2p":
            settings[chat] = answer
    return lost, settings


def _chats(scene: Scene, store: Store) -> dict[str, str]:
    """Every chat that something is sent to by itself, with its name."""
    wanted = {
        one.target.address
        for one in store.subscriptions.all()
        if one.target.kind is TargetKind.FEISHU_CHAT and not one.suspended
    }
    steps = [step for one in scene.config.escalation for step in one.steps]
    wanted |= {step.chat for step in steps if step.chat}
    wanted |= {scene.config.feishu.fallback_chat} - {""}
    groups = sorted(one for one in wanted if one.startswith("oc_"))
    return {one: name_of(store.chats.get(one), one) for one in groups}


def _suspended(store: Store) -> Iterator[Diagnosis]:
    lost = {one.target.address: one.suspended for one in store.subscriptions.all()}
    for chat, why in sorted(lost.items()):
        if why:
            name = name_of(store.chats.get(chat), chat)
            yield diagnosis(Check.GROUPS, Verdict.GROUP_SUSPENDED, chat, group=name, why=why)


def _refused(name: str, chat: str, error: DeliveryError) -> Diagnosis:
    if error.fault is Fault.TARGET_LOST:
        return _lost(name, chat, error.code)
    return diagnosis(
        Check.GROUPS, Verdict.FEISHU_REFUSED, chat, code=error.code, detail=error.detail
    )


def _lost(name: str, chat: str, code: int) -> Diagnosis:
    return diagnosis(Check.GROUPS, Verdict.GROUP_LOST, chat, group=name, code=code)


def _silenced(
    settings: Mapping[str, Settings], names: Mapping[str, str], scene: Scene
) -> Iterator[Diagnosis]:
    for chat, one in settings.items():
        who = str(one.get("moderation_permission") or "all_members")
        if who != "all_members" and not _leads(one, scene):
            name = names[chat]
            yield diagnosis(Check.GROUPS, Verdict.GROUP_SILENCED, chat, group=name, who=who)


def _urgent(
    settings: Mapping[str, Settings], names: Mapping[str, str], scene: Scene
) -> Iterator[Diagnosis]:
    plans = [one.plan() for one in scene.config.escalation]
    if not any(step.means in _URGENT for plan in plans for step in plan.steps):
        yield diagnosis(Check.URGENT, Verdict.URGENT_UNUSED)
        return
    refused = [
        chat
        for chat, one in settings.items()
        if one.get("urgent_setting") == "only_owner" and not _leads(one, scene)
    ]
    for chat in refused:
        yield diagnosis(Check.URGENT, Verdict.URGENT_REFUSED, chat, group=names[chat])
    if not refused:
        yield diagnosis(Check.URGENT, Verdict.URGENT_GOOD, count=len(settings))


def _leads(settings: Settings, scene: Scene) -> bool:
    """Whether the bot owns or manages the group."""
    managers = settings.get("bot_manager_id_list") or ()
    return scene.secrets.app_id in managers or not settings.get("owner_id")

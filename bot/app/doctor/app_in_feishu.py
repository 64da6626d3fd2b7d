"""The app in Feishu: credentials, clock, bot, version, scopes, events."""

from collections.abc import Iterator

from bot.app.doctor.scene import Scene, depends, diagnosis
from bot.config.secrets import APP_ID, APP_SECRET
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import Means
from bot.feishu.console import Brand
from bot.feishu.manifest import read_manifest
from bot.feishu.outside import UnreachableError, knows, skew

TIMEOUT_S = 5.0
_OFF_S = 10
_WRONG_S = 60
"""Feishu's own signatures are taken for five minutes, but most services bear no more than one."""
_ACTIVE = 2
_NO_BOT = (11205, 230006, 232025)
_ADDRESS = 99991401
_OWN_SETTINGS = "application:application:self_manage"

_SCOPES_OF_MEANS = {
    Means.URGENT_APP: "im:message.urgent",
    Means.URGENT_SMS: "im:message.urgent:sms",
    Means.URGENT_PHONE: "im:message.urgent:phone",
}
_VITAL_SCOPES = frozenset(
    {
        "im:message:send_as_bot",
        "im:message:update",
        "im:message.p2p_msg:readonly",
        "im:message.group_at_msg:readonly",
        "im:chat:readonly",
    }
)
_VITAL_EVENTS = frozenset({"im.message.receive_v1"})


def credentials(scene: Scene) -> Iterator[Diagnosis]:
    """Whether Feishu gives a token for them."""
    check, secrets, origin = Check.CREDENTIALS, scene.secrets, scene.config.feishu.origin
    held = ((secrets.app_id, APP_ID), (secrets.app_secret, APP_SECRET))
    if names := [name for value, name in held if not value]:
        page = scene.page("baseinfo")
        yield diagnosis(check, Verdict.CREDENTIALS_MISSING, names=", ".join(names), page=page)
        return
    refusal = scene.platform.refusal
    if refusal is None:
        yield diagnosis(check, Verdict.CREDENTIALS_GOOD, app=secrets.app_id, origin=origin)
    elif refusal.fault is Fault.PASSING:
        detail = refusal.detail
        yield diagnosis(check, Verdict.UNREACHABLE, origin=origin, detail=detail)
    elif brand := _other_brand(scene):
        yield diagnosis(
            check,
            Verdict.OTHER_BRAND,
            app=secrets.app_id,
            origin=origin,
            other=scene.origins[brand],
            brand=brand,
        )
    else:
        yield diagnosis(
            check,
            Verdict.CREDENTIALS_REFUSED,
            app=secrets.app_id,
            code=refusal.code,
            detail=refusal.detail,
            page=scene.page("baseinfo"),
        )


def _other_brand(scene: Scene) -> Brand | None:
    """The brand that knows the app where the configured one does not, None if none does."""
    app_id, secret = scene.secrets.app_id, scene.secrets.app_secret
    for brand, origin in scene.origins.items():
        if origin != scene.config.feishu.origin and knows(origin, app_id, secret, TIMEOUT_S):
            return brand
    return None


def clock(scene: Scene) -> Iterator[Diagnosis]:
    """Whether the clock here agrees with Feishu's."""
    try:
        ahead = skew(scene.config.feishu.origin, scene.clock, TIMEOUT_S)
    except UnreachableError:
        yield depends(Check.CLOCK, Check.CREDENTIALS)
        return
    if ahead is None:
        yield diagnosis(Check.CLOCK, Verdict.CLOCK_UNKNOWN)
        return
    seconds = round(abs(ahead.total_seconds()))
    verdict = Verdict.CLOCK_WRONG if seconds > _WRONG_S else Verdict.CLOCK_OFF
    verdict = Verdict.CLOCK_GOOD if seconds <= _OFF_S else verdict
    yield diagnosis(Check.CLOCK, verdict, seconds=max(1, seconds))


def bot(scene: Scene) -> Iterator[Diagnosis]:
    """Whether the app has a bot, and whether it is active."""
    if not scene.platform.usable:
        yield depends(Check.BOT, Check.CREDENTIALS)
        return
    found = scene.platform.bot
    if isinstance(found, DeliveryError):
        if found.code == _ADDRESS:
            page = scene.page("safe")
            yield diagnosis(Check.BOT, Verdict.ADDRESS_REFUSED, code=found.code, page=page)
        elif found.code in _NO_BOT:
            yield diagnosis(Check.BOT, Verdict.BOT_OFF, code=found.code, page=scene.page("bot"))
        else:
            yield _refused(Check.BOT, found)
        return
    status = found.get("activate_status")
    if status not in (None, _ACTIVE):
        page = scene.page("version")
        yield diagnosis(Check.BOT, Verdict.BOT_INACTIVE, status=str(status), page=page)
        return
    name = str(found.get("app_name") or found.get("open_id") or "")
    yield diagnosis(Check.BOT, Verdict.BOT_GOOD, name=name)


def version(scene: Scene) -> Iterator[Diagnosis]:
    """Whether a version is published, and none waits."""
    if not scene.platform.usable:
        yield depends(Check.VERSION, Check.CREDENTIALS)
        return
    facts = scene.platform.facts
    if isinstance(facts, DeliveryError):
        yield _refused(Check.VERSION, facts)
    elif facts is None:
        yield unreadable(Check.VERSION, scene)
    elif not facts.in_use:
        yield diagnosis(Check.VERSION, Verdict.VERSION_NONE, page=scene.page("version"))
    elif facts.waiting:
        yield diagnosis(Check.VERSION, Verdict.VERSION_WAITS, page=scene.page("version"))
    else:
        yield diagnosis(Check.VERSION, Verdict.VERSION_GOOD)


def scopes(scene: Scene) -> Iterator[Diagnosis]:
    """Whether every scope of the manifest is granted."""
    if not scene.platform.usable:
        yield depends(Check.SCOPES, Check.CREDENTIALS)
        return
    granted, manifest = scene.platform.granted, read_manifest()
    if isinstance(granted, DeliveryError):
        yield _refused(Check.SCOPES, granted)
        return
    missing = manifest.without_scopes(granted)
    needed = _VITAL_SCOPES | _used(scene)
    for scope in missing:
        verdict = Verdict.SCOPE_MISSING if scope in needed else Verdict.SCOPE_UNUSED
        page = f"{scene.page('auth')}?q={scope}&op_from=openapi&token_type=tenant"
        yield diagnosis(Check.SCOPES, verdict, scope, scope=scope, page=page)
    if not missing:
        yield diagnosis(Check.SCOPES, Verdict.SCOPES_GOOD, count=len(manifest.scopes))


def _used(scene: Scene) -> set[str]:
    """Scopes that the configuration makes use of, beside those that everybody needs."""
    steps = [step for one in scene.config.escalation for step in one.plan().steps]
    used = {_SCOPES_OF_MEANS[step.means] for step in steps if step.means in _SCOPES_OF_MEANS}
    feishu = scene.config.feishu
    if feishu.ack_reactions or feishu.resolve_reactions:
        used.add("im:message.reactions:read")
    store = scene.store
    ways = [one.ways for one in store.subscriptions.all()] if store is not None else []
    if any(not who.startswith("ou_") for one in ways for who in one.mentions):
        used.add("contact:user.id:readonly")
    return used


def events(scene: Scene) -> Iterator[Diagnosis]:
    """Whether every event and callback of the manifest is subscribed."""
    if not scene.platform.usable:
        yield depends(Check.EVENTS, Check.CREDENTIALS)
        return
    facts, manifest = scene.platform.facts, read_manifest()
    if isinstance(facts, DeliveryError):
        yield _refused(Check.EVENTS, facts)
        return
    if facts is None:
        yield unreadable(Check.EVENTS, scene)
        return
    if facts.subscriptions is None:
        yield diagnosis(Check.EVENTS, Verdict.EVENTS_UNSAID, page=scene.page("event"))
        return
    has, page = facts.subscriptions, scene.page("event")
    missing = [one for one in manifest.events if one not in has.events]
    for event in missing:
        verdict = Verdict.EVENT_MISSING if event in _VITAL_EVENTS else Verdict.EVENT_WANTED
        yield diagnosis(Check.EVENTS, verdict, event, event=event, page=page)
    lacking = [one for one in manifest.callbacks if one not in has.callbacks]
    for event in lacking:
        yield diagnosis(Check.EVENTS, Verdict.CALLBACK_MISSING, event, event=event, page=page)
    if not missing and not lacking:
        count = len(manifest.events) + len(manifest.callbacks)
        yield diagnosis(Check.EVENTS, Verdict.EVENTS_GOOD, count=count)


def unreadable(check: Check, scene: Scene) -> Diagnosis:
    """The app may not say how it is set up."""
    page = f"{scene.page('auth')}?q={_OWN_SETTINGS}&op_from=openapi&token_type=tenant"
    return diagnosis(check, Verdict.APP_UNREADABLE, scope=_OWN_SETTINGS, page=page)


def _refused(check: Check, error: DeliveryError) -> Diagnosis:
    return diagnosis(check, Verdict.FEISHU_REFUSED, code=error.code, detail=error.detail)

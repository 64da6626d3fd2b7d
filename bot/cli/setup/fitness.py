"""Whether the app has what the manifest says; what is missing is added, or explained."""

import time

from bot.cli.setup import saying
from bot.cli.setup.app import PAUSE_S, TRIES, App
from bot.core.errors import DeliveryError
from bot.feishu.client import FeishuClient
from bot.feishu.console import Console, Page
from bot.feishu.errors import meaning
from bot.feishu.manifest import Manifest, read_manifest
from bot.feishu.own_app import LONG_CONNECTION, AppFacts, OwnApp, missing_of


def settle(client: FeishuClient, app: App) -> None:
    """Wait a little until Feishu has granted a new app what it was made with."""
    own = OwnApp(client, app.app_id)
    for _ in range(TRIES):
        try:
            if not _looked(own)[1]:
                return
        except DeliveryError:
            pass  # it is asked again, and in the end by whoever can say what is wrong
        time.sleep(PAUSE_S)


def make_fit(client: FeishuClient, app: App, *, long_connection: bool, again: str) -> None:
    """Compare the app with the manifest; mend it by Feishu's API where the app may, else say how.

    Args:
        client: Of the app.
        app: The app.
        long_connection: Whether events and callbacks must come over it.
        again: The command line of this one.
    """
    own = OwnApp(client, app.app_id)
    try:
        facts, missing = _looked(own)
        other_way = long_connection and _comes_elsewhere(facts)
        if not missing and not other_way:
            _say_all(facts)
            return
        if _mended(own, missing):
            facts, left = _looked(own)
            if not left and not (long_connection and _comes_elsewhere(facts)):
                saying.good(f"Added what was missing ({_counted(missing)}) and published it.")
                return
            missing = left
    except DeliveryError as error:
        remedy = meaning(error.code, error.detail).remedy
        saying.bad(f"What the app may do could not be asked: {remedy} (code {error.code})")
        return
    _explain(missing, app, other_way=other_way, again=again)


def owner(client: FeishuClient, app: App) -> str:
    """The open_id of the person the app belongs to, "" where Feishu does not say."""
    try:
        facts = OwnApp(client, app.app_id).facts()
    except DeliveryError:
        return ""
    return facts.owner if facts is not None else ""


def _looked(own: OwnApp) -> tuple[AppFacts | None, Manifest]:
    facts = own.facts()
    subscriptions = facts.subscriptions if facts is not None else None
    return facts, missing_of(read_manifest(), own.granted(), subscriptions)


def _comes_elsewhere(facts: AppFacts | None) -> bool:
    known = facts.subscriptions if facts is not None else None
    ways = {known.event_way, known.callback_way} if known is not None else set()
    return bool(ways - {LONG_CONNECTION, ""})


def _mended(own: OwnApp, missing: Manifest) -> bool:
    """Whether Feishu took the change; most apps may not change themselves."""
    try:
        own.add(missing)
    except DeliveryError:
        return False
    return True


def _say_all(facts: AppFacts | None) -> None:
    saying.good(f"The app has what it needs: {_counted(read_manifest())}.")
    if facts is None or facts.subscriptions is None:
        saying.plain("  (Feishu did not say which events it gets; the round trip will show.)")


def _counted(part: Manifest) -> str:
    counts = ((part.scopes, "scope"), (part.events, "event"), (part.callbacks, "callback"))
    shown = [f"{len(n)} {word}{'' if len(n) == 1 else 's'}" for n, word in counts if n]
    return ", ".join(shown) or "the long connection"


def _explain(missing: Manifest, app: App, *, other_way: bool, again: str) -> None:
    console = Console(brand=app.brand, app_id=app.app_id)
    wanting = _counted(missing) if missing else "the long connection"
    saying.bad(f"The app lacks {wanting}, and may not change itself.")
    saying.plain(
        f"The short way is a scan: {again} --app-id {app.app_id} (leave the secret empty)."
    )
    saying.plain("Or by hand in the developer console:")
    if missing.scopes:
        saying.plain(f"* {console.pointer(Page.SCOPES)}")
        saying.plain("  Batch import (批量导入), of this:")
        for line in missing.scopes_to_import().splitlines():
            saying.plain(f"  {line}")
    if missing.events or missing.callbacks or other_way:
        saying.plain(f"* {console.pointer(Page.EVENTS)}")
        saying.plain(
            "  Choose the long connection (长连接) for events and for callbacks; the console"
        )
        saying.plain("  saves that only while larkwatch run is connected. Add")
        saying.listed((*missing.events, *missing.callbacks))
    saying.plain(f"* {console.pointer(Page.VERSIONS)}")
    saying.plain("  Create a version and publish it; your administrator may have to approve it.")

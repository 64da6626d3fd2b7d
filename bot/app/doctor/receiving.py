"""How commands and clicks arrive: over the long connection, or at an address of ours."""

from collections.abc import Iterator
from datetime import timedelta

import requests

from bot.app.doctor.app_in_feishu import TIMEOUT_S
from bot.app.doctor.scene import Scene, depends, diagnosis
from bot.config.secrets import ENCRYPT_KEY, VERIFICATION_TOKEN
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.feishu.client import Credentials
from bot.feishu.errors import connection_remedy
from bot.feishu.long_connection import refusal
from bot.feishu.outside import UnreachableError, challenge
from bot.feishu.own_app import AppFacts, Subscriptions
from bot.feishu.security import Keys

_FULL = 1000040350
_CHECK = Check.RECEIVING
_PATH = "/feishu/callback"


def receiving(scene: Scene) -> Iterator[Diagnosis]:
    """Whether events and clicks can arrive as the configuration wants."""
    yield from _other_way(scene)
    yield from _over_http(scene) if scene.http else _over_connection(scene)


def _subscriptions(scene: Scene) -> Subscriptions | None:
    if not scene.platform.usable:
        return None
    facts = scene.platform.facts
    return facts.subscriptions if isinstance(facts, AppFacts) else None


def _other_way(scene: Scene) -> Iterator[Diagnosis]:
    has = _subscriptions(scene)
    wanted = "webhook" if scene.http else "websocket"
    ways = (("events", has.event_way), ("callbacks", has.callback_way)) if has else ()
    for what, found in ways:
        if found and found != wanted:
            page = scene.page("event")
            yield diagnosis(
                _CHECK, Verdict.OTHER_WAY, what, what=what, found=found, wanted=wanted, page=page
            )


def _over_connection(scene: Scene) -> Iterator[Diagnosis]:
    state = scene.connection() if scene.connection is not None else None
    if state is not None and state.connected:
        yield diagnosis(_CHECK, Verdict.CONNECTION_UP, since=state.since)
        return
    if state is not None and state.error:
        yield diagnosis(_CHECK, Verdict.CONNECTION_DOWN, since=state.since, detail=state.error)
        return
    if not scene.platform.usable:
        yield depends(_CHECK, Check.CREDENTIALS)
        return
    credentials = Credentials(
        app_id=scene.secrets.app_id,
        app_secret=scene.secrets.app_secret,
        domain=scene.config.feishu.origin,
        timeout_s=TIMEOUT_S,
    )
    try:
        refused = refusal(credentials)
    except requests.RequestException as error:
        detail = type(error).__name__
        yield diagnosis(
            _CHECK, Verdict.UNREACHABLE, origin=scene.config.feishu.origin, detail=detail
        )
        return
    if refused is None:
        yield diagnosis(_CHECK, Verdict.CONNECTION_POSSIBLE)
        if scene.config.feishu.brand == "lark":
            yield diagnosis(_CHECK, Verdict.LONG_ON_LARK)
        return
    code, detail = refused
    if code == _FULL:
        yield diagnosis(_CHECK, Verdict.CONNECTION_FULL)
        return
    remedy = connection_remedy(code, detail)
    yield diagnosis(_CHECK, Verdict.CONNECTION_REFUSED, code=code, detail=detail, remedy=remedy)


def _over_http(scene: Scene) -> Iterator[Diagnosis]:
    secrets = scene.secrets
    held = (
        (secrets.encrypt_key, ENCRYPT_KEY),
        (secrets.verification_token, VERIFICATION_TOKEN),
    )
    if names := [name for value, name in held if not value]:
        page = scene.page("event")
        yield diagnosis(_CHECK, Verdict.KEYS_MISSING, names=", ".join(names), page=page)
        return
    keys = Keys(encrypt_key=secrets.encrypt_key, verification_token=secrets.verification_token)
    has = _subscriptions(scene)
    if has is None:
        server = scene.config.server
        yield _tried(f"http://{server.host}:{server.port}{_PATH}", keys, scene, known=False)
        return
    urls = {"events": has.event_url, "callbacks": has.callback_url}
    for what, url in urls.items():
        if not url:
            page = scene.page("event")
            yield diagnosis(_CHECK, Verdict.CALLBACK_NO_ADDRESS, what, what=what, page=page)
    for url in sorted({url for url in urls.values() if url}):
        yield _tried(url, keys, scene, known=True)


def _tried(url: str, keys: Keys, scene: Scene, *, known: bool) -> Diagnosis:
    """What an address makes of the challenge with which Feishu would greet it."""
    page = scene.page("event")
    try:
        answer = challenge(url, keys, TIMEOUT_S)
    except UnreachableError as error:
        detail = str(error)
        return diagnosis(_CHECK, Verdict.CALLBACK_UNREACHABLE, url, url=url, detail=detail)
    if not answer.right:
        return diagnosis(
            _CHECK, Verdict.CALLBACK_WRONG, url, url=url, code=answer.status, page=page
        )
    milliseconds = answer.took // timedelta(milliseconds=1)
    verdict = Verdict.CALLBACK_ANSWERS if known else Verdict.CALLBACK_LOCAL
    return diagnosis(_CHECK, verdict, url, url=url, milliseconds=milliseconds, page=page)

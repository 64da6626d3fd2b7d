"""How it runs: who is at work, what waits, what is refused, how much of the quota is left."""

from collections.abc import Iterator
from datetime import timedelta

import requests

from bot.app.backstage import LEASE
from bot.app.doctor.app_in_feishu import TIMEOUT_S
from bot.app.doctor.scene import Scene, depends, diagnosis, name_of
from bot.app.kafka import topics_hindrance
from bot.config.secrets import INGEST_SECRET
from bot.core.diagnosis import Check, Diagnosis, Fact, Verdict
from bot.core.quota import WARN_AT, calls_key
from bot.engine.vigilance import unheard
from bot.store.leases import is_gone

_LATE = timedelta(minutes=1)
_STUCK = timedelta(minutes=10)
_DAY = timedelta(days=1)
_SILENT = timedelta(minutes=2)
_BEHIND_S = 60
_SOON = timedelta(days=7)


def process(scene: Scene) -> Iterator[Diagnosis]:
    """Whether a process has the lease and is alive."""
    if scene.store is None:
        yield depends(Check.PROCESS, Check.DATABASE)
        return
    holder = scene.store.leases.holder(LEASE, scene.now)
    if not holder:
        yield diagnosis(Check.PROCESS, Verdict.NOT_RUNNING)
        return
    verdict = Verdict.HOLDER_GONE if is_gone(holder) else Verdict.RUNNING
    host, _, number = holder.partition("|")
    shown = f"{host.partition('/')[0]} ({number.partition('|')[0]})"
    yield diagnosis(Check.PROCESS, verdict, holder=shown)


def agents(scene: Scene) -> Iterator[Diagnosis]:
    """Whether every agent that was ever heard is still heard, and keeps up."""
    if scene.store is None:
        yield depends(Check.AGENTS, Check.DATABASE)
        return
    known, found = scene.store.agents.all(), []
    for one in known:
        age = scene.now - one.heard_at
        if age > _SILENT:
            found.append(
                diagnosis(Check.AGENTS, Verdict.AGENT_SILENT, one.agent, agent=one.agent, age=age)
            )
            continue
        found += [
            diagnosis(
                Check.AGENTS,
                Verdict.AGENT_BEHIND,
                source.name,
                agent=one.agent,
                source=source.name,
                lag=timedelta(seconds=source.lag_s),
            )
            for source in one.sources
            if source.lag_s > _BEHIND_S
        ]
    yield from found
    if not known:
        yield diagnosis(Check.AGENTS, Verdict.AGENTS_NONE)
    elif not found:
        yield diagnosis(Check.AGENTS, Verdict.AGENTS_GOOD, count=len(known), span=_SILENT)


def outbox(scene: Scene) -> Iterator[Diagnosis]:
    """Whether what is owed goes out in time, and what never did."""
    store, now = scene.store, scene.now
    if store is None:
        yield depends(Check.OUTBOX, Check.DATABASE)
        return
    tally = store.outbox.tally(now - _DAY, now)
    due = tally.oldest_due_at
    age = now - due if due is not None else timedelta(0)
    verdict = Verdict.OUTBOX_LATE if age > _LATE else Verdict.OUTBOX_GOOD
    verdict = Verdict.OUTBOX_STUCK if age > _STUCK else verdict
    yield diagnosis(Check.OUTBOX, verdict, waiting=tally.waiting, age=age)
    if tally.given_up:
        count, detail = tally.given_up, tally.last_fault
        yield diagnosis(Check.OUTBOX, Verdict.GIVEN_UP, "given up", count=count, detail=detail)
    if alerts := unheard(store, now):
        yield diagnosis(Check.OUTBOX, Verdict.UNHEARD, "unheard", count=len(alerts))


def breakers(scene: Scene) -> Iterator[Diagnosis]:
    """Which chats are left alone because they fail again and again."""
    store = scene.store
    if store is None:
        yield depends(Check.BREAKERS, Check.DATABASE)
        return
    tripped = [one for one in store.breakers.all() if one.tripped]
    for one in tripped:
        address = one.target.address
        yield diagnosis(
            Check.BREAKERS,
            Verdict.BREAKER_OPEN,
            address,
            group=name_of(store.chats.get(address), address),
            until=one.open_until,
            detail=one.fault,
        )
    if not tripped:
        yield diagnosis(Check.BREAKERS, Verdict.BREAKERS_GOOD)


def quota(scene: Scene) -> Iterator[Diagnosis]:
    """How much of the month's calls is used."""
    if scene.store is None:
        yield depends(Check.QUOTA, Check.DATABASE)
        return
    used = scene.store.counters.get(calls_key(scene.now))
    monthly = scene.config.delivery.monthly_calls
    if not monthly:
        yield diagnosis(Check.QUOTA, Verdict.QUOTA_UNLIMITED, used=used)
        return
    percent = used * 100 // monthly
    verdict = Verdict.QUOTA_LOW if percent >= WARN_AT else Verdict.QUOTA_GOOD
    verdict = Verdict.QUOTA_GONE if used >= monthly else verdict
    yield diagnosis(Check.QUOTA, verdict, used=used, monthly=monthly, percent=percent)


def tokens(scene: Scene) -> Iterator[Diagnosis]:
    """Whether the tokens of programs hold, and go on to."""
    if not scene.config.api.enabled:
        yield diagnosis(Check.TOKENS, Verdict.API_OFF)
        return
    if scene.store is None:
        yield depends(Check.TOKENS, Check.DATABASE)
        return
    given = [one for one in scene.store.tokens.all() if one.revoked_at is None]
    for one in given:
        ends = one.expires_at
        if ends is None or ends - scene.now > _SOON:
            continue
        over = not one.holds(scene.now)
        fact: dict[str, Fact] = {"at": ends} if over else {"span": ends - scene.now}
        verdict = Verdict.TOKEN_OVER if over else Verdict.TOKEN_ENDS
        yield diagnosis(Check.TOKENS, verdict, one.name, name=one.name, **fact)
    holding = sum(one.holds(scene.now) for one in given)
    yield diagnosis(Check.TOKENS, Verdict.TOKENS_GOOD, count=holding)


def server(scene: Scene) -> Iterator[Diagnosis]:
    """On a host that only watches: whether the server there answers."""
    if not scene.only_watches:
        return
    url = scene.config.agent.report_to.rstrip("/")
    if not scene.secrets.ingest_secret:
        yield diagnosis(Check.SERVER, Verdict.SERVER_NO_SECRET, names=INGEST_SECRET)
    topic = scene.config.agent.topic
    detail = topics_hindrance(scene.config, scene.file, (topic,)) if topic else _unanswered(url)
    if detail:
        yield diagnosis(Check.SERVER, Verdict.SERVER_UNREACHABLE, url=url, detail=detail)
    else:
        yield diagnosis(Check.SERVER, Verdict.SERVER_GOOD, url=url)


def _unanswered(url: str) -> str:
    """Why a server does not answer, "" when it does."""
    try:
        response = requests.get(f"{url}/healthz", timeout=TIMEOUT_S)
    except requests.RequestException as error:
        return type(error).__name__
    return "" if response.ok else f"HTTP {response.status_code}"

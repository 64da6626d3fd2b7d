"""The WeCom robot, against a counterpart that holds messages to the documented limits."""

import json
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.errand import ErrandKind, ErrandState
from bot.core.subscription import TargetKind
from bot.core.template import Format
from bot.notifiers.base import WecomSettings
from bot.notifiers.wecom import Wecom
from bot.store.store import Store
from tests.bot.notifiers.counter import Counter, errand, table
from tests.bot.notifiers.peer import Answer, Asked, Peer, listening
from tests.builders import finding, report, sample
from tests.fakes import MovableClock

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


class Robot:
    """Takes what WeCom's robots take: 20 a minute, bytes of UTF-8, errors in HTTP 200."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.shown: list[str] = []
        self._minute: deque[datetime] = deque()

    def __call__(self, asked: Asked) -> Answer:
        code, words = self._take(asked)
        return 200, json.dumps({"errcode": code, "errmsg": words}).encode()

    def _take(self, asked: Asked) -> tuple[int, str]:
        if asked.path != f"/cgi-bin/webhook/send?key={KEY}":
            return 93000, "invalid webhook url"
        now, found = self.clock.now(), asked.json
        while self._minute and now - self._minute[0] >= timedelta(minutes=1):
            self._minute.popleft()
        if len(self._minute) >= 20:
            return 45009, "api freq out of limit"
        kind = found.get("msgtype")
        if kind not in ("text", "markdown") or not isinstance(found[kind]["content"], str):
            return 40008, "invalid message type"
        content = found[kind]["content"]
        if len(content.encode()) > {"text": 2048, "markdown": 4096}[kind]:
            return 40058, f"{kind}.content exceed max length"
        self._minute.append(now)
        self.shown.append(content)
        return 0, "ok"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with listening() as peer:
        yield peer


def at_counter(store: Store, peer: Peer, key: str = KEY, **fields: object) -> tuple[Counter, Robot]:
    counter = Counter(store, table(errand(ErrandKind.WECOM, "ops")))
    robot = Robot(counter.clock)
    peer.answer = robot
    settings = WecomSettings.model_validate({"name": "ops", "url_file": "ops.url", **fields})
    urls = {"ops": f"{peer.url}/cgi-bin/webhook/send?key={key}"}
    wecom = Wecom((settings,), urls, counter.views, ZoneInfo("UTC"), counter.templates)
    counter.notifiers[TargetKind.WECOM] = wecom
    return counter, robot


def test_markdown_is_cut_to_what_is_taken_and_nothing_in_it_is_alive(
    store: Store, peer: Peer
) -> None:
    counter, robot = at_counter(store, peer)
    hostile = sample("\n".join(["ERROR <@all> [click](http://evil) " + "中" * 200] * 60))
    counter.engine.report(report(finding(samples=(hostile,))), counter.clock.now())
    counter.run(seconds=1)
    (shown,) = robot.shown
    assert shown.startswith('<font color="warning">**🔔 High: it fires**')
    assert shown.endswith("…")
    assert "<@all>" not in shown
    assert "](http" not in shown


def test_text_mentions_whom_the_configuration_names(store: Store, peer: Peer) -> None:
    counter, robot = at_counter(store, peer, format=Format.TEXT, mentions=["@all"])
    counter.fire()
    counter.run(seconds=1)
    assert peer.got[0].json["text"]["mentioned_list"] == ["@all"]
    assert "#1 card declined" in robot.shown[0]


def test_a_storm_keeps_to_the_limit_and_loses_nothing(store: Store, peer: Peer) -> None:
    counter, robot = at_counter(store, peer)
    for number in range(50):
        counter.fire(f"f{number}", service=f"s{number}")
    for _ in range(20):
        counter.run(seconds=10)
    assert len(robot.shown) == len(set(robot.shown)) == 50
    assert len(peer.got) == 50  # none was refused


def test_its_errors_are_read_from_the_answer(store: Store, peer: Peer) -> None:
    counter, _ = at_counter(store, peer, key="wrong")
    counter.fire()
    counter.run(seconds=1)
    assert counter.runs() == {"wecom:ops": ErrandState.FAILED}
    assert counter.one().outcome == "93000 invalid webhook url"
    assert "wrong" not in str(counter.happened())

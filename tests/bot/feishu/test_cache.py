"""Answers are asked for once, by whoever asks first, and kept for a while."""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from bot.core.errors import DeliveryError, Fault
from bot.core.permission import Chat
from bot.feishu.cache import Cache
from bot.feishu.remembered import RememberedDirectory
from tests.fakes import MovableClock

SOON = timedelta(seconds=30)


class Texts:
    """A shelf that forgets nothing by itself."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, keys: Sequence[str]) -> Mapping[str, str]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def put(self, key: str, text: str, keep: timedelta) -> None:
        self.kept[key] = text


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


def never() -> tuple[str, timedelta]:
    raise AssertionError("it is known")


def test_each_level_answers_before_the_next_and_nothing_outlives_its_end(
    clock: MovableClock,
) -> None:
    shelf = Texts()
    here, there = (Cache(shelf, clock, jitter=lambda: 0.5) for _ in range(2))
    assert here.get("k", lambda: ("one", SOON)) == "one"
    clock.move(seconds=20)
    assert here.get("k", never) == "one"
    assert there.get("k", never) == "one"
    assert there.get("k", never) == "one"
    clock.move(seconds=11)  # it was 20 seconds old when `there` took it over
    assert there.get("k", lambda: ("two", SOON)) == "two"
    assert here.take_counts() == {"asked": 1, "process": 1}
    assert there.take_counts() == {"redis": 1, "process": 1, "asked": 1}
    there.forget("k")
    assert there.get("k", lambda: ("three", SOON)) == "three"
    late = Cache(shelf, clock)
    late.warm(["k", "not there"])
    shelf.kept.clear()
    assert late.get("k", never) == "three"


def test_what_is_asked_together_is_not_missed_together(clock: MovableClock) -> None:
    cache = Cache(None, clock, jitter=iter([0.0, 1.0, 0.5]).__next__)
    for key in ("short", "long"):
        cache.get(key, lambda: ("x", timedelta(seconds=100)))
    clock.move(seconds=100)
    assert cache.get("long", never) == "x"
    assert cache.get("short", lambda: ("y", timedelta(0))) == "y"


def test_of_those_who_ask_at_once_one_goes_and_a_failure_is_everybodys_but_not_kept(
    clock: MovableClock,
) -> None:
    cache, asked, go = Cache(None, clock), [], threading.Event()

    def fail() -> tuple[str, timedelta]:
        asked.append(1)
        assert go.wait(30)
        raise DeliveryError(Fault.PASSING)

    with ThreadPoolExecutor(5) as pool:
        waiting = [pool.submit(cache.get, "k", fail) for _ in range(5)]
        while cache._counts["waited"] < 4:
            go.wait(0.005)
        go.set()
        assert all(isinstance(one.exception(30), DeliveryError) for one in waiting)
    assert len(asked) == 1
    assert cache.get("k", lambda: ("said", SOON)) == "said"


class Feishu:
    """Knows one chat, refuses another, and is away for a third."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def chat(self, chat_id: str, now: datetime) -> Chat:
        self.asked.append(chat_id)
        if chat_id == "oc_refused":
            raise DeliveryError(Fault.TARGET_LOST, code=232011, detail="not in the chat")
        if chat_id == "oc_away":
            raise DeliveryError(Fault.PASSING)
        return Chat(
            id=chat_id, name="ops", private=False, owner="ou_1", managers=frozenset({"ou_2"}),
            seen_at=now,
        )  # fmt: skip

    def members(self, chat_id: str) -> Mapping[str, str]:
        self.asked.append(f"members of {chat_id}")
        return {"ou_1": "林"}

    def in_chat(self, chat_id: str) -> bool:
        return bool(chat_id)

    def open_ids(self, emails: Sequence[str], mobiles: Sequence[str]) -> Mapping[str, str]:
        return dict.fromkeys([*emails, *mobiles], "ou_1")


def test_feishu_is_asked_once_about_a_chat_also_when_it_refuses(clock: MovableClock) -> None:
    feishu = Feishu()
    directory = RememberedDirectory(feishu, Cache(Texts(), clock))
    first = directory.chat("oc_1", clock.now())
    assert directory.chat("oc_1", clock.now()) == first
    assert first.managers == {"ou_2"}
    assert directory.members("oc_1") == directory.members("oc_1") == {"ou_1": "林"}
    for _ in range(2):
        with pytest.raises(DeliveryError) as refused:
            directory.chat("oc_refused", clock.now())
        assert refused.value.code == 232011
        with pytest.raises(DeliveryError):
            directory.chat("oc_away", clock.now())
    assert feishu.asked == ["oc_1", "members of oc_1", "oc_refused", "oc_away", "oc_away"]
    directory.forget("oc_1")
    directory.chat("oc_1", clock.now())
    assert feishu.asked[-1] == "oc_1"

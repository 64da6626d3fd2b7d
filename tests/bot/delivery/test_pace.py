from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pace import Pace
from tests.builders import chat

CHATS = [chat(name) for name in "abc"]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 400)), max_size=200))
def test_never_more_than_five_to_a_chat_nor_twelve_in_all_in_any_second(
    wishes: list[tuple[int, int]],
) -> None:
    pace = Pace(per_target=5, in_all=12)
    now_s, sends = 0.0, list[tuple[float, int]]()
    for which, passed_ms in wishes:
        now_s += passed_ms / 1000
        if pace.wait_s(now_s) > 0 or CHATS[which] in pace.blocked(now_s):
            continue
        pace.note(CHATS[which], now_s)
        sends.append((now_s, which))
    for start, _ in sends:
        within = [which for at, which in sends if start <= at <= start + 1]
        assert len(within) <= 12
        assert all(within.count(which) <= 5 for which in range(3))


def test_a_chat_is_free_again_after_the_window() -> None:
    pace = Pace(per_target=1, in_all=9)
    pace.note(chat(), 10.0)
    assert pace.blocked(11.0) == (chat(),)
    assert pace.blocked(11.2) == ()


def test_a_held_chat_waits_as_long_as_the_platform_asked() -> None:
    pace = Pace()
    pace.hold(chat(), 20.0)
    pace.hold(chat(), 15.0)
    assert pace.blocked(19.9) == (chat(),)
    assert pace.wait_s(19.9) == 0.0
    assert pace.blocked(20.0) == ()


def test_a_held_app_sends_nothing() -> None:
    pace = Pace()
    pace.hold(None, 20.0)
    assert pace.wait_s(15.0) == 5.0
    assert pace.blocked(15.0) == ()
    assert pace.wait_s(20.0) == 0.0


def test_case_23_never_more_than_the_platform_allows_in_a_minute() -> None:
    pace = Pace(per_minute=100)
    sent, now_s = 0, 0.0
    while now_s < 60:
        if pace.wait_s(now_s) == 0:
            pace.note(chat(f"c{sent}"), now_s)
            sent += 1
        now_s += 0.1
    assert sent == 100
    assert pace.wait_s(61.0) == 0

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.alert import AlertState
from bot.core.notification import Notification, Purpose, Receipt
from bot.store.database import open_database
from bot.store.leases import is_gone, this_process
from bot.store.store import Store
from tests.builders import NOW, alert, chat, later, notification

CLAIMING = """
import sys
from datetime import timedelta
from bot.store.database import open_database
from bot.store.store import Store
from tests.builders import NOW, later
store = Store(open_database(sys.argv[1]))
while True:
    with store.transaction():
        one = store.outbox.claim(NOW, later(hours=1), sys.argv[2], ())
    if one is None:
        break
    print(one.id)
store.disconnect()
"""


def claim(store: Store, seconds: float = 0, holder: str = "me") -> Notification | None:
    at = later(seconds=seconds)
    with store.transaction():
        return store.outbox.claim(at, at + timedelta(seconds=60), holder, ())


def owe(store: Store, *owed: Notification) -> None:
    with store.transaction():
        for one in owed:
            store.outbox.owe(one)


def many(count: int) -> list[Notification]:
    return [notification(target=chat(f"c{n}")) for n in range(count)]


def refresh(**fields: object) -> Notification:
    return notification(purpose=Purpose.REFRESH, **fields)


def test_threads_claim_each_row_once(store: Store) -> None:
    owe(store, *many(40))
    start = threading.Barrier(2)

    def work(name: str) -> list[int]:
        start.wait()
        found = []
        while (one := claim(store, holder=name)) is not None:
            found.append(one.id)
        store.disconnect()
        return found

    with ThreadPoolExecutor(2) as pool:
        found = Counter(n for some in pool.map(work, "ab") for n in some)
    assert found == Counter(range(1, 41))


def test_processes_claim_each_row_once(store: Store, url: str) -> None:
    owe(store, *many(40))
    command = [sys.executable, "-c", CLAIMING, url]
    root = Path(__file__).parents[3]
    running = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, cwd=root, text=True)
        for name in "ab"
    ]
    found = Counter(int(n) for one in running for n in one.communicate(timeout=25)[0].split())
    assert found == Counter(range(1, 41))


def test_two_connections_of_one_process_see_each_others_claims(store: Store, url: str) -> None:
    owe(store, *many(1))
    other = Store(open_database(url))
    assert claim(store) is not None
    assert claim(other) is None
    other.disconnect()


def test_a_claimed_refresh_leaves_room_for_the_next(store: Store) -> None:
    owe(store, refresh(), refresh())
    assert claim(store) is not None
    owe(store, refresh())
    assert store.outbox.tally(NOW, NOW).waiting == 2


def test_folding_keeps_the_earlier_due_time(store: Store) -> None:
    owe(store, refresh(due_at=later(seconds=9)), refresh(due_at=later(seconds=3)))
    owe(store, refresh(due_at=later(seconds=5)))
    assert store.outbox.next_due(NOW) == later(seconds=3)
    assert claim(store, 2) is None
    assert claim(store, 3) is not None


def test_a_first_card_is_not_owed_twice_nor_where_it_stands(store: Store) -> None:
    owe(store, notification(), notification())
    one = claim(store)
    assert one is not None
    owe(store, notification())
    assert store.outbox.tally(NOW, NOW).waiting == 1
    with store.transaction():
        store.outbox.sent(one, Receipt(message_id="om_1"), NOW)
    owe(store, notification())
    assert store.outbox.tally(NOW, NOW).waiting == 0


def test_a_chat_gets_one_at_a_time_and_answers_first(store: Store) -> None:
    owe(store, refresh(), notification(alert_id=2))
    owe(store, notification(purpose=Purpose.ANSWER, alert_id=None))
    one = claim(store)
    assert one is not None
    assert one.purpose is Purpose.ANSWER
    assert claim(store) is None
    with store.transaction():
        store.outbox.sent(one, Receipt(), NOW)
    two = claim(store)
    assert two is not None
    assert two.purpose is Purpose.FIRST


def test_claims_of_dead_holders_are_released(store: Store) -> None:
    owe(store, *many(1))
    assert claim(store, holder="dead") is not None
    assert store.outbox.holders() == ("dead",)
    assert store.outbox.next_due(NOW) == later(seconds=60)
    with store.transaction():
        store.outbox.release(["dead"])
    again = claim(store)
    assert again is not None
    assert again.attempts == 1


def test_what_was_given_up_meanwhile_does_not_swallow_later_wishes(store: Store) -> None:
    owe(store, notification())
    one = claim(store)
    assert one is not None
    with store.transaction():
        store.outbox.drop_target(chat(), "gone", NOW)
        store.outbox.postpone(one, later(seconds=1), "timeout")
    owe(store, notification())
    assert claim(store) is not None


def test_a_postponed_refresh_gives_way_to_a_newer_one(store: Store) -> None:
    owe(store, refresh())
    one = claim(store)
    assert one is not None
    owe(store, refresh())
    with store.transaction():
        store.outbox.postpone(one, later(seconds=9), "timeout")
    assert store.outbox.tally(NOW, NOW).waiting == 1


def test_the_tally_counts_and_the_old_is_forgotten(store: Store) -> None:
    with store.transaction():
        store.alerts.add(alert(0))
    owe(store, notification())
    one = claim(store)
    assert one is not None
    with store.transaction():
        store.outbox.sent(one, Receipt(message_id="om_1"), later(seconds=2))
    tally = store.outbox.tally(NOW, later(seconds=3))
    assert (tally.sent, tally.waiting, tally.latencies_s) == (1, 0, (2.0,))
    with store.transaction():
        store.outbox.prune(later(days=1))
    assert store.outbox.tally(NOW, NOW).sent == 0


def test_a_lease_has_one_holder_until_it_ends(store: Store) -> None:
    length = timedelta(seconds=30)
    assert store.leases.take("jobs", "a", NOW, length)
    assert not store.leases.take("jobs", "b", later(seconds=29), length)
    assert store.leases.take("jobs", "a", later(seconds=29), length)
    assert store.leases.holder("jobs", later(seconds=58)) == "a"
    assert store.leases.take("jobs", "b", later(seconds=59), length)
    with store.transaction():
        store.leases.give_back("jobs", "a")
    assert store.leases.holder("jobs", later(seconds=60)) == "b"
    with store.transaction():
        store.leases.give_back("jobs", "b")
    assert store.leases.holder("jobs", later(seconds=60)) == ""


def test_case_34_a_dead_process_of_this_host_loses_its_lease_at_once(store: Store) -> None:
    naming = "from bot.store.leases import this_process; print(this_process())"
    root = Path(__file__).parents[3]
    dead = subprocess.check_output([sys.executable, "-c", naming], cwd=root, text=True).strip()
    assert is_gone(dead)
    length = timedelta(seconds=30)
    assert store.leases.take("jobs", dead, NOW, length)
    assert store.leases.take("jobs", this_process(), NOW, length)
    assert not store.leases.take("jobs", "b", NOW, length)


def test_a_process_elsewhere_or_of_another_start_is_told_apart() -> None:
    place, pid, started, unique = this_process().split("|")
    assert not is_gone(f"{place}|{pid}|{started}|{unique}")
    assert is_gone("|".join((place, pid, f"{started}1", unique)))
    assert not is_gone(f"elsewhere|1|1|{unique}")
    assert not is_gone("nobody")


@pytest.mark.parametrize("pending", [True, False])
def test_case_12_an_event_that_comes_twice_is_taken_once(store: Store, pending: bool) -> None:
    with store.transaction():
        assert store.inbox.add("e1", {"a": 1}, NOW, pending=pending)
        assert not store.inbox.add("e1", {"a": 1}, NOW, pending=pending)
    assert len(store.inbox.pending(NOW, 9)) == int(pending)


def test_an_event_waits_until_it_is_worked_on(store: Store) -> None:
    with store.transaction():
        store.inbox.add("e1", {"a": 1}, NOW, pending=True)
        store.inbox.postpone("e1", later(seconds=5))
    assert store.inbox.pending(NOW, 9) == ()
    (one,) = store.inbox.pending(later(seconds=5), 9)
    assert (one.envelope, one.attempts) == ({"a": 1}, 1)
    with store.transaction():
        store.inbox.prune(later(days=9))
        store.inbox.done("e1")
    assert store.inbox.pending(later(seconds=5), 9) == ()
    with store.transaction():
        store.inbox.prune(later(days=9))
        assert store.inbox.add("e1", {}, NOW, pending=False)


def test_a_first_card_that_is_owed_again_posts_the_same_message_until_one_was_sent(
    store: Store,
) -> None:
    owe(store, notification())
    lost = claim(store)
    assert lost is not None
    with store.transaction():
        store.outbox.give_up(lost, "no answer", NOW)
    owe(store, notification(created_at=later(seconds=5)))
    again = claim(store, 5)
    assert again is not None
    assert again.id != lost.id
    assert store.outbox.first_try(again) == (lost.id, NOW)
    with store.transaction():
        store.outbox.sent(again, Receipt(message_id="om_1"), NOW)
        store.outbox.forget_card(1, chat())
    owe(store, notification())
    new = claim(store, 5)
    assert new is not None
    assert store.outbox.first_try(new) == (new.id, NOW)


def test_a_card_drawn_just_before_its_alert_changed_is_behind(store: Store) -> None:
    with store.transaction():
        found = store.alerts.add(alert(0, state=AlertState.RESOLVED, changed_at=later(seconds=1)))
    owe(store, notification(alert_id=found.id))
    one = claim(store)
    assert one is not None
    with store.transaction():
        store.outbox.sent(one, Receipt(message_id="om_1"), later(seconds=2))
    assert [card.message_id for card in store.outbox.behind(chat())] == ["om_1"]

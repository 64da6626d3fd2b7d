import threading

from bot.delivery.wake import Wake


def test_a_ring_between_the_look_and_the_wait_is_not_lost() -> None:
    wake = Wake()
    seen = wake.rings
    wake.ring()
    wake.wait_past(seen, timeout_s=20)
    assert wake.rings == seen + 1


def test_a_ring_wakes_who_waits() -> None:
    wake = Wake()
    waiter = threading.Thread(target=wake.wait_past, args=(wake.rings, 20))
    waiter.start()
    wake.ring()
    waiter.join(timeout=20)
    assert not waiter.is_alive()

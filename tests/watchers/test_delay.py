"""Waits that are said in several places."""

from datetime import timedelta

from watchers.delay import Delay, parse_delay


def test_a_long_quiet_over_a_general_limit_can_still_be_written_and_read() -> None:
    general = Delay(up=timedelta(), down=timedelta(minutes=15), factor=2, limit=timedelta(hours=1))
    waits = Delay(down=timedelta(hours=2)).over(general)
    assert parse_delay(str(waits)) == waits
    capped = Delay(limit=timedelta(minutes=10)).over(general)
    assert parse_delay(str(capped)) == capped

"""Signs of life to a dead-man's switch."""

import logging
from datetime import timedelta

import pytest

from bot.jobs.heartbeat import Heartbeat
from tests.bot.jobs.address import Address
from tests.fakes import MovableClock

MINUTE = timedelta(minutes=1)


def test_a_sign_of_life_is_given_in_every_span_and_not_between(address: Address) -> None:
    clock = MovableClock()
    heartbeat = Heartbeat(address.url, MINUTE, lambda _: (), clock)
    assert heartbeat.step() == pytest.approx(60)
    assert heartbeat.step() == pytest.approx(60)
    assert len(address.asked) == 1
    clock.move(seconds=60)
    heartbeat.step()
    assert len(address.asked) == 2


def test_none_is_given_while_something_stands_still(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    clock, standing = MovableClock(), ["delivery"]
    heartbeat = Heartbeat(address.url, MINUTE, lambda _: tuple(standing), clock)
    heartbeat.step()
    assert address.asked == []
    assert "no sign of life is given" in caplog.text
    standing.clear()
    clock.move(seconds=60)
    heartbeat.step()
    assert len(address.asked) == 1


def test_a_switch_that_refuses_or_is_away_is_logged_without_its_address(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    address.code = 500
    for url in (address.url, "http://127.0.0.1:1/hidden"):
        heartbeat = Heartbeat(url, MINUTE, lambda _: (), MovableClock())
        assert heartbeat.step() == pytest.approx(60)
    own = [one for one in caplog.records if one.name.startswith("bot.")]
    assert len(own) == 2
    assert not any("hidden" in str(one.__dict__) for one in own)

"""Tokens: what is written, what opens, and for how long."""

from dataclasses import replace

import pytest

from bot.core.audit import Source
from bot.core.token import Scope, Token, digest_of, name_is_good, parted, written
from tests.builders import NOW, later

SECRET = "s" * 43
TOKEN = Token(
    key="0123456789ab",
    name="ci",
    digest=digest_of(SECRET),
    scopes=frozenset({Scope.ALERTS_READ}),
    created_at=NOW,
)


def test_what_is_written_is_parted_again_and_nothing_else_is() -> None:
    shown = written(TOKEN.key, SECRET)
    assert parted(shown) == (TOKEN.key, SECRET)
    assert [parted(one) for one in ("", shown[:-1], f"{shown}x", shown.upper())] == [None] * 4


def test_only_its_secret_opens_it_and_only_while_it_holds() -> None:
    ends = replace(TOKEN, expires_at=later(hours=1))
    assert TOKEN.opens(SECRET, later(days=999))
    assert not TOKEN.opens("x" * 43, NOW)
    assert ends.opens(SECRET, later(minutes=59))
    assert not ends.opens(SECRET, later(hours=1))
    assert not replace(TOKEN, revoked_at=NOW).opens(SECRET, NOW)


def test_that_it_is_used_is_written_down_once_a_minute() -> None:
    assert TOKEN.unseen(NOW)
    used = replace(TOKEN, used_at=NOW)
    assert not used.unseen(later(seconds=59))
    assert used.unseen(later(seconds=60))


def test_who_acts_with_it_is_named_after_it() -> None:
    assert (TOKEN.actor.id, TOKEN.actor.name, TOKEN.actor.source) == ("api:ci", "ci", Source.API)


@pytest.mark.parametrize(
    ("name", "good"), [("ci", True), ("a-b.c_9", True), ("", False), ("-a", False), ("a b", False)]
)
def test_names_are_short_and_plain(name: str, good: bool) -> None:
    assert name_is_good(name) is good

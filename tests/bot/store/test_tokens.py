"""Tokens are kept as hashes, and what programs were answered for a while."""

from dataclasses import replace

import pytest

from bot.core.alert import LARKWATCH
from bot.core.sifting import Sift, Standing
from bot.core.token import KeptAnswer, Scope
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.engine.tokens import TokenNameError, Tokens
from bot.store.store import Store
from tests.builders import LIN, NOW, finding, later, report


def test_a_token_opens_until_it_is_revoked_and_that_it_is_used_is_noted(store: Store) -> None:
    tokens = Tokens(store)
    given = tokens.give("ci", {Scope.ALERTS_READ, Scope.MUTES_WRITE}, LIN, NOW, later(days=1))
    with pytest.raises(TokenNameError):
        tokens.give("ci", {Scope.ALERTS_READ}, LIN, NOW)
    assert tokens.who(given.shown, later(seconds=1)) == given.token
    assert store.tokens.all() == (replace(given.token, used_at=later(seconds=1)),)
    assert tokens.who(given.shown, later(days=1)) is None
    tokens.revoke("ci", LIN, later(minutes=1))
    assert tokens.who(given.shown, later(minutes=1)) is None
    again = tokens.give("ci", {Scope.ALERTS_READ}, LARKWATCH, later(minutes=2))
    assert tokens.who(again.shown, later(minutes=2)) == again.token


def test_answers_are_found_by_their_key_until_they_are_forgotten(store: Store) -> None:
    answer = KeptAnswer(
        key="k:1", request="d", status=201, headers={"ETag": "x"}, body='{"a":"é"}', at=NOW
    )
    with store.transaction():
        store.tokens.keep_answer(answer)
    assert store.tokens.answered("k:1") == answer
    assert store.tokens.answered("k:2") is None
    with store.transaction():
        assert store.tokens.prune(NOW) == 0
        assert store.tokens.prune(later(seconds=1)) == 1
    assert store.tokens.answered("k:1") is None


def test_alerts_below_a_number_are_found_and_all_are_counted(store: Store) -> None:
    engine = Engine(store, Terms(), lambda: None)
    found = (finding(one, labels={"service": one}) for one in "abcd")
    engine.report(report(*found), NOW)
    sift = Sift(standing=Standing.ANY, by_number=True, below=4)
    alerts, total = store.sifted.page(sift, 0, 2)
    assert ([one.id for one in alerts], total) == ([3, 2], 4)

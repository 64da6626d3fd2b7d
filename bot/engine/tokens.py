"""Gives programs tokens, knows them by these, and takes them back."""

import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.alert import Person
from bot.core.errors import BusyError, LarkwatchError
from bot.core.ports import Store
from bot.core.token import (
    KEY_BYTES,
    SECRET_BYTES,
    Scope,
    Token,
    digest_of,
    parted,
    written,
)
from bot.engine.auditing import Auditing

ANSWERS_KEPT = timedelta(days=1)
"""A program that asks the same again within this is answered as before."""


class TokenNameError(LarkwatchError):
    """A token of this name holds already, or none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A new token, and what its program shows; nobody can read that again later."""

    token: Token
    shown: str


class Tokens:
    """Every public method is one transaction and may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._auditing = Auditing(store)

    def give(
        self,
        name: str,
        scopes: Collection[Scope],
        by: Person,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> Given:
        """Make one.

        Raises:
            TokenNameError: If one of this name holds.
        """
        key, secret = secrets.token_hex(KEY_BYTES), secrets.token_urlsafe(SECRET_BYTES)
        token = Token(
            key=key,
            name=name,
            digest=digest_of(secret),
            scopes=frozenset(scopes),
            created_at=now,
            expires_at=expires_at,
        )
        with self._store.transaction():
            if self._named(name) is not None:
                raise TokenNameError(f"there is a token {name!r} already")
            self._store.tokens.add(token)
            said = " ".join(sorted(one.value for one in token.scopes))
            until = expires_at.isoformat(timespec="seconds") if expires_at else "open"
            after = {"scopes": said, "expires": until}
            self._auditing.note(by, "token_made", name, now, after=after)
        return Given(token=token, shown=written(key, secret))

    def revoke(self, name: str, by: Person, now: datetime) -> Token:
        """Let one open nothing any more.

        Raises:
            TokenNameError: If none of this name is left.
        """
        with self._store.transaction():
            token = self._named(name)
            if token is None:
                raise TokenNameError(f"there is no token {name!r}")
            revoked = replace(token, revoked_at=now)
            self._store.tokens.save(revoked)
            self._auditing.note(by, "token_revoked", name, now)
        return revoked

    def who(self, shown: str, now: datetime) -> Token | None:
        """The token that a program shows, None if it opens nothing; notes that it was used."""
        parts = parted(shown)
        token = self._store.tokens.find(parts[0]) if parts is not None else None
        if parts is None or token is None or not token.opens(parts[1], now):
            return None
        if token.unseen(now):
            self._seen(token, now)
        return token

    def _seen(self, token: Token, now: datetime) -> None:
        """Note that it is used; that must not keep anybody from reading."""
        with suppress(BusyError), self._store.transaction():
            fresh = self._store.tokens.find(token.key)
            # Read anew: what was revoked meanwhile stays revoked.
            self._store.tokens.save(replace(fresh or token, used_at=now))

    def _named(self, name: str) -> Token | None:
        """The one of this name that was not revoked, expired or not."""
        return next(
            (
                one
                for one in self._store.tokens.all()
                if one.name == name and one.revoked_at is None
            ),
            None,
        )

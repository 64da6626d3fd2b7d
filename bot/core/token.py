"""Tokens of programs: what opens the HTTP API, how far, and who acts with it."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.core.audit import Actor, Source

SECRET_BYTES = 32
KEY_BYTES = 6
SEEN_EVERY = timedelta(minutes=1)
"""So precisely it is known when a token was last used: reading must not write each time."""
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,38}[A-Za-z0-9])?")
_WRITTEN = re.compile(r"lwt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Scope(StrEnum):
    """One thing that a token may do."""

    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    MUTES_READ = "mutes:read"
    MUTES_WRITE = "mutes:write"
    RULES_READ = "rules:read"
    RULES_WRITE = "rules:write"
    SUBSCRIPTIONS_READ = "subscriptions:read"
    SUBSCRIPTIONS_WRITE = "subscriptions:write"
    HEALTH_READ = "health:read"
    HEALTH_WRITE = "health:write"
    SERIES_READ = "series:read"
    STATUS_READ = "status:read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What somebody gave a program to act with.

    Attributes:
        key: Names it within what the program shows; no secret.
        name: What people call it; of those that were not revoked, one has it.
        digest: SHA-256 of the secret, in hex: 256 random bits need no slow hash.
        expires_at: It opens nothing from then on, None for never; aware, UTC.
        used_at: When it was last used, to `SEEN_EVERY`; None for never.
        revoked_at: None while it holds.
    """

    key: str
    name: str
    digest: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Who acts with it: the audit and the cards name the token."""
        return Actor(id=f"api:{self.name}", name=self.name, source=Source.API)

    def holds(self, now: datetime) -> bool:
        """Whether it was neither revoked nor has expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def opens(self, secret: str, now: datetime) -> bool:
        """Whether it holds and this is its secret; as slow for a near miss as for a far one."""
        return hmac.compare_digest(self.digest, digest_of(secret)) and self.holds(now)

    def unseen(self, now: datetime) -> bool:
        """Whether that it is used now is worth writing down."""
        return self.used_at is None or now - self.used_at >= SEEN_EVERY


def name_is_good(name: str) -> bool:
    """Up to 40 letters, digits, ``.``, ``_`` and ``-``."""
    return _NAME.fullmatch(name) is not None


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def written(key: str, secret: str) -> str:
    """A token as programs show it; the beginning lets scanners of repositories find leaked ones."""
    return f"lwt_{key}_{secret}"


def parted(text: str) -> tuple[str, str] | None:
    """Key and secret of a written token, None for what is none."""
    found = _WRITTEN.fullmatch(text)
    return (found[1], found[2]) if found is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """What a program was answered, in case it asks the same again because it did not hear it.

    Attributes:
        key: What the program called its request, with the key of its token before it.
        request: Digest of what it asked for.
        status: HTTP's.
        body: As it was sent, "" for none.
    """

    key: str
    request: str
    status: int
    headers: Mapping[str, str]
    body: str
    at: datetime


class TokenStore(Protocol):
    """Tokens, and what was answered to programs lately."""

    def add(self, token: Token) -> None:
        """Keep a new one."""
        ...

    def all(self) -> tuple[Token, ...]:
        """Every one, revoked ones too, oldest first."""
        ...

    def find(self, key: str) -> Token | None:
        """One by its key."""
        ...

    def save(self, token: Token) -> None:
        """Keep what changed of one."""
        ...

    def answered(self, key: str) -> KeptAnswer | None:
        """What was answered under a key."""
        ...

    def keep_answer(self, answer: KeptAnswer) -> None:
        """Keep what is answered; the key must be new."""
        ...

    def prune(self, before: datetime) -> int:
        """Forget some answers of before that."""
        ...

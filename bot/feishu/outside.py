"""How things look from outside: Feishu's clock, and whether our own address answers."""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import requests
from Crypto.Cipher import AES
from Crypto.Util.Padding import pad

from bot.feishu.security import Keys
from watchers.clock import Clock

_HALF_A_SECOND = timedelta(seconds=0.5)
"""The header names whole seconds."""


class UnreachableError(Exception):
    """Nobody answered; the text says how, without the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeAnswer:
    """What an address made of a challenge.

    Attributes:
        right: Whether it opened and answered it, as only who has the keys can.
        took: How long that took; Feishu waits one second.
    """

    status: int
    right: bool
    took: timedelta


def skew(origin: str, clock: Clock, timeout_s: float) -> timedelta | None:
    """How far ahead of Feishu's the clock here is; None if the answer names no time.

    Raises:
        UnreachableError: If there is no answer.
    """
    began = clock.now()
    try:
        # Any answer will do, a refusal too: the header is what matters.
        response = requests.get(f"{origin}/open-apis/bot/v3/info", timeout=timeout_s)
    except requests.RequestException as error:
        raise UnreachableError(type(error).__name__) from error
    ended = clock.now()
    theirs = _date(response.headers.get("Date", ""))
    if theirs is None:
        return None
    return began + (ended - began) / 2 - (theirs + _HALF_A_SECOND)


def challenge(url: str, keys: Keys, timeout_s: float) -> ChallengeAnswer:
    """Ask an address what Feishu asks it when it is saved in the console.

    Raises:
        UnreachableError: If there is no answer.
    """
    text = secrets.token_hex(16)
    asked = {"challenge": text, "token": keys.verification_token, "type": "url_verification"}
    body = {"encrypt": _sealed(json.dumps(asked).encode(), keys.encrypt_key)}
    began = time.monotonic()
    try:
        response = requests.post(url, json=body, timeout=timeout_s, allow_redirects=False)
    except requests.RequestException as error:
        raise UnreachableError(type(error).__name__) from error
    took = timedelta(seconds=time.monotonic() - began)
    try:
        answered = response.json()
    except ValueError:
        answered = None
    right = isinstance(answered, dict) and answered.get("challenge") == text
    return ChallengeAnswer(status=response.status_code, right=right, took=took)


def knows(origin: str, app_id: str, app_secret: str, timeout_s: float) -> bool:
    """Whether an origin gives this app a token; no answer counts as no."""
    url = f"{origin}/open-apis/auth/v3/tenant_access_token/internal"
    asked = {"app_id": app_id, "app_secret": app_secret}
    try:
        answered = requests.post(url, json=asked, timeout=timeout_s).json()
    except requests.RequestException:
        return False
    return isinstance(answered, dict) and answered.get("code") == 0


def _sealed(plain: bytes, encrypt_key: str) -> str:
    vector = secrets.token_bytes(AES.block_size)
    cipher = AES.new(hashlib.sha256(encrypt_key.encode()).digest(), AES.MODE_CBC, iv=vector)
    return base64.b64encode(vector + cipher.encrypt(pad(plain, AES.block_size))).decode()


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)

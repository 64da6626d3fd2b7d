"""Opens what Feishu posts to the callback address: signature, freshness, decryption, token.

Handwritten, since the SDK's dispatcher accepts unsigned and replayed requests, compares in variable
time and answers with the text of its exceptions.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from Crypto.Cipher import AES
from Crypto.Util.Padding import unpad

from bot.core.errors import LarkwatchError

MAX_BODY = 1 << 20
FRESH_FOR_S = 300
_BLOCK = 16


class Rejection(StrEnum):
    """Why a request was not let in; for counters, never for the caller."""

    TOO_LARGE = "too_large"
    NOT_ENCRYPTED = "not_encrypted"
    NOT_SIGNED = "not_signed"
    BAD_SIGNATURE = "bad_signature"
    STALE = "stale"
    UNDECRYPTABLE = "undecryptable"
    BAD_TOKEN = "bad_token"  # noqa: S105 - a name, not a secret


class RejectedError(LarkwatchError):
    """A request was not let in.

    Attributes:
        why: For the counter.
        status: The HTTP status to answer with; the answer says nothing else.
    """

    def __init__(self, why: Rejection) -> None:
        super().__init__(why.value)
        self.why = why
        self.status = _STATUS[why]


_STATUS = {
    Rejection.TOO_LARGE: 413,
    Rejection.NOT_ENCRYPTED: 400,
    Rejection.NOT_SIGNED: 401,
    Rejection.BAD_SIGNATURE: 401,
    Rejection.STALE: 401,
    Rejection.UNDECRYPTABLE: 400,
    Rejection.BAD_TOKEN: 403,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The two secrets of the console's page 'Events & Callbacks'; both must be set.

    Raises:
        ValueError: If one is empty: without both, anybody could post events.
    """

    encrypt_key: str = field(repr=False)
    verification_token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.encrypt_key or not self.verification_token:
            raise ValueError("HTTP callbacks need both the encrypt key and the verification token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Feishu asks whether the address is ours: answer ``{"challenge": text}`` within a second."""

    text: str


def open_envelope(
    headers: Mapping[str, str], body: bytes, keys: Keys, now: datetime
) -> dict[str, Any] | Challenge:
    """Check and decrypt one request.

    A challenge needs no signature, since Feishu does not promise one there: it must be encrypted
    and carry the token. A signature that is present must hold in any case.

    Args:
        headers: In any casing.
        body: As it came over the wire; the signature covers these bytes.
        keys: The app's secrets.
        now: Aware; a signature older or younger than five minutes is refused.

    Raises:
        RejectedError: If anything is not as it must be.
    """
    if len(body) > MAX_BODY:
        raise RejectedError(Rejection.TOO_LARGE)
    signed = _check_signature(headers, body, keys, now)
    envelope = _decrypt(_encrypted(body), keys)
    is_challenge = envelope.get("type") == "url_verification"
    if not signed and not is_challenge:
        raise RejectedError(Rejection.NOT_SIGNED)
    if not _same(_token(envelope), keys.verification_token):
        raise RejectedError(Rejection.BAD_TOKEN)
    if not is_challenge:
        return envelope
    text = envelope.get("challenge")
    if not isinstance(text, str):
        raise RejectedError(Rejection.UNDECRYPTABLE)
    return Challenge(text=text)


def _check_signature(headers: Mapping[str, str], body: bytes, keys: Keys, now: datetime) -> bool:
    """Whether there is a signature; one that does not hold is refused."""
    lower = {name.lower(): value for name, value in headers.items()}
    signature = lower.get("x-lark-signature", "")
    timestamp = lower.get("x-lark-request-timestamp", "")
    nonce = lower.get("x-lark-request-nonce", "")
    if not signature:
        return False
    digest = hashlib.sha256()
    for part in (timestamp, nonce, keys.encrypt_key):
        digest.update(part.encode(errors="replace"))
    digest.update(body)
    if not _same(signature, digest.hexdigest()):
        raise RejectedError(Rejection.BAD_SIGNATURE)
    # Looked at only now: a timestamp means something only once the signature vouches for it.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < _BLOCK):
        raise RejectedError(Rejection.STALE)
    if abs(now.timestamp() - int(timestamp)) > FRESH_FOR_S:
        raise RejectedError(Rejection.STALE)
    return True


def _encrypted(body: bytes) -> str:
    try:
        outer = json.loads(body)
    except (ValueError, RecursionError):
        raise RejectedError(Rejection.NOT_ENCRYPTED) from None
    sealed = outer.get("encrypt") if isinstance(outer, dict) else None
    if not isinstance(sealed, str):
        raise RejectedError(Rejection.NOT_ENCRYPTED)
    return sealed


def _decrypt(sealed: str, keys: Keys) -> dict[str, Any]:
    """AES-256-CBC, the vector in front, PKCS7; every failure looks the same from outside."""
    try:
        blob = base64.b64decode(sealed, validate=True)
        key = hashlib.sha256(keys.encrypt_key.encode()).digest()
        cipher = AES.new(key, AES.MODE_CBC, iv=blob[:_BLOCK])
        envelope = json.loads(unpad(cipher.decrypt(blob[_BLOCK:]), _BLOCK))
    except (ValueError, RecursionError, binascii.Error):
        raise RejectedError(Rejection.UNDECRYPTABLE) from None
    if not isinstance(envelope, dict):
        raise RejectedError(Rejection.UNDECRYPTABLE)
    return envelope


def _token(envelope: Mapping[str, Any]) -> str:
    """Version 2 keeps the token in the header, a challenge at the top."""
    header = envelope.get("header")
    token = header.get("token") if isinstance(header, dict) else envelope.get("token")
    return token if isinstance(token, str) else ""


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(errors="replace"), right.encode(errors="replace"))

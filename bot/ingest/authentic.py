"""Whether a request is a known sender's: by signature where it can sign, else by token."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.errors import LarkwatchError
from bot.ingest.sender import Sender, SenderKind, Signed
from bot.ingest.shapes import moment
from watchers.signing import FRESH_S, SIGNATURE_HEADER
from watchers.signing import TIMESTAMP_HEADER as OWN_TIMESTAMP_HEADER

TIMESTAMP_HEADER = "X-Timestamp"
SENTRY_HEADER = "Sentry-Hook-Signature"
_PREFIX = "sha256="
_DIGITS = re.compile(r"[0-9]{1,14}")


class NotLetIn(StrEnum):
    """Why a request was not let in; for counters, never for the caller."""

    NO_SENDER = "no_sender"
    BAD_SIGNATURE = "bad_signature"
    BAD_TOKEN = "bad_token"  # noqa: S105 - the reason's name
    STALE = "stale"


class NotLetInError(LarkwatchError):
    """A request is nobody's that is known, or not of now.

    Attributes:
        why: For the counter; whoever asks is told nothing.
    """

    def __init__(self, why: NotLetIn) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """A request that is somebody's.

    Attributes:
        key: The same for the same request and for no other, "" where nothing is signed.
    """

    sender: Sender
    key: str = ""


def let_in(
    senders: Iterable[Sender], headers: Mapping[str, str], body: bytes, now: datetime
) -> LetIn:
    """Whose request it is.

    Every secret of a sender is tried, each in constant time: while keys change, both hold.

    An event is signed in ``X-Signature``: hex HMAC-SHA256 of ``timestamp.body``, or of the body
    alone where the sender is configured so. The body is the raw one; the timestamp is the text of
    the header ``X-Timestamp`` where there is one, else the characters of the body's own
    ``timestamp``. Sentry signs its body. Others show a secret as a bearer token, or as the
    password of basic authentication, or sign like an event.

    Args:
        senders: Who may post here.
        headers: In any casing.
        body: As it came over the wire.
        now: Aware.

    Raises:
        NotLetInError: If it is nobody's, or was signed more than five minutes from `now`.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    why = NotLetIn.NO_SENDER
    for sender in senders:
        try:
            return _checked(sender, lower, body, now)
        except NotLetInError as error:
            # What one of them signed too long ago is none of the others' either.
            why = error.why if why is not NotLetIn.STALE else why
    raise NotLetInError(why)


def _checked(sender: Sender, headers: Mapping[str, str], body: bytes, now: datetime) -> LetIn:
    secrets = tuple(one for one in sender.secrets() if one)
    if sender.kind is SenderKind.SENTRY:
        return LetIn(sender=sender, key=_match(secrets, headers.get(SENTRY_HEADER.lower()), body))
    signature = headers.get(SIGNATURE_HEADER.lower())
    if sender.kind is not SenderKind.EVENTS and signature is None:
        _show(sender, secrets, headers.get("authorization", ""))
        return LetIn(sender=sender)
    timestamp = _timestamp(sender, headers, body)
    signed = body
    if sender.signs is Signed.TIMESTAMP_AND_BODY:
        signed = timestamp.encode("utf-8", "replace") + b"." + body
    key = _match(secrets, signature, signed)
    at = moment(timestamp)
    if at is None or abs((now - at).total_seconds()) > FRESH_S:
        raise NotLetInError(NotLetIn.STALE)
    return LetIn(sender=sender, key=key)


def _match(secrets: Iterable[str], signature: str | None, signed: bytes) -> str:
    given = (signature or "").strip().lower().removeprefix(_PREFIX).encode("utf-8", "replace")
    right = [hmac.new(_bytes(one), signed, hashlib.sha256).hexdigest() for one in secrets]
    if not _among(given, [one.encode() for one in right]):
        raise NotLetInError(NotLetIn.BAD_SIGNATURE)
    return given.decode()


def _show(sender: Sender, secrets: Iterable[str], authorization: str) -> None:
    kind, _, text = authorization.strip().partition(" ")
    wanted, given = list(map(_bytes, secrets)), _sent(text.strip())
    if kind.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True)
        except binascii.Error:
            given = b""
        wanted = [_bytes(sender.user) + b":" + one for one in wanted]
    elif kind.lower() != "bearer":
        given = b""
    if not _among(given, wanted):
        raise NotLetInError(NotLetIn.BAD_TOKEN)


def _among(given: bytes, right: Iterable[bytes]) -> bool:
    """Compared with each, in the same time whichever is the one."""
    same = False
    for one in right:
        same |= hmac.compare_digest(one, given)
    return same


def _timestamp(sender: Sender, headers: Mapping[str, str], body: bytes) -> str:
    """The characters that are signed; with a signature over the body, only what stands in it."""
    if sender.signs is Signed.TIMESTAMP_AND_BODY:
        for name in (TIMESTAMP_HEADER, OWN_TIMESTAMP_HEADER):
            given = headers.get(name.lower(), "").strip()
            if given:
                return given if _DIGITS.fullmatch(given) else ""
    try:
        found = json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return ""
    said = found.get("timestamp") if isinstance(found, dict) else None
    return said if isinstance(said, str) else ""


def _sent(header: str) -> bytes:
    """A header's bytes; the server reads them as Latin-1."""
    try:
        return header.encode("latin-1")
    except UnicodeEncodeError:
        return _bytes(header)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")

"""The signature over what agents post: HMAC-SHA256 of timestamp and raw body."""

import hashlib
import hmac

from watchers.errors import SignatureError, StaleSignatureError

TIMESTAMP_HEADER = "X-Larkwatch-Timestamp"
SIGNATURE_HEADER = "X-Signature"
ANSWERS = "answers"
"""Key in an answer: the signature of what it answers."""
FRESH_S = 300


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Lower-case hex signature of a body sent at this second since 1970."""
    return hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def verify(secret: str, timestamp: str, signature: str, body: bytes, now: float) -> None:
    """Check a received body against its two headers.

    Args:
        secret: The shared secret.
        timestamp: The header's text, "" when it is missing.
        signature: The header's text, "" when it is missing.
        body: As received, before any decoding.
        now: Seconds since 1970.

    Raises:
        StaleSignatureError: If it was signed with the secret, but not within five minutes of `now`.
        SignatureError: If it was not signed with the secret.
    """
    # Only plain digits: int() would also take "+1", " 1" and digits of other scripts.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):  # noqa: PLR2004
        raise SignatureError(f"{TIMESTAMP_HEADER} must be whole seconds since 1970")
    sent = int(timestamp)
    expected = sign(secret, sent, body).encode()
    if not hmac.compare_digest(expected, signature.strip().lower().encode("utf-8", "replace")):
        raise SignatureError("the signature does not match; both sides need the same secret")
    if abs(now - sent) > FRESH_S:
        raise StaleSignatureError(
            f"signed {abs(now - sent):.0f} s away from this machine's time, at most {FRESH_S} s "
            "are allowed; set both clocks"
        )

"""Reports that an agent on another machine signed and posted."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from bot.core.errors import LarkwatchError
from watchers.errors import FindingFormatError, SignatureError, StaleSignatureError
from watchers.finding import Report, from_dict
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, verify

MAX_BODY = 1 << 20


class ReportRejection(StrEnum):
    """Why a report was not let in; for counters, never for the caller."""

    TOO_LARGE = "too_large"
    BAD_SIGNATURE = "bad_signature"
    STALE = "stale"
    UNREADABLE = "unreadable"


class ReportRejectedError(LarkwatchError):
    """A report was not let in.

    Attributes:
        why: For the counter.
        status: The HTTP status to answer with; the answer says nothing else.
    """

    def __init__(self, why: ReportRejection) -> None:
        super().__init__(why.value)
        self.why = why
        self.status = _STATUS[why]


_STATUS = {
    ReportRejection.TOO_LARGE: 413,
    ReportRejection.BAD_SIGNATURE: 401,
    ReportRejection.STALE: 401,
    ReportRejection.UNREADABLE: 400,
}


def open_report(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> Report:
    """Check the signature of a posted report and read it.

    Signed is ``timestamp + "." + body`` with HMAC-SHA256; within the five minutes that a signature
    is fresh, a report sent twice counts once by the ids of its findings.

    Args:
        headers: In any casing; ``X-Larkwatch-Timestamp`` in seconds, ``X-Signature`` in hex.
        body: As it came over the wire.
        secret: Shared with the agents.
        now: Aware.

    Raises:
        ReportRejectedError: If it is too large, not signed with `secret`, too old, or of a version
            or shape that this side cannot read.
        ValueError: If there is no secret.
    """
    if not secret:
        raise ValueError("signed reports need a secret")
    if len(body) > MAX_BODY:
        raise ReportRejectedError(ReportRejection.TOO_LARGE)
    check_signature(headers, body, secret, now)
    try:
        wire = json.loads(body)
        if not isinstance(wire, dict):
            raise ReportRejectedError(ReportRejection.UNREADABLE)
        return from_dict(wire)
    except (ValueError, OverflowError, RecursionError, FindingFormatError):
        raise ReportRejectedError(ReportRejection.UNREADABLE) from None


def check_signature(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> None:
    """Check that a body was signed with the secret within the last five minutes.

    Raises:
        ReportRejectedError: If it was not.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    timestamp = lower.get(TIMESTAMP_HEADER.lower(), "")
    signature = lower.get(SIGNATURE_HEADER.lower(), "")
    try:
        verify(secret, timestamp, signature, body, now.timestamp())
    except StaleSignatureError:
        raise ReportRejectedError(ReportRejection.STALE) from None
    except SignatureError:
        raise ReportRejectedError(ReportRejection.BAD_SIGNATURE) from None

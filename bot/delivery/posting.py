"""Posts JSON to somebody's address, with its failures as delivery sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests

from bot.core.errors import DeliveryError, Fault
from watchers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

_TRY_AGAIN = frozenset({408, 425, 429})
_SERVER_ERROR = 500
_OK = range(200, 300)
_LONGEST_WAIT_S = 3600
_JSON = {"Content-Type": "application/json; charset=utf-8"}
ID_HEADER = "X-Larkwatch-Id"
"""The same for every try: who counts by it does a thing once, whatever the network loses."""
MOST_ANSWER = 64 * 1024
"""Bytes of an answer that are read; nobody's answer fills the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the other side said.

    Attributes:
        text: The beginning of it.
    """

    code: int
    text: str


def signed(secret: str, at: int, body: bytes, uuid: str) -> dict[str, str]:
    """Headers that prove who posts this and when, and name what is posted, however often."""
    return {
        TIMESTAMP_HEADER: str(at),
        SIGNATURE_HEADER: sign(secret, at, body),
        ID_HEADER: uuid,
    }


def post(url: str, body: bytes, headers: Mapping[str, str], timeout_s: float, who: str) -> Answer:
    """Post JSON, and take an answer of 200 to 299; redirects are not followed.

    `who` names the receiver in faults: an address may hold a secret, and is never named.

    Raises:
        DeliveryError: Passing where another try may help, with the wait that was asked for.
    """
    return send("POST", url, body, {**_JSON, **headers}, timeout_s, who)


def send(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout_s: float,
    who: str,
    **options: Any,
) -> Answer:
    """The same with any method; `options` are those of the library."""
    try:
        answer = requests.request(
            method,
            url,
            data=body,
            headers=dict(headers),
            timeout=timeout_s,
            allow_redirects=False,
            stream=True,
            **options,
        )
        with answer:
            code, wait = answer.status_code, _wait(answer.headers)
            said = next(answer.iter_content(MOST_ANSWER), b"")
    except (requests.RequestException, OSError) as error:
        # Without its own text, which names the address.
        detail = f"no answer: {type(error).__name__}"
        raise DeliveryError(Fault.PASSING, detail=detail) from error
    if code in _OK:
        return Answer(code=code, text=said.decode("utf-8", "replace"))
    again = code in _TRY_AGAIN or code >= _SERVER_ERROR
    raise DeliveryError(
        Fault.PASSING if again else Fault.MISCONFIGURED,
        code=code,
        detail=f"{who} answered HTTP {code}",
        retry_after=wait if again else None,
    )


def _wait(headers: Mapping[str, str]) -> timedelta | None:
    """The whole seconds to wait that the other side names."""
    said = headers.get("Retry-After", "")
    if not (said.isascii() and said.isdigit()) or len(said) > len(str(_LONGEST_WAIT_S)):
        return None
    return timedelta(seconds=min(int(said), _LONGEST_WAIT_S)) or None

"""Asks a server over HTTP, within bounds of time and size, and says plainly what went wrong."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from watchers.streams.entry import SupplyError
from watchers.streams.reach import Reach

_MOST_BYTES = 64 << 20
_CHUNK = 64 * 1024
_SAID = 200
_REFUSED = (401, 403)
_GONE = 404
_GOOD = 200
_USER_AGENT = "larkwatch"


class Asking:
    """One server; used by one thread."""

    def __init__(
        self, reach: Reach, headers: Mapping[str, str] | None = None, authorization: str = ""
    ) -> None:
        """Read the credentials; `authorization` is sent in place of those of `reach`.

        Raises:
            SupplyError: If one of their files cannot be read.
        """
        self._url = reach.url
        self._timeout_s = reach.timeout.total_seconds()
        self._session = authorized(reach)
        self._session.headers.update(headers or {})
        if authorization:
            self._session.auth = _Authorization(authorization)

    def ask(
        self, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask, with a body as POST, and read the object that is answered.

        Raises:
            SupplyError: If there is no such answer; absent when nobody answers at all.
        """
        ends = time.monotonic() + self._timeout_s
        try:
            with self._session.request(
                "GET" if body is None else "POST",
                self._url + path,
                params=dict(params),
                json=body,
                timeout=self._timeout_s,
                stream=True,
                allow_redirects=False,
            ) as answer:
                text = _read(answer, ends)
        except requests.Timeout as error:
            raise SupplyError(
                f"{self._url} did not answer within {self._timeout_s:g} s", absent=True
            ) from error
        except requests.RequestException as error:
            raise SupplyError(
                f"{self._url} cannot be reached: {plainly(error)}", absent=True
            ) from error
        except OSError as error:  # of ca_file
            raise SupplyError(f"{self._url} cannot be asked: {error}") from error
        return self._object(answer.status_code, text)

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _object(self, status: int, text: bytes) -> dict[str, Any]:
        said = " ".join(text[: _SAID * 4].decode("utf-8", "replace").split())[:_SAID]
        if status in _REFUSED:
            raise SupplyError(
                f"{self._url} refuses us (HTTP {status}): check user and password_file, or "
                f"token_file{': ' if said else ''}{said}"
            )
        if status != _GOOD:
            raise SupplyError(
                f"{self._url} answers HTTP {status}{': ' if said else ''}{said}",
                absent=status == _GONE,
            )
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise SupplyError(f"{self._url} answers something else than JSON: {said}")
        return found


class _Authorization(requests.auth.AuthBase):
    """A header of our own: as a plain header, what ~/.netrc has would stand in for it."""

    def __init__(self, said: str) -> None:
        self._said = said

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._said
        return request


def authorized(reach: Reach) -> requests.Session:
    """A session that says who asks.

    Raises:
        SupplyError: If a file with credentials cannot be read.
    """
    session = requests.Session()
    session.headers["User-Agent"] = _USER_AGENT
    if reach.ca_file:
        session.verify = reach.ca_file
    if reach.user:
        session.auth = (reach.user, secret(reach.password_file))
    elif reach.token_file:
        session.auth = _Authorization(f"Bearer {secret(reach.token_file)}")
    return session


def plainly(error: BaseException) -> str:
    """The innermost reason: what lies around it names objects, not causes."""
    seen: list[BaseException] = []
    reason: BaseException | None = error
    while reason is not None and reason not in seen:
        seen.append(reason)
        inner = getattr(reason, "reason", None) or (reason.args[0] if reason.args else None)
        reason = inner if isinstance(inner, BaseException) else reason.__cause__
    said = next((one.strerror for one in seen if isinstance(one, OSError) and one.strerror), "")
    return said or str(seen[-1]).rpartition(": ")[2].strip() or type(seen[-1]).__name__


def _read(answer: requests.Response, ends: float) -> bytes:
    """The whole answer, unless it is endless in time or size."""
    parts: list[bytes] = []
    size = 0
    for chunk in answer.iter_content(_CHUNK):
        parts.append(chunk)
        size += len(chunk)
        if size > _MOST_BYTES:
            raise SupplyError(f"an answer of more than {_MOST_BYTES >> 20} MiB; ask for less: page")
        if time.monotonic() > ends:
            raise requests.Timeout
    return b"".join(parts)


def secret(path: str) -> str:
    """What a file holds, without the line's end.

    Raises:
        SupplyError: If it cannot be read.
    """
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "not text in UTF-8"
        raise SupplyError(f"the file {path} cannot be read: {why}") from error

"""Asks a server's API; what it refuses is said as it says it."""

import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click

SERVER, TOKEN, TOKEN_FILE = "LARKWATCH_SERVER", "LARKWATCH_TOKEN", "LARKWATCH_TOKEN_FILE"
EXITS = """\b
Exit codes: 0 done; 1 the server refused it; 2 the command or its settings are
wrong; 3 the server cannot be reached; 4 the token is refused or lacks a scope."""
_TIMEOUT_S = 20.0
_TRIES = 2
_PAGE = 200
_OWN_FILE = Path("~/.config/larkwatch/token")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

Query = Mapping[str, object]


class RemoteError(click.ClickException):
    """Ends a command with a message as it is."""

    def show(self, file: Any = None) -> None:
        """Print it."""
        click.echo(self.message, err=True, file=file)


class RefusedError(RemoteError):
    """The server does not do it."""

    exit_code = 1


class UnusableError(RemoteError):
    """The command or its settings are wrong."""

    exit_code = 2


class UnreachableError(RemoteError):
    """No server answers there."""

    exit_code = 3


class NotLetInError(RemoteError):
    """The token is refused, or lacks a scope."""

    exit_code = 4


class Server:
    """A running server, asked with a token."""

    def __init__(self, address: str, token: str) -> None:
        """Asks nothing yet.

        Raises:
            UnusableError: If this is no web address.
        """
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            said = f"{address or 'no server'}: wanted the address of a larkwatch serve"
            raise UnusableError(f"{said}: --server https://… or {SERVER}")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            click.echo(f"{address}: without https anybody on the way can read the token", err=True)
        self._base = f"{address.rstrip('/')}/api/v1"
        self._token = token

    def get(self, path: str, query: Query | None = None) -> Any:
        """What is there."""
        return self.ask("GET", path, query=query)

    def rows(self, path: str, query: Query, limit: int) -> Iterator[dict[str, Any]]:
        """So many rows of a list, over its pages."""
        cursor, left = "", limit
        while left > 0:
            page = self.get(path, {**query, "limit": min(left, _PAGE), "cursor": cursor})
            yield from page["items"]
            left -= len(page["items"])
            cursor = page["next"]
            if not cursor:
                return

    def ask(self, method: str, path: str, body: Any = None, query: Query | None = None) -> Any:
        """One request; it is sent again when the connection breaks, and yet done once.

        Raises:
            RemoteError: If the server cannot be reached, or refuses.
        """
        import requests

        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": _language()}
        if method == "POST":
            headers["Idempotency-Key"] = secrets.token_hex(16)
        asked: Any = {k: v for k, v in (query or {}).items() if v not in ("", [])}
        for last in (False,) * (_TRIES - 1) + (True,):
            try:
                answer = requests.request(
                    method,
                    self._base + path,
                    params=asked,
                    json=body,
                    headers=headers,
                    timeout=_TIMEOUT_S,
                    allow_redirects=False,
                )
            except requests.ConnectionError as error:
                if last or method in ("PATCH", "DELETE"):
                    said = f"{self._base} cannot be reached: {_why(error)}"
                    raise UnreachableError(said) from error
            except requests.RequestException as error:
                raise UnreachableError(f"{self._base}: {_why(error)}") from error
            else:
                return self._read(answer)
        raise AssertionError

    def _read(self, answer: Any) -> Any:
        if answer.status_code == 204:  # noqa: PLR2004 - HTTP's
            return None
        try:
            said = answer.json()
        except ValueError:
            said = None
        if answer.ok and said is not None and answer.status_code < 300:  # noqa: PLR2004
            return said
        if isinstance(said, dict) and "reason" in said:
            raise _refused(answer.status_code, said)
        told = f"{self._base} answered {answer.status_code}"
        raise UnreachableError(f"{told}: is this a larkwatch serve with [api] enabled?")


def part(text: str | int) -> str:
    """A part of an address."""
    return quote(str(text), safe="")


def token_from(file: str) -> str:
    """The token of the environment, of a file, or of the file where it usually is.

    Raises:
        UnusableError: If there is none, or others may read the file.
    """
    if not file and (token := os.environ.get(TOKEN, "").strip()):
        return token
    place = Path(file or _OWN_FILE).expanduser()
    if not file and not place.exists():
        said = f"no token: set {TOKEN}, or name a file with --token-file; on the server"
        raise UnusableError(f"{said}, larkwatch token create NAME --scope … makes one")
    try:
        mode, text = place.stat().st_mode, place.read_text().strip()
    except OSError as error:
        raise UnusableError(f"{place}: {error.strerror or error}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UnusableError(f"{place}: others may read this token; chmod 600 {place}")
    return text


def _refused(status: int, problem: Mapping[str, Any]) -> RemoteError:
    lines = [f"{problem['reason']}: {problem['detail']}"]
    lines += [f"  {one['where']}: found {one['found']!r}" for one in problem["faults"]]
    lines += [problem["remedy"]] if problem["remedy"] else []
    kind = NotLetInError if status in (401, 403) else RefusedError
    return kind("\n".join(lines))


def _why(error: Exception) -> str:
    """The innermost reason, without the classes around it."""
    while error.args and isinstance(error.args[0], Exception):
        error = error.args[0]
    cause = getattr(error, "reason", None)
    return str(cause if isinstance(cause, Exception) else error).rpartition(": ")[2]


def _language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh" if spoken.startswith("zh") else "en"

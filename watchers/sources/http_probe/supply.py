"""Asks an address again and again: what came of it is a line, and so may be what it says."""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from watchers.sources.http_probe.settings import HttpSettings
from watchers.streams.asking import authorized, plainly
from watchers.streams.entry import Entry, Opening, Stream

_GOOD = range(200, 400)
_MOST_BYTES = 1 << 20
_CHUNK = 64 * 1024
_KEPT_BYTES = 64 * 1024


def build(settings: HttpSettings, opening: Opening) -> "HttpProbe":
    """Wait for the next time.

    Raises:
        SupplyError: If a file with credentials cannot be read.
    """
    return HttpProbe(settings, opening)


def keep_s(_settings: HttpSettings) -> float:
    """Every time is another."""
    return 0.0


class HttpProbe:
    """Asks; whoever does not answer is said in a line, which rules know, and in the progress.

    Attributes:
        more: Never: the next time has not come.
        lag_s: It is asked at once.
        note: Why there was no answer the last time.
        descriptors: None.
    """

    more = False
    lag_s = 0.0
    descriptors: frozenset[int] = frozenset()

    def __init__(self, settings: HttpSettings, opening: Opening) -> None:
        """The mark is when it was asked last."""
        self.note = ""
        self._settings = settings
        self._clock = opening.clock
        self._session = authorized(settings)
        parts = urlsplit(settings.url)
        self._stream = Stream(
            path=f"http:{parts.netloc}{parts.path}", labels=(("service", opening.watch),)
        )
        every_s = settings.every.total_seconds()
        left_s = 0.0
        if opening.mark:
            left_s = float(opening.mark) + every_s - opening.clock.now().timestamp()
        self._due = opening.clock.monotonic() + min(max(left_s, 0.0), every_s)

    def draw(self) -> Iterator[Entry]:
        """Ask, if it is time."""
        now = self._clock.monotonic()
        if now < self._due:
            return
        self._due = now + self._settings.every.total_seconds()
        asked_s = self._clock.now().timestamp()
        for number, text in enumerate(self._asked()):
            yield Entry(
                mark=f"{asked_s:.3f}",
                stream=self._stream,
                id=f"{asked_s:.3f}:{number}",
                text=text,
                at_s=asked_s,
            )

    def close(self) -> None:
        """Let go of the connection."""
        self._session.close()

    def _asked(self) -> Iterator[bytes]:
        began = time.monotonic()
        timeout_s = self._settings.timeout.total_seconds()
        self.note, body = "", b""
        try:
            with self._session.get(
                self._settings.url, timeout=timeout_s, stream=True, allow_redirects=False
            ) as answer:
                status = answer.status_code
                if self._settings.body:
                    body = _read(answer, began + timeout_s)
        except requests.Timeout:
            self.note = f"{self._settings.url} did not answer within {timeout_s:g} s"
            yield self._line("error", f'msg="no answer within {timeout_s:g} s"', began)
            return
        except (requests.RequestException, OSError) as error:
            why = plainly(error)
            self.note = f"{self._settings.url} cannot be reached: {why}"
            yield self._line("error", f'msg="{why}"', began)
            return
        good = status in (self._settings.status or _GOOD)
        yield self._line("info" if good else "error", f"status={status}", began)
        for line in body.splitlines():
            yield line[:_KEPT_BYTES]

    def _line(self, level: str, said: str, began: float) -> bytes:
        """In logfmt, whose levels the built-in rules know."""
        took_s = time.monotonic() - began
        address = self._stream.path.removeprefix("http:")
        return f"level={level} address={address} {said} took_s={took_s:.3f}".encode()


def _read(answer: requests.Response, ends: float) -> bytes:
    """The beginning of an answer, as far as it comes in time."""
    body = b""
    for chunk in answer.iter_content(_CHUNK):
        body += chunk
        if len(body) > _MOST_BYTES or time.monotonic() > ends:
            break
    return body[:_MOST_BYTES]

"""Hears syslog: datagrams, and connections that each send one message after the other."""

import ipaddress
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from watchers.sources.syslog.framing import LONGEST, Frames
from watchers.sources.syslog.message import message_of
from watchers.sources.syslog.settings import SyslogSettings, open_ear
from watchers.streams.entry import Entry, Opening, Stream, SupplyError

_AT_ONCE = 1000
"""Datagrams of one draw, and connections taken in it."""
_CHUNK = 64 * 1024
_BUFFER = 4 << 20
_LOST = getattr(socket, "SO_RXQ_OVFL", 40)
"""Linux' count of datagrams that did not fit into the buffer, beside each one that did."""
_TOLD_FOR_S = 60.0
_SOUND_TIME = timedelta(days=1)


@dataclass(slots=True, eq=False)
class _Line:
    """One connection."""

    socket: socket.socket
    peer: str
    frames: Frames = field(default_factory=Frames)


def build(settings: SyslogSettings, opening: Opening) -> "Syslog":
    """Begin to listen.

    Raises:
        SupplyError: If an address cannot be had.
    """
    return Syslog(settings, opening)


def keep_s(_settings: SyslogSettings) -> float:
    """Nothing is sent twice."""
    return 0.0


class Syslog:
    """Listens; whoever sends over UDP is never told whether it was heard.

    While nothing is read, because what was found is not taken, senders over TCP wait, and datagrams
    that no longer fit into the kernel's buffer are lost; that is counted and said. What was read
    and not handed on is lost with the process.

    Attributes:
        more: Whether there may be more at once.
        lag_s: How long what is unread waits is not known.
        note: What was lost or turned away in the last minute.
        descriptors: Of all sockets.
    """

    lag_s = 0.0

    def __init__(self, settings: SyslogSettings, opening: Opening) -> None:
        self.more = False
        self.descriptors: frozenset[int] = frozenset()
        self._clock = opening.clock
        self._watch = opening.watch
        self._run = f"{opening.clock.now().timestamp():.6f}"
        self._count = 0
        self._allowed = tuple(map(ipaddress.ip_network, settings.allow))
        self._most = settings.connections
        self._datagrams: list[socket.socket] = []
        self._listeners: list[socket.socket] = []
        self._lines: dict[int, _Line] = {}
        self._losses: dict[socket.socket, int] = {}
        self._wrong: Counter[str] = Counter()
        self._wrong_at = 0.0
        for url in settings.listen:
            self._listen(url)
        self._renew()

    @property
    def note(self) -> str:
        """What was lost or turned away, for a minute after it happened last."""
        if self._clock.monotonic() - self._wrong_at > _TOLD_FOR_S:
            self._wrong.clear()
        return ", ".join(f"{count} {what}" for what, count in sorted(self._wrong.items()))

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Where is listened, in the order of the settings, datagrams first."""
        return tuple(one.getsockname()[:2] for one in (*self._datagrams, *self._listeners))

    def draw(self) -> Iterator[Entry]:
        """Some of what has come: bounded for each sender, so that none keeps the others waiting."""
        self.more = False
        for ear in self._datagrams:
            yield from self._heard(ear)
        for ear in self._listeners:
            self._accept(ear)
        for number, line in list(self._lines.items()):
            yield from self._read(number, line)

    def close(self) -> None:
        """Let go of all sockets."""
        for one in (*self._datagrams, *self._listeners):
            one.close()
        for line in self._lines.values():
            line.socket.close()
        self._lines.clear()
        self.descriptors = frozenset()

    def _listen(self, url: str) -> None:
        try:
            ear = open_ear(url)
        except OSError as error:
            self.close()
            raise SupplyError(f"{url} cannot be listened to: {error.strerror}") from error
        if ear.type == socket.SOCK_STREAM:
            self._listeners.append(ear)
            return
        with suppress(OSError):  # the kernel gives what it allows
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        with suppress(OSError):
            ear.setsockopt(socket.SOL_SOCKET, _LOST, 1)
        self._datagrams.append(ear)

    def _renew(self) -> None:
        ears = (one.fileno() for one in (*self._datagrams, *self._listeners))
        self.descriptors = frozenset((*ears, *self._lines))

    def _heard(self, ear: socket.socket) -> Iterator[Entry]:
        for _ in range(_AT_ONCE):
            try:
                raw, beside, flags, peer = ear.recvmsg(LONGEST, socket.CMSG_SPACE(4))
            except OSError:  # nothing there, or an answer of the network to what is none of ours
                return
            self._count_lost(ear, beside)
            if flags & socket.MSG_TRUNC:
                self._note("messages cut")
            sender = _plain(peer[0])
            if self._welcome(sender):
                yield from self._entry(raw, sender)
        self.more = True

    def _count_lost(self, ear: socket.socket, beside: list[tuple[int, int, bytes]]) -> None:
        for level, kind, data in beside:
            if level == socket.SOL_SOCKET and kind == _LOST:
                (lost,) = struct.unpack("=I", data[:4])
                fresh = (lost - self._losses.get(ear, 0)) & 0xFFFFFFFF
                self._losses[ear] = lost
                self._note("datagrams lost, which came faster than they were read", fresh)

    def _accept(self, ear: socket.socket) -> None:
        for _ in range(_AT_ONCE):
            try:
                found, peer = ear.accept()
            except OSError:
                return
            sender = _plain(peer[0])
            if not self._welcome(sender):
                found.close()
            elif len(self._lines) >= self._most:
                self._note("connections turned away, there were too many")
                found.close()
            else:
                found.setblocking(False)
                self._lines[found.fileno()] = _Line(found, sender)
                self._renew()

    def _read(self, number: int, line: _Line) -> Iterator[Entry]:
        before = line.frames.cut
        try:
            said = line.socket.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        for raw in line.frames.feed(said) if said else line.frames.end():
            yield from self._entry(raw, line.peer)
        if line.frames.cut > before:
            self._note("messages cut", line.frames.cut - before)
        if said:
            self.more = self.more or len(said) == _CHUNK
            return
        line.socket.close()
        del self._lines[number]
        self._renew()

    def _welcome(self, sender: str) -> bool:
        if not self._allowed or any(_inside(sender, one) for one in self._allowed):
            return True
        self._note("senders turned away that are not allowed")
        return False

    def _note(self, what: str, count: int = 1) -> None:
        if count:
            self._wrong[what] += count
            self._wrong_at = self._clock.monotonic()

    def _entry(self, raw: bytes, sender: str) -> Iterator[Entry]:
        message, now = message_of(raw), self._clock.now()
        if not message.text.strip():
            return
        at = message.at
        dated = at is not None and abs(now - at) < _SOUND_TIME
        self._count += 1
        service = message.app or self._watch
        yield Entry(
            mark=self._run,
            stream=Stream(
                path=f"syslog:{service}/{message.priority}",
                labels=(
                    ("service", service),
                    ("host", message.host or sender),
                    ("peer", sender),
                    ("facility", message.facility),
                    ("priority", message.priority),
                ),
            ),
            id=f"{self._run}:{self._count}",
            text=message.text,
            at_s=(at if at is not None and dated else now).timestamp(),
            dated=dated,
        )


def _plain(address: str) -> str:
    """An address without its zone; one of version 4 as such."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def _inside(sender: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return ipaddress.ip_address(sender) in network

"""``syslog``: where is listened, and to whom."""

import errno
import ipaddress
import socket
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

_KINDS = {"udp": socket.SOCK_DGRAM, "tcp": socket.SOCK_STREAM}
_WANTED = 'where to listen, e.g. "udp://0.0.0.0:5514" or "tcp://[::]:5514"'


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in _KINDS and bool(parts.port) and not (parts.path or parts.query)
        ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(_WANTED)
    return url


def _network(said: str) -> str:
    try:
        return str(ipaddress.ip_network(said))
    except ValueError as error:
        raise ValueError(f'addresses or networks, e.g. "10.0.0.0/8": {error}') from error


class SyslogSettings(BaseModel):
    """Where is listened; one address alone may stand in place of all this.

    Attributes:
        listen: Addresses, each with its kind: ``udp://`` or ``tcp://``.
        allow: Whoever may send, as addresses or networks; everybody when empty. Syslog proves
            nothing about a sender.
        connections: So many may be open at once over TCP.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    listen: tuple[Annotated[str, AfterValidator(_address)], ...] = Field(min_length=1)
    allow: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    connections: int = Field(default=200, ge=1, le=10_000)

    @model_validator(mode="before")
    @classmethod
    def _addresses_alone(cls, found: Any) -> Any:
        if isinstance(found, str):
            return {"listen": (found,)}
        return {"listen": tuple(found)} if isinstance(found, list) else found

    @property
    def missing(self) -> str:
        """Why nothing can be heard here, "" when it can, or somebody hears already."""
        for url in self.listen:
            try:
                open_ear(url).close()
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    return f"{url}: {error.strerror}"
        return ""


def open_ear(url: str) -> socket.socket:
    """A socket that is bound to an address; one of TCP listens.

    Raises:
        OSError: If it cannot be bound.
    """
    parts = urlsplit(url)
    host, kind = parts.hostname or "", _KINDS[parts.scheme]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ear = socket.socket(family, kind)
    try:
        ear.setblocking(False)
        if kind == socket.SOCK_STREAM:
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((host, parts.port or 0))
        if kind == socket.SOCK_STREAM:
            ear.listen()
    except OSError:
        ear.close()
        raise
    return ear

"""Does a name resolve, and to what it should?"""

import ipaddress
import secrets
import socket
import struct

from watchers.sources.checks.base import Outcome, down, up
from watchers.sources.checks.settings import CheckSettings, parted

_LONGEST = 4096
_SHOWN = 4
_A, _AAAA, _IN = 1, 28, 1
_POINTER = 0xC0
_REASONS = {1: "format error", 2: "the server failed", 3: "no such name", 5: "refused"}


def probe(settings: CheckSettings) -> Outcome:
    """Ask this machine's resolver, or the server that is named."""
    try:
        found = _asked(settings) if settings.server else _resolved(settings.lookup)
    except socket.gaierror as error:
        return down(error.strerror or str(error))
    except (ValueError, IndexError, struct.error) as error:
        return down(str(error) or "an answer that is none")
    said = ", ".join(sorted(found)[:_SHOWN])
    if not found:
        return down("no address")
    missing = sorted(set(settings.expect) - found)
    if missing:
        return down(f"resolves to {said}, not to {', '.join(missing)}")
    return up(said)


def _resolved(name: str) -> set[str]:
    return {str(one[4][0]) for one in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)}


def _asked(settings: CheckSettings) -> set[str]:
    """Addresses as one DNS server says, over UDP (RFC 1035)."""
    host, port = parted(settings.server) or ("", 0)
    (family, _, _, _, place), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    found: set[str] = set()
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.settimeout(settings.timeout.total_seconds() / 2)
        line.connect(place)
        for kind in (_A, _AAAA):
            number = secrets.randbits(16)
            line.send(_question(settings.lookup, kind, number))
            found |= _answered(line.recv(_LONGEST), number)
    return found


def _question(name: str, kind: int, number: int) -> bytes:
    head = struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0)
    labels = [part.encode("ascii") for part in name.rstrip(".").split(".")]
    written = b"".join(bytes([len(part)]) + part for part in labels)
    return head + written + b"\0" + struct.pack(">HH", kind, _IN)


def _answered(answer: bytes, number: int) -> set[str]:
    echoed, flags, questions, answers = struct.unpack_from(">HHHH", answer)
    if echoed != number:
        raise ValueError("an answer to another question")
    if code := flags & 0xF:
        raise ValueError(_REASONS.get(code, f"code {code}"))
    at = 12
    for _ in range(questions):
        at = _behind_name(answer, at) + 4
    found = set()
    for _ in range(answers):
        at = _behind_name(answer, at)
        kind, _, _, length = struct.unpack_from(">HHIH", answer, at)
        at += 10
        if kind in (_A, _AAAA):
            found.add(str(ipaddress.ip_address(answer[at : at + length])))
        at += length
    return found


def _behind_name(answer: bytes, at: int) -> int:
    while answer[at]:
        if answer[at] & _POINTER == _POINTER:
            return at + 2
        at += answer[at] + 1
    return at + 1

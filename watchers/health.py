"""How a machine stands: its figures and the checks of its services, with their wire form."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar

HEALTH_VERSION = 2
"""1 was the host's name, the time, and the shares of cpu, memory and disk."""
MOST_DISKS = 16
MOST_PROCESSES = 10
MOST_CHECKS = 200
_NAME_CHARS = 120
_DETAIL_CHARS = 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
USUAL_EVERY = timedelta(seconds=10)

_T = TypeVar("_T")


class HostStatus(StrEnum):
    """Whether all checks of a host's services pass."""

    UP = "UP"
    DOWN = "DOWN"


class CheckStatus(StrEnum):
    """What a check came to."""

    UP = "up"
    WARNING = "warning"
    """It works, but somebody should look: slow, or soon to expire."""
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What one check of a service came to.

    Attributes:
        name: As configured; one of a host.
        kind: ``tcp``, ``http``, ``tls``, ``dns``, ``process``, ``systemd`` or ``command``.
        latency_s: How long it took, None when it came to no answer.
        detail: What was seen, or what is wrong; untrusted text.
        at: When it ended; aware, UTC.
    """

    name: str
    kind: str
    status: CheckStatus
    at: datetime
    latency_s: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A file system.

    Attributes:
        used: Share in use, of what ordinary users can use.
        inodes: Share of its inodes in use, None where it has no fixed number of them.
    """

    mount: str
    used: float
    total_bytes: int
    free_bytes: int
    inodes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessUse:
    """What a process takes: `cpu` is its share of the whole machine."""

    pid: int
    name: str
    cpu: float
    memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSample:
    """How one machine stands: shares from 0.0 to 1.0.

    Attributes:
        disk: Share in use of the fullest disk.
        swap: None on a machine without any.
        load: Averages over 1, 5 and 15 minutes; empty when unknown.
        cores: Logical ones, 0 when unknown.
        sent_per_s: Bytes over the network since the sample before, loopback left out; None at
            first.
        received_per_s: The same.
        uptime_s: Since the machine started, None when unknown.
        by_cpu: The processes that take most, most first.
        by_memory: The same by memory.
        checks: Newest result of each configured check.
        every_s: Seconds to the next sample, 0.0 when unknown.
    """

    host: str
    at: datetime
    cpu: float
    memory: float
    disk: float
    swap: float | None = None
    memory_bytes: int = 0
    load: tuple[float, ...] = ()
    cores: int = 0
    disks: tuple[Disk, ...] = ()
    sent_per_s: float | None = None
    received_per_s: float | None = None
    uptime_s: float | None = None
    by_cpu: tuple[ProcessUse, ...] = ()
    by_memory: tuple[ProcessUse, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    every_s: float = 0.0

    @property
    def status(self) -> HostStatus:
        """DOWN while any check is."""
        down = any(one.status is CheckStatus.DOWN for one in self.checks)
        return HostStatus.DOWN if down else HostStatus.UP


def briefly(sample: HostSample) -> HostSample:
    """Only the name, the time and the three shares."""
    return HostSample(
        host=sample.host,
        at=sample.at,
        cpu=sample.cpu,
        memory=sample.memory,
        disk=sample.disk,
    )


def health_to_dict(sample: HostSample) -> dict[str, Any]:
    """The wire form, as agents report it and as the configured endpoint gets it."""
    return {
        "version": HEALTH_VERSION,
        "host": sample.host,
        "status": sample.status.value,
        "timestamp": _milliseconds(sample.at),
        "cpu_usage": sample.cpu,
        "memory_usage": sample.memory,
        "disk_usage": sample.disk,
        "swap_usage": sample.swap,
        "memory_bytes": sample.memory_bytes,
        "load": list(sample.load),
        "cores": sample.cores,
        "disks": [_disk_to_dict(one) for one in sample.disks],
        "network": {"sent_per_s": sample.sent_per_s, "received_per_s": sample.received_per_s},
        "uptime_s": sample.uptime_s,
        "top_cpu": [_process_to_dict(one) for one in sample.by_cpu],
        "top_memory": [_process_to_dict(one) for one in sample.by_memory],
        "checks": [_check_to_dict(one) for one in sample.checks],
        "every_s": sample.every_s,
    }


def health_from_dict(wire: Mapping[str, Any]) -> HostSample:
    """Read the wire form, also the first version's; lists and texts are cut to what is shown.

    Raises:
        KeyError, TypeError, ValueError: If it is none.
    """
    if "version" not in wire:
        return _first_version(wire)
    if wire["version"] != HEALTH_VERSION:
        raise ValueError(f"health of version {wire['version']!r}, wanted {HEALTH_VERSION}")
    network = wire["network"]
    return HostSample(
        host=_text(wire["host"]),
        at=_moment(wire["timestamp"]),
        cpu=_share(wire["cpu_usage"]),
        memory=_share(wire["memory_usage"]),
        disk=_share(wire["disk_usage"]),
        swap=_maybe(wire["swap_usage"], _share),
        memory_bytes=_count(wire["memory_bytes"]),
        load=tuple(_figure(one) for one in wire["load"][:3]),
        cores=_count(wire["cores"]),
        disks=_some(wire["disks"], _disk_from_dict, MOST_DISKS),
        sent_per_s=_maybe(network["sent_per_s"], _figure),
        received_per_s=_maybe(network["received_per_s"], _figure),
        uptime_s=_maybe(wire["uptime_s"], _figure),
        by_cpu=_some(wire["top_cpu"], _process_from_dict, MOST_PROCESSES),
        by_memory=_some(wire["top_memory"], _process_from_dict, MOST_PROCESSES),
        checks=_some(wire["checks"], _check_from_dict, MOST_CHECKS),
        every_s=_figure(wire["every_s"]),
    )


def _first_version(wire: Mapping[str, Any]) -> HostSample:
    at = datetime.fromisoformat(wire["at"])
    if at.tzinfo is None:
        raise ValueError(f"time {wire['at']!r} has no zone")
    return HostSample(
        host=_text(wire["host"]),
        at=at,
        cpu=_share(wire["cpu"]),
        memory=_share(wire["memory"]),
        disk=_share(wire["disk"]),
    )


def _disk_to_dict(disk: Disk) -> dict[str, Any]:
    return {
        "mount": disk.mount,
        "usage": disk.used,
        "total_bytes": disk.total_bytes,
        "free_bytes": disk.free_bytes,
        "inode_usage": disk.inodes,
    }


def _disk_from_dict(wire: Mapping[str, Any]) -> Disk:
    return Disk(
        mount=_text(wire["mount"]),
        used=_share(wire["usage"]),
        total_bytes=_count(wire["total_bytes"]),
        free_bytes=_count(wire["free_bytes"]),
        inodes=_maybe(wire["inode_usage"], _share),
    )


def _process_to_dict(process: ProcessUse) -> dict[str, Any]:
    return {
        "pid": process.pid,
        "name": process.name,
        "cpu_usage": process.cpu,
        "memory_bytes": process.memory_bytes,
    }


def _process_from_dict(wire: Mapping[str, Any]) -> ProcessUse:
    return ProcessUse(
        pid=_count(wire["pid"]),
        name=_text(wire["name"]),
        cpu=_share(wire["cpu_usage"]),
        memory_bytes=_count(wire["memory_bytes"]),
    )


def _check_to_dict(check: CheckResult) -> dict[str, Any]:
    return {
        "name": check.name,
        "kind": check.kind,
        "status": check.status.value,
        "timestamp": _milliseconds(check.at),
        "latency_s": check.latency_s,
        "detail": check.detail,
    }


def _check_from_dict(wire: Mapping[str, Any]) -> CheckResult:
    return CheckResult(
        name=_text(wire["name"]),
        kind=_text(wire["kind"]),
        status=CheckStatus(wire["status"]),
        at=_moment(wire["timestamp"]),
        latency_s=_maybe(wire["latency_s"], _figure),
        detail=str(wire["detail"])[:_DETAIL_CHARS],
    )


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def _moment(milliseconds: Any) -> datetime:
    try:
        return _EPOCH + _count(milliseconds) * _MILLISECOND
    except OverflowError as error:
        raise ValueError("a time beyond the calendar") from error


def _some(wire: Iterable[Any], read: Callable[[Any], _T], most: int) -> tuple[_T, ...]:
    return tuple(read(one) for one in list(wire)[:most])


def _maybe(value: Any, read: Callable[[Any], _T]) -> _T | None:
    return None if value is None else read(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, found {type(value).__name__}")
    return value[:_NAME_CHARS]


def _figure(value: Any) -> float:
    figure = float(value)
    if not math.isfinite(figure) or figure < 0:
        raise ValueError(f"no figure: {value!r}")
    return figure


def _share(value: Any) -> float:
    return min(1.0, _figure(value))


def _count(value: Any) -> int:
    return int(_figure(value))

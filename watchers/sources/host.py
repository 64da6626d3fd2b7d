"""How the machine itself stands."""

import os
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

import psutil

from watchers.clock import Clock
from watchers.health import MOST_DISKS, Disk, HostSample, ProcessUse

_FULL_BY_NATURE = frozenset({"squashfs", "iso9660", "udf", "erofs", "cramfs"})
_PROCESSES_EVERY_S = 30.0
_MOST_PROCESSES = 4000
_LOOK_AT_MOST_S = 0.5
TOP = 5

_T = TypeVar("_T")


class HostSource:
    """Samples the machine; not thread-safe.

    What cannot be read is left out. File systems of other machines are not asked: one that hangs
    would hold up everything. Of processes only the names are told, since command lines hold
    secrets; looking at all of them is dear, so it is done less often and for a bounded time.
    """

    def __init__(self, host: str, clock: Clock) -> None:
        """Begin the first interval; `host` is the name that the samples carry."""
        self._host = host
        self._clock = clock
        self._cores = psutil.cpu_count() or 1
        psutil.cpu_percent(interval=None)
        self._network = (clock.monotonic(), _traffic())
        self._used: dict[int, float] = {}
        self._looked_at = clock.monotonic()
        self._look_at = clock.monotonic()
        self._tops: tuple[tuple[ProcessUse, ...], tuple[ProcessUse, ...]] = ((), ())

    def sample(self, now: datetime) -> HostSample:
        """Shares in use; cpu and network since the sample before."""
        memory = psutil.virtual_memory()
        disks = _disks()
        sent, received = self._rates()
        by_cpu, by_memory = self._processes()
        return HostSample(
            host=self._host,
            at=now,
            cpu=_share(psutil.cpu_percent(interval=None)),
            memory=_share(memory.percent),
            disk=max((one.used for one in disks), default=0.0),
            swap=_or_none(_swap),
            memory_bytes=memory.total,
            load=_or_none(os.getloadavg) or (),
            cores=self._cores,
            disks=disks,
            sent_per_s=sent,
            received_per_s=received,
            uptime_s=_or_none(lambda: max(0.0, now.timestamp() - psutil.boot_time())),
            by_cpu=by_cpu,
            by_memory=by_memory,
        )

    def _rates(self) -> tuple[float | None, float | None]:
        before_s, before = self._network
        at_s, traffic = self._clock.monotonic(), _traffic()
        self._network = (at_s, traffic)
        span_s = at_s - before_s
        if before is None or traffic is None or span_s <= 0:
            return None, None
        # A network card that goes takes its counters along.
        sent, received = (max(0, after - was) for after, was in zip(traffic, before, strict=True))
        return sent / span_s, received / span_s

    def _processes(self) -> tuple[tuple[ProcessUse, ...], tuple[ProcessUse, ...]]:
        """Those that take most; cpu since the last look, none of it at the first."""
        now_s = self._clock.monotonic()
        if now_s < self._look_at:
            return self._tops
        span_s, self._looked_at = now_s - self._looked_at, now_s
        self._look_at = now_s + _PROCESSES_EVERY_S
        before, self._used = self._used, {}
        found = []
        asked = psutil.process_iter(["name", "memory_info", "cpu_times"])
        for process in islice(asked, _MOST_PROCESSES):
            if self._clock.monotonic() - now_s > _LOOK_AT_MOST_S:
                break
            known = process.info
            if known["cpu_times"] is None or known["memory_info"] is None:
                continue  # not ours to look at
            used = known["cpu_times"].user + known["cpu_times"].system
            self._used[process.pid] = used
            since = max(0.0, used - before.get(process.pid, used))
            found.append(
                ProcessUse(
                    pid=process.pid,
                    name=known["name"] or "?",
                    cpu=min(1.0, since / span_s / self._cores) if span_s > 0 else 0.0,
                    memory_bytes=known["memory_info"].rss,
                )
            )
        busy = (one for one in found if one.cpu > 0)
        self._tops = (
            _most(busy, lambda one: one.cpu),
            _most(found, lambda one: one.memory_bytes),
        )
        return self._tops


def _most(
    processes: Iterable[ProcessUse], by: Callable[[ProcessUse], float]
) -> tuple[ProcessUse, ...]:
    return tuple(sorted(processes, key=by, reverse=True)[:TOP])


def _share(percent: float) -> float:
    return round(min(1.0, max(0.0, percent / 100)), 4)


def _swap() -> float | None:
    swap = psutil.swap_memory()
    return _share(swap.percent) if swap.total else None


def _traffic() -> tuple[int, int] | None:
    cards = _or_none(lambda: psutil.net_io_counters(pernic=True))
    if cards is None:
        return None
    real = [counted for name, counted in cards.items() if name != "lo"]
    return sum(one.bytes_sent for one in real), sum(one.bytes_recv for one in real)


def _disks() -> tuple[Disk, ...]:
    """File systems of this machine's own devices that can fill up, each once."""
    found: dict[str, str] = {}
    for one in _or_none(lambda: psutil.disk_partitions(all=False)) or ():
        fixed = one.fstype in _FULL_BY_NATURE or "ro" in one.opts.split(",")
        if fixed or not Path(one.mountpoint).is_dir():
            continue
        # Bound to several places it is still one: the shortest name is the one people know.
        mount = found.setdefault(one.device, one.mountpoint)
        found[one.device] = min(mount, one.mountpoint, key=len)
    mounts = sorted(set(found.values()) | {"/"})
    drawn = (_or_none(lambda mount=mount: _disk(mount)) for mount in mounts[:MOST_DISKS])  # type: ignore[misc]
    return tuple(one for one in drawn if one is not None)


def _disk(mount: str) -> Disk | None:
    stands = os.statvfs(mount)
    used, free = stands.f_blocks - stands.f_bfree, stands.f_bavail
    if used + free <= 0:
        return None
    files = stands.f_files
    inodes = (files - stands.f_favail) / files if files else None
    return Disk(
        mount=mount,
        used=round(used / (used + free), 4),
        total_bytes=stands.f_blocks * stands.f_frsize,
        free_bytes=free * stands.f_frsize,
        inodes=None if inodes is None else round(min(1.0, max(0.0, inodes)), 4),
    )


def _or_none(read: Callable[[], _T]) -> _T | None:
    try:
        return read()
    except (OSError, psutil.Error):
        return None

"""Views of hosts to draw cards from."""

import math
from dataclasses import replace
from datetime import timedelta

from bot.core.health import Forecast
from bot.core.health_ports import HostRecord, HostTally
from bot.engine.health_views import (
    CHART_POINTS,
    ChartSpan,
    CoursePoint,
    DiskLine,
    HostLine,
    HostsView,
    HostView,
)
from tests.bot.feishu.samples import MINUTE, NOW
from watchers.health import CheckResult, CheckStatus, Disk, HostSample, ProcessUse

GIB = 1 << 30
UP, WARNING, DOWN = CheckStatus.UP, CheckStatus.WARNING, CheckStatus.DOWN


def check(name: str, kind: str, status: CheckStatus = UP, detail: str = "") -> CheckResult:
    return CheckResult(name=name, kind=kind, status=status, at=NOW, latency_s=0.042, detail=detail)


def disk(mount: str, used: float, total: int, inodes: float | None = 0.1) -> Disk:
    free = int(total * (1 - used)) * GIB
    return Disk(mount=mount, used=used, total_bytes=total * GIB, free_bytes=free, inodes=inodes)


CHECKS = (
    check("order-api", "http", DOWN, "HTTP 503"),
    check("shop.example", "tls", WARNING, "expires 2026-12-02, in 9 d"),
    check("postgres", "tcp", UP, "db-1:5432"),
    check("nginx", "systemd", UP, "active (running)"),
)
PROCESSES = (
    ProcessUse(pid=812, name="java", cpu=0.61, memory_bytes=6 * GIB),
    ProcessUse(pid=4410, name="postgres", cpu=0.12, memory_bytes=2 * GIB),
    ProcessUse(pid=977, name="nginx", cpu=0.03, memory_bytes=GIB // 8),
)


def sample(host: str = "web-03", **changes: object) -> HostSample:
    plain = HostSample(
        host=host,
        at=NOW,
        cpu=0.37,
        memory=0.62,
        disk=0.93,
        swap=0.02,
        memory_bytes=16 * GIB,
        load=(1.42, 1.1, 0.87),
        cores=4,
        disks=(disk("/", 0.41, 100), disk("/var/lib/postgresql", 0.93, 500)),
        sent_per_s=180_000.0,
        received_per_s=2_400_000.0,
        uptime_s=12.3 * 86400,
        by_cpu=PROCESSES,
        by_memory=PROCESSES,
        checks=CHECKS,
        every_s=10.0,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def record(of: HostSample, ago: timedelta = timedelta(seconds=4)) -> HostRecord:
    heard = NOW - ago
    return HostRecord(
        agent=of.host,
        host=of.host,
        heard_at=heard,
        due_at=heard + 2 * MINUTE,
        sample=of,
    )


def course() -> tuple[CoursePoint, ...]:
    points = []
    for n in range(CHART_POINTS):
        wave = math.sin(n / 6) * 0.2 + math.sin(n / 2.1) * 0.06
        points.append(
            CoursePoint(
                at=NOW - MINUTE * (CHART_POINTS - 1 - n),
                cpu=0.4 + wave,
                memory=0.6 + 0.0004 * n,
                disk=0.87 + 0.001 * n,
                load=1.2 + 4 * wave,
            )
        )
    return tuple(points)


def host_view(**changes: object) -> HostView:
    shown = sample()
    plain = HostView(
        record=record(shown),
        silent=False,
        span=ChartSpan.HOUR,
        course=course(),
        disks=(
            DiskLine(disk=shown.disks[1], full_in=Forecast(span=372 * MINUTE, give=50 * MINUTE)),
            DiskLine(disk=shown.disks[0], full_in=None),
        ),
        passed={"order-api": 0.934, "shop.example": 1.0, "postgres": 0.9998, "nginx": 1.0},
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def silent_view() -> HostView:
    gone = record(sample(checks=()), timedelta(minutes=17))
    return host_view(record=gone, silent=True, course=(), disks=(), passed={})


def hosts_view() -> HostsView:
    well = sample("web-01", disk=0.41, checks=CHECKS[2:])
    full = sample("db-1.shanghai.internal", checks=CHECKS[2:])
    rows = (
        HostLine(record=record(sample("cache-2"), timedelta(minutes=17)), silent=True),
        HostLine(record=record(sample()), silent=False),
        HostLine(record=record(full), silent=False),
        HostLine(record=record(well), silent=False),
        HostLine(record=record(replace(well, host="web-02", memory=0.83)), silent=False),
    )
    tally = HostTally(total=19, silent=1, down=1)
    return HostsView(rows=rows, tally=tally, page=1, every=timedelta(seconds=30))

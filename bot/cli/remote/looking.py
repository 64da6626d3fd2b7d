"""`larkwatch health`, `series` and `status`: how things stand on a server."""

import click

from bot.cli.remote.client import EXITS, Server, part
from bot.cli.remote.options import LIMIT, MATCH, remote
from bot.cli.remote.showing import Shown, visible

_HOSTS = {
    "host": "host",
    "status": "status",
    "silent": "silent",
    "cpu": "cpu",
    "memory": "memory",
    "disk": "disk",
    "load": "load",
    "heard": "heard_at",
}
_HOST = (
    *("host", "agent", "status", "silent", "heard_at", "cpu", "memory", "disk", "swap", "load"),
    *("cores", "uptime_s", "every_s", "passed"),
)
_BARS = " ▁▂▃▄▅▆▇█"


@click.command(
    epilog=f"""\b
Examples:
  larkwatch health
  larkwatch health web-1 --span 24h
  larkwatch health --every 30s

{EXITS}"""
)
@remote
@LIMIT
@click.argument("host", default="")
@click.option("--span", type=click.Choice(["1h", "6h", "24h"]), default="1h", show_default=True)
@click.option("--every", default="", metavar="SPAN", help='Sample hosts so often; "default".')
def health(server: Server, shown: Shown, host: str, span: str, every: str, limit: int) -> None:
    """List the hosts of a server, silent ones first, then the worst; or show one HOST."""
    if every:
        wanted = None if every == "default" else every
        found = server.ask("PUT", "/health/interval", {"every": wanted})
        shown.done(f"hosts are sampled every {found['every'] or 'as each is configured'}", found)
    elif host:
        found = server.get(f"/health/hosts/{part(host)}", {"span": span})
        shown.one(found, _HOST)
        course = (
            f"{name:<8}{_bars([point[name] for point in found['course']])}"
            for name in ("cpu", "memory", "disk")
        )
        shown.lines(f"last {span}", course)
        shown.lines("disks", (f"{one['mount']} {one['used']:.0%}" for one in found["disks"]))
        checks = (f"{one['name']} {one['status']} {one['detail']}" for one in found["checks"])
        shown.lines("checks", checks)
    else:
        shown.table(list(server.rows("/health/hosts", {}, limit)), _HOSTS)


@click.command(
    epilog=f"""\b
Examples:
  larkwatch series
  larkwatch series latency_ms --stat p95 --span 6h --match service=pay
  larkwatch series cpu --host web-1 --json

{EXITS}"""
)
@remote
@LIMIT
@MATCH
@click.argument("name", default="")
@click.option(
    "--stat",
    type=click.Choice(["mean", "p50", "p95", "p99", "min", "max", "sum", "count"]),
    default="mean",
    show_default=True,
)
@click.option("--span", default="6h", show_default=True, help="How far back, to 90d.")
@click.option("--host", default="", help="A figure of this host: cpu, memory, disk, load, …")
def series(  # noqa: PLR0913 - click's options
    server: Server,
    shown: Shown,
    *,
    name: str,
    stat: str,
    span: str,
    host: str,
    match: tuple[str, ...],
    limit: int,
) -> None:
    """List the numbers that a server keeps, or show how those of NAME went."""
    if not name:
        shown.table(list(server.rows("/series", {}, limit)), {"name": "name"})
        return
    query = {"stat": stat, "span": span, "host": host, "match": list(match)}
    found = server.get(f"/series/{part(name)}/points", query)
    if shown.as_json:
        shown.one(found)
        return
    shown.lines(f"{stat} of {name}, {span}", [_bars([one["value"] for one in found["points"]])])
    shown.one(found, ("value", "before", "numbers"))
    points = [one for one in found["points"] if one["value"] is not None]
    shown.table(points, {"at": "at", "value": "value", "before": "before"})


@click.command(epilog=EXITS)
@remote
def status(server: Server, shown: Shown) -> None:
    """Say how everything stands on a server: alerts, agents, delivery."""
    found = server.get("/status")
    shown.one(found, ("version", "started_at", "open", "muted", "subscriptions", "delivery"))
    shown.lines("configuration refused", found["configuration_refused"])
    for agent in found["agents"]:
        title = f"{agent['agent']}, heard {visible(agent['heard_at'])}"
        shown.lines(title, (f"{one['state']:<7}{one['name']}" for one in agent["sources"]))
    shown.lines("not told in time", (f"{one['name']}: {one['fault']}" for one in found["troubles"]))


def _bars(values: list[float | None]) -> str:
    """A course in one line: from the lowest to the highest; a gap where nothing is known."""
    known = [one for one in values if one is not None]
    low, span = min(known, default=0.0), max(known, default=0.0) - min(known, default=0.0)
    steps = len(_BARS) - 2
    return "".join(
        _BARS[0] if one is None else _BARS[1 + round((one - low) / span * steps) if span else 1]
        for one in values
    )

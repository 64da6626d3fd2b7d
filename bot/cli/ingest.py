"""`larkwatch ingest test`: what would become of something that a sender posts."""

from typing import TYPE_CHECKING, BinaryIO

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail

if TYPE_CHECKING:
    from watchers.finding import Finding


@click.group()
def ingest() -> None:
    """Try what others push in."""


@ingest.command(
    epilog="""\b
Examples:
  larkwatch ingest test --source ci build.json
  curl -s https://ci.example/last.json | larkwatch ingest test --source ci - --json"""
)
@CONFIG_OPTION
@click.option("--source", required=True, metavar="NAME", help="The name of an [[ingest]].")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for programs.")
@click.argument("body", metavar="FILE", type=click.File("rb"))
def test(file: str, source: str, body: BinaryIO, *, as_json: bool) -> None:
    """Show which alerts a posted body would become; nothing is stored or sent, no secret needed.

    With --json: {"status", "code", "msg", "data", "alerts": [{"rule", "title", "severity",
    "labels", "annotations", "over", "started_at"}], "hosts": […], "kept": [{"event", "note"}]}.

    Exit codes: 0 it would be taken, 1 it would be refused, 2 the configuration is wrong.
    """
    import json

    from bot.app.senders import trial
    from bot.config.load import load
    from watchers.clock import SystemClock

    config = or_fail(lambda: load(file))
    settings = next((one for one in config.ingest if one.name == source), None)
    if settings is None:
        known = ", ".join(one.name for one in config.ingest) or "none"
        raise Failure(f"--source {source}: no [[ingest]] has this name (known: {known})")
    tried = trial(config, settings, body.read(), SystemClock())
    if as_json:
        alerts = [_as_json(one) for one in tried.push.findings]
        hosts = [one.host for one in tried.hosts]
        kept = [{"event": one.event, "note": one.note} for one in tried.push.kept]
        told = {"alerts": alerts, "hosts": hosts, "kept": kept}
        status = {"status": tried.reply.status.value}
        click.echo(json.dumps({**status, **tried.reply.as_json(), **told}, ensure_ascii=False))
    else:
        click.echo(f"{tried.reply.status.value} {tried.reply.msg}")
        for one in tried.push.findings:
            _say(one)
        for host in tried.hosts:
            click.echo(f"host {host.host}: {host.status.value}")
        for event in tried.push.kept:
            click.echo(f"kept as {event.event}: {event.note or 'nothing handles it'}")
    if not tried.reply.taken:
        raise SystemExit(1)


def _say(one: "Finding") -> None:
    state = "over" if one.recovers else one.severity.value
    click.echo(f"{state}: {one.title}")
    click.echo(f"  rule    {one.rule}")
    for name, text in (*one.labels.items(), *one.annotations.items()):
        click.echo(f"  {name:<7} {text}")


def _as_json(one: "Finding") -> dict[str, object]:
    return {
        "rule": one.rule,
        "title": one.title,
        "severity": one.severity.value,
        "labels": dict(one.labels),
        "annotations": dict(one.annotations),
        "over": one.recovers,
        "started_at": one.first_written_at.isoformat() if one.first_written_at else None,
    }

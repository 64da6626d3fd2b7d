"""`larkwatch replay`: what files that are already there would have told, and when."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from bot.cli.common import or_fail
from watchers.clock import SystemClock
from watchers.incidents.entry import Kind, News
from watchers.incidents.masks import Masks
from watchers.incidents.settings import IncidentTerms
from watchers.replay.incidents import incidents_in
from watchers.replay.reading import Count, Told, records_of

_EXAMPLES = """\b
Examples:
  larkwatch replay app.log app.log.1.gz
  larkwatch replay app.log.xz --since 2026-03-02T10:00:00Z --until 2026-03-02T12:00:00Z
  larkwatch replay app.log --notifications out.jsonl
"""


class _Moment(click.ParamType[datetime]):
    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f'{value!r} is no time; write for example "2026-03-02T10:00:00Z"', param, ctx)
        return moment if moment.tzinfo is not None else moment.astimezone()


@click.command(epilog=_EXAMPLES)
@click.argument("files", metavar="FILES...", nargs=-1, required=True)
@click.option("--since", type=_Moment(), help="Leave out what was written before.")
@click.option("--until", type=_Moment(), help="Leave out what was written from then on.")
@click.option(
    "--notifications",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one JSON object per message into this file.",
)
def replay(
    files: tuple[str, ...], since: datetime | None, until: datetime | None, out: Path | None
) -> None:
    """Read whole log files, and print what one subscriber would have been sent, and when.

    The time is that of the lines. Files may be gzip, xz or zstd, and - is standard input; lines
    of several files are taken in the order of their times. In --notifications a message is
    {"ts", "kind" (fire, update or resolve), "alert", "severity", "evidence" (numbers of at most
    20 lines)}.

    Exit codes: 0; 2 when a file cannot be read or no times are found in it.
    """
    count = Count()
    records = _within(
        records_of(files, SystemClock().now(), None, count, lambda _path, _done: None), since, until
    )
    with_out = out.open("w", encoding="utf-8") if out is not None else None
    try:
        told = or_fail(lambda: _tell(records, with_out))
    finally:
        if with_out is not None:
            with_out.close()
    click.echo(f"{told} messages for {count.lines} lines", err=True)


def _within(
    records: Iterator[Told], since: datetime | None, until: datetime | None
) -> Iterator[Told]:
    first = since.timestamp() if since is not None else float("-inf")
    last = until.timestamp() if until is not None else float("inf")
    for one in records:
        if one.at_s >= last:
            return
        if one.at_s >= first:
            yield one


def _tell(records: Iterator[Told], out: TextIO | None) -> int:
    told = 0
    for news in incidents_in(records, Masks(), IncidentTerms()):
        if news.kind is Kind.GREW:
            continue
        told += 1
        click.echo(_drawn(news))
        if out is not None:
            out.write(json.dumps(_notification(news)) + "\n")
    sys.stdout.flush()
    return told


def _notification(news: News) -> dict[str, object]:
    return {
        "ts": _time(news.at_s),
        "kind": news.kind.value,
        "alert": news.incident,
        "severity": news.severity.value,
        "evidence": [one.source.line for one in news.evidence],
    }


def _drawn(news: News) -> str:
    services = ", ".join(news.services)
    return (
        f"{_time(news.at_s)} {news.kind.value:7} #{news.incident} {news.severity.value:8} "
        f"{services}: {news.template} ({news.total} lines)"
    )


def _time(at_s: float) -> str:
    at = datetime.fromtimestamp(round(at_s, 3), UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

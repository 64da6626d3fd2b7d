"""`larkwatch replay`: what files that are already there would have told, and when."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import or_fail

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app.replaying import Sent
    from bot.config.schema import Config

_EXAMPLES = """\b
Examples:
  larkwatch replay app.log app.log.1.gz
  larkwatch replay app.log.xz --since 2026-03-02T10:00:00Z --until 2026-03-02T12:00:00Z
  larkwatch replay app.log --config larkwatch.toml --notifications out.jsonl
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
@click.option("-c", "--config", "file", default="", metavar="FILE", help="The configuration.")
@click.option(
    "--rules", "rules", default="", metavar="FILE", help="Look for the rules in FILE besides."
)
@click.option("--since", type=_Moment(), help="Leave out what was written before.")
@click.option("--until", type=_Moment(), help="Leave out what was written from then on.")
@click.option(
    "--notifications",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one JSON object per message into this file.",
)
def replay(
    files: tuple[str, ...],
    file: str,
    rules: str,
    since: datetime | None,
    until: datetime | None,
    out: Path | None,
) -> None:
    """Read whole log files, and print what one subscriber would have been sent, and when.

    The time is that of the lines. Files may be gzip, xz or zstd, and - is standard input; lines
    of several files are taken in the order of their times. Without --config or --rules it is what
    a fresh configuration tells: incidents. In --notifications a message is {"ts", "kind" (fire,
    update or resolve), "alert", "severity", "evidence" (numbers of at most 20 lines)}.

    Exit codes: 0; 2 when the configuration is wrong, a file cannot be read, or no times are found
    in it.
    """
    from bot.app.replaying import Replaying, size_of
    from watchers.clock import SystemClock

    with click.progressbar(
        length=size_of(files), label="reading", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        replaying = Replaying(
            config=_config(file, rules),
            file=file,
            paths=files,
            since=since,
            until=until,
            now=SystemClock().now(),
            read=bar.update,
        )
        sent: list[Sent] = or_fail(replaying.sent)
    for one in sent:
        click.echo(_drawn(one))
    if out is not None:
        lines = "".join(json.dumps(_object(one)) + "\n" for one in sent)
        or_fail(lambda: _write(out, lines))
    click.echo(f"{len(sent)} messages for {replaying.count.lines} lines", err=True)


def _config(file: str, rules: str) -> "Config":
    from bot.config.load import load
    from bot.config.schema import Config

    load_or_fail: Callable[[str], Any] = lambda name: or_fail(lambda: load(name))  # noqa: E731
    config: Config = load_or_fail(file) if file else Config()
    if not rules:
        return config
    more = load_or_fail(rules)
    names = {one.name for one in more.rule}
    own = tuple(one for one in config.rule if one.name not in names)
    return config.model_copy(update={"rule": (*own, *more.rule)})


def _write(out: Path, lines: str) -> None:
    from watchers.errors import ReplayError

    try:
        out.write_text(lines, "utf-8")
    except OSError as error:
        raise ReplayError(f"{out} cannot be written: {error.strerror}") from error


def _object(one: "Sent") -> dict[str, object]:
    return {
        "ts": _time(one.message.at),
        "kind": one.message.kind,
        "alert": one.message.alert,
        "severity": one.message.severity.value,
        "evidence": list(one.lines),
    }


def _drawn(one: "Sent") -> str:
    message = one.message
    service = message.labels.get("service", "")
    return (
        f"{_time(message.at)} {message.kind:7} #{message.alert} {message.severity.value:8} "
        f"{service}: {message.title} ({message.count} lines)"
    )


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

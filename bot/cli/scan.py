"""`larkwatch scan`: which lines of some files which rules match, at the speed of the disk."""

import glob
import json
import os
import sys
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import EXIT_CONFIG, Failure, or_fail

if TYPE_CHECKING:
    from watchers.clock import Clock
    from watchers.detectors.base import RuleSettings
    from watchers.scanning.scan import Match, Scan, Tally

_EXAMPLES = """\b
Examples:
  larkwatch scan /var/log/pay/*.log --rules larkwatch.toml
  larkwatch scan 'logs/**/*.log*' --count
  zcat old.gz | larkwatch scan - --rules rules.toml --json | jq -r .text
  larkwatch scan pay.log.2.zst --since 2h --until '2026-11-23 10:30'

\b
Exit codes: 0 everything was scanned, whether or not something matched; 2 the
rules cannot be used, or a file could not be read to its end (the others are
scanned all the same), or a rule took too long and was given up.
"""
_MEGA = 1_000_000


@click.command(epilog=_EXAMPLES)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--rules",
    "rules_file",
    metavar="FILE",
    help="TOML with [[rule]] tables, as in larkwatch.toml. The default rules without it.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON instead of text.")
@click.option("--count", is_flag=True, help="Only how many lines each rule matches: much faster.")
@click.option("--since", metavar="WHEN", help="Only lines of that time or later.")
@click.option("--until", metavar="WHEN", help="Only lines before that time.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of the files.")
def scan(
    files: tuple[str, ...],
    rules_file: str | None,
    since: str | None,
    until: str | None,
    encoding: str,
    *,
    as_json: bool,
    count: bool,
) -> None:
    """Print the lines of the files that a rule matches, and how many each rule does.

    A FILE may be compressed with gzip, bzip2, xz or zstd, may be a pattern with * and **, or - for
    standard input. Nothing is counted up, grouped or sent: that is larkwatch replay. Each line is
    looked at for itself; `exclude` and `files` of a rule hold, all else in it does not matter.

    WHEN is a time (2026-11-23T10:00, in this machine's zone without one of its own) or a span
    before now (90s, 2h, 1d). A line without a time has that of the nearest line above.

    A line is printed as FILE:NUMBER:RULES:TEXT, with --json as {"path", "line", "offset" (in bytes
    of the unpacked text), "time" (null where it names none), "rules", "text"}; the counts follow
    on standard error. With --count they are all there is, on standard output; with --json as one
    object: {"rules" (lines by name), "lines", "bytes", "files", "seconds", "mb_per_s", "cut_lines",
    "lines_without_time", "given_up", "errors"}.
    """
    from watchers.clock import SystemClock
    from watchers.scanning.scan import Scan
    from watchers.sources.file.decode import Decoder

    clock = SystemClock()
    within = _within(since, until, clock)
    rules = _rules(rules_file)
    try:
        decoder = Decoder(encoding)
    except ValueError as error:
        raise Failure(str(error)) from None
    tell = None if count else (_as_json if as_json else _as_text)
    work: Scan = or_fail(lambda: Scan(rules, decoder, within, tell))
    names = tuple(dict.fromkeys(one for name in files for one in _expanded(name)))
    began = clock.monotonic()
    try:
        errors = _run(work, names, shown=sys.stderr.isatty() and (count or not sys.stdout.isatty()))
        sys.stdout.flush()
        _sum_up(work, rules, names, errors, clock.monotonic() - began, as_json, count)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads any more; keep the interpreter's own last flush from complaining.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    for name in work.given_up:
        click.echo(f"larkwatch scan: rule {name!r} took too long and was given up", err=True)
    if errors or work.given_up:
        raise SystemExit(EXIT_CONFIG)


def _within(since: str | None, until: str | None, clock: "Clock") -> Any:
    from watchers.scanning.scan import Within

    now = clock.now()
    return Within(since=_moment(since, now), until=_moment(until, now), now=now)


def _moment(text: str | None, now: datetime) -> datetime | None:
    from watchers.delay import read_span

    if text is None:
        return None
    span: timedelta | None = read_span(text)
    if span is not None:
        return now - span
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(
            f"{text!r} is no time: wanted one such as 2026-11-23T10:00, or a span such as 2h"
        ) from None
    return at if at.tzinfo is not None else at.astimezone()


def _rules(file: str | None) -> "tuple[RuleSettings, ...]":
    from bot.config.load import examine, sound_part
    from watchers.detectors.keyword import DEFAULT_RULES

    if file is None:
        return DEFAULT_RULES
    config, problems = examine(file)
    # What is wrong elsewhere in a whole configuration does not matter here.
    wrong = [one for one in problems if one.fatal and one.path.startswith(("rule", "")[not config])]
    if wrong:
        raise Failure("\n".join(f"error: {one}" for one in wrong))
    rules = (config or sound_part(file)).rule
    if not rules:
        raise Failure(f"{file} has no [[rule]]: write one with name, pattern and severity")
    return rules


def _expanded(name: str) -> list[str]:
    """The files that a pattern leads to, the name itself where there are none."""
    if not glob.has_magic(name) or os.path.lexists(name):
        return [name]
    return sorted(one for one in glob.glob(name, recursive=True) if os.path.isfile(one)) or [name]  # noqa: PTH113,PTH207


def _run(work: "Scan", names: tuple[str, ...], *, shown: bool) -> list[str]:
    """Scan one file after the other; what could not be read."""
    from watchers.errors import UnreadableError
    from watchers.scanning.opening import Opened

    errors: list[str] = []
    progress = _Progress(names) if shown else None
    try:
        for name in names:
            try:
                with Opened(name) as opened:
                    for _ in work.file(opened):
                        if progress is not None:
                            progress.at(opened.read_so_far(), work.tally.bytes)
                    if progress is not None:
                        progress.done(opened.read_so_far())
            except UnreadableError as error:
                errors.append(str(error))
    finally:
        if progress is not None:
            progress.close()
    for said in errors:
        click.echo(f"larkwatch scan: {said}", err=True)
    return errors


class _Progress:
    """A bar on standard error: how far, how fast through the text, how long yet."""

    def __init__(self, names: tuple[str, ...]) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
        from rich.progress import TimeRemainingColumn as Remaining

        from watchers.scanning.opening import size_of

        columns = (TaskProgressColumn(), TextColumn("{task.fields[speed]}"), Remaining())
        console = Console(stderr=True)
        self._bar = Progress(BarColumn(), *columns, console=console, transient=True)
        self._task = self._bar.add_task("scan", total=size_of(names), speed="")
        self._before = 0
        self._began = time.monotonic()
        self._bar.start()

    def at(self, read: int, text: int) -> None:
        """So far into the present file, and so much text in all."""
        elapsed = max(time.monotonic() - self._began, 1e-3)
        speed = f"{text / elapsed / _MEGA:.0f} MB/s"
        self._bar.update(self._task, completed=self._before + read, speed=speed)

    def done(self, read: int) -> None:
        """The present file is done with."""
        self._before += read

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


def _as_text(match: "Match") -> None:
    rules = ",".join(match.rules)
    _write(f"{match.path}:{match.line}:{rules}:{match.text}\n")


def _as_json(match: "Match") -> None:
    fields = {
        "path": match.path,
        "line": match.line,
        "offset": match.offset,
        "time": match.at.isoformat() if match.at is not None else None,
        "rules": list(match.rules),
        "text": match.text,
    }
    _write(json.dumps(fields, ensure_ascii=False) + "\n")


def _write(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def _sum_up(
    work: "Scan",
    rules: "tuple[RuleSettings, ...]",
    names: tuple[str, ...],
    errors: list[str],
    seconds: float,
    as_json: bool,
    count: bool,
) -> None:
    tally = work.tally
    counts = {rule.name: tally.rules[rule.name] for rule in rules}
    if as_json:
        found = {
            "rules": counts,
            "lines": tally.lines,
            "bytes": tally.bytes,
            "files": len(names),
            "seconds": round(seconds, 3),
            "mb_per_s": round(tally.bytes / max(seconds, 1e-6) / _MEGA, 1),
            "cut_lines": tally.cut,
            "lines_without_time": tally.timeless,
            "given_up": list(work.given_up),
            "errors": errors,
        }
        click.echo(json.dumps(found, ensure_ascii=False), err=not count)
        return
    width = max([len(str(tally.lines)), 5])
    for name, number in counts.items():
        click.echo(f"{number:>{width}}  {name}", err=not count)
    click.echo(f"{tally.lines:>{width}}  lines that match, of all", err=not count)
    speed = tally.bytes / max(seconds, 1e-6) / _MEGA
    said = f"{len(names)} {'file' if len(names) == 1 else 'files'}, {tally.bytes / _MEGA:.1f} MB"
    click.echo(f"{said} in {seconds:.2f} s, {speed:.0f} MB/s{_aside(tally)}", err=True)


def _aside(tally: "Tally") -> str:
    cut = f"; {tally.cut} lines longer than 1 MiB were cut" if tally.cut else ""
    timeless = f"; {tally.timeless} lines without a time count too" if tally.timeless else ""
    return cut + timeless

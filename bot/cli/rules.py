"""`larkwatch rules`: what the rules and formats make of lines."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail
from bot.cli.remote.rules import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.config.schema import Config
    from watchers.matching.grok import Value
    from watchers.sources.file.settings import WatchSettings
    from watchers.trials.linewise import Tried

EXIT_NOTHING = 1
_DEFAULT = "larkwatch.toml"
_PIECE = 256 * 1024
_LONGEST = 2000
_TYPES = {bool: "bool", int: "int", float: "float", str: "string"}


@click.group()
def rules() -> None:
    """Try rules and formats out here, and look after the rules of a running server."""


for _command in COMMANDS:
    rules.add_command(_command)


@rules.command(
    epilog="""\b
Examples:
  larkwatch rules test /var/log/pay/pay.log
  tail -n 100 access.log | larkwatch rules test - --format access --json | jq .fields
  larkwatch rules test x.log --pattern '%{TIMESTAMP_ISO8601:time} %{NUMBER:ms:float}ms'

\b
Exit codes: 0 a rule takes at least one line; 1 none does; 2 the configuration
is wrong, or the file cannot be read."""
)
@CONFIG_OPTION
@click.argument("source", metavar="FILE|-", default="-")
@click.option("--watch", default="", metavar="NAME", help="As this [[watch]] reads its files.")
@click.option("--format", "format_", default="", metavar="NAME", help="Of the lines.")
@click.option("--pattern", default="", metavar="GROK", help="A format to try out.")
@click.option("--encoding", default="", help="Of the file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def test(  # noqa: PLR0913 - click's options
    ctx: click.Context,
    file: str,
    source: str,
    watch: str,
    format_: str,
    pattern: str,
    encoding: str,
    *,
    as_json: bool,
) -> None:
    """Show which rule and which format take each line of FILE, and what they read in it.

    Without a configuration, the built-in rules and formats are tried. Nothing is stored, sent or
    redacted. Lines that continue one another, as a stack trace does, are one record.

    A JSON object has: line (number of its first line), lines, text, format (null for none),
    fields, types (of the fields), severity (as the line says), time (as it says, null if it does
    not), message, and rules: a list of {name, severity, verdict, title, labels} of those that
    match; verdict is one of alerts, records, outranked, excluded, unfit or recovers.
    """
    from bot.config.load import load, rules_of
    from bot.config.schema import Config
    from watchers.clock import SystemClock
    from watchers.trials.linewise import Linewise

    given = ctx.get_parameter_source("file") is not click.core.ParameterSource.DEFAULT
    bare = not given and not Path(file).exists()
    config: Config = Config() if bare else or_fail(lambda: load(file))
    settings = _settings(config, file, watch, source)
    changed: dict[str, Any] = {"format": format_} if format_ else {}
    if encoding:
        changed["encoding"] = encoding
    if pattern:
        grok = settings.grok.model_copy(update={"formats": {"pattern": pattern}})
        changed |= {"format": "pattern", "grok": grok}
    settings = _usable(settings, changed)
    linewise = or_fail(lambda: Linewise(rules_of(config), settings, SystemClock().now()))
    say = _Json() if as_json else _Text(settings.grok.formats.keys())
    for one in linewise.over(_pieces(source)):
        say.record(one)
    say.end()
    if not say.taken:
        raise SystemExit(EXIT_NOTHING)


def _settings(config: "Config", file: str, watch: str, source: str) -> "WatchSettings":
    from bot.config.grok import grok_of
    from bot.config.load import watches_of
    from watchers.sources.file.discovery import leads_to
    from watchers.sources.file.settings import WatchSettings

    watches = watches_of(config, file)
    if watch:
        for one in watches:
            if one.name == watch:
                return one
        known = ", ".join(one.name for one in watches) or "none"
        raise Failure(f"there is no watch {watch!r} (there are: {known})")
    path = str(Path(source).absolute())
    for one in watches:
        if any(leads_to(str(Path(glob).absolute()), path) for glob in one.files):
            return one
    return WatchSettings(name="test", files=[source], grok=grok_of(config, file))


def _usable(settings: "WatchSettings", changed: dict[str, Any]) -> "WatchSettings":
    from watchers.as_watched import reader_of
    from watchers.errors import PatternError
    from watchers.sources.file.decode import usable_encoding

    try:
        usable_encoding(changed.get("encoding", "utf-8"))
        settings = settings.model_copy(update=changed)
        reader_of(settings)
    except (PatternError, ValueError) as error:
        raise Failure(str(error)) from error
    return settings


def _pieces(source: str) -> Iterator[bytes]:
    """The bytes of a file or of standard input, as they come."""
    try:
        if source == "-":
            yield from _read(sys.stdin.buffer)
            return
        with Path(source).open("rb") as opened:
            yield from _read(opened)
    except OSError as error:
        raise Failure(f"{source}: {error.strerror or error}") from error


def _read(opened: IO[bytes]) -> Iterator[bytes]:
    read: Callable[[int], bytes] = getattr(opened, "read1", opened.read)
    while piece := read(_PIECE):
        yield piece


class _Json:
    """Writes objects."""

    def __init__(self) -> None:
        self.taken = 0

    def record(self, one: "Tried") -> None:
        self.taken += bool(one.takers)
        reading = one.reading
        click.echo(
            json.dumps(
                {
                    "line": one.line,
                    "lines": one.lines,
                    "text": one.text,
                    "format": reading.format or None,
                    "fields": dict(reading.fields),
                    "types": {name: _type(value) for name, value in reading.fields.items()},
                    "severity": reading.severity.value if reading.severity else None,
                    "time": reading.at.isoformat() if reading.at else None,
                    "message": reading.message,
                    "rules": [
                        {
                            "name": taker.rule.name,
                            "severity": taker.rule.severity.value,
                            "verdict": taker.verdict.value,
                            "title": taker.title,
                            "labels": dict(taker.labels),
                        }
                        for taker in one.takers
                    ],
                },
                ensure_ascii=False,
            )
        )

    def end(self) -> None:
        """Nothing: an object for each record is all."""


class _Text:
    """Writes for people, with a summary."""

    def __init__(self, own: Any) -> None:
        self.taken = self._lines = self._records = 0
        self._own = tuple(own)
        self._formats: Counter[str] = Counter()
        self._rules: Counter[tuple[str, str]] = Counter()

    def record(self, one: "Tried") -> None:
        self._records += 1
        self._lines += one.lines
        self.taken += bool(one.takers)
        self._formats[one.reading.format or "no format"] += 1
        self._rules.update((taker.rule.name, taker.verdict.value) for taker in one.takers)
        for line in _drawn(one):
            click.echo(line)

    def end(self) -> None:
        click.echo(f"{self._lines} lines, {self._records} records")
        if not self._records:
            return
        formats = ", ".join(f"{name} {count}" for name, count in self._formats.most_common())
        click.echo(f"  formats: {formats}")
        found = (f"{rule} {verdict} {n}" for (rule, verdict), n in self._rules.most_common())
        click.echo(f"  rules: {', '.join(found) or 'none'}")
        click.echo(f"  no rule: {self._records - self.taken}")
        for name in self._own:
            if not self._formats[name]:
                click.echo(f"  format {name} takes none of them")


def _drawn(one: "Tried") -> Iterator[str]:
    reading = one.reading
    last = f"-{one.line + one.lines - 1}" if one.lines > 1 else ""
    yield click.style(f"{one.line}{last}", bold=True) + f"  {one.text.splitlines()[0][:_LONGEST]}"
    severity = reading.severity.value if reading.severity else "no severity"
    at = _local(reading.at) if reading.at else "no time"
    yield f"    format {reading.format or 'none'} · {severity} · {at}"
    for name, value in reading.fields.items():
        yield f"    {name} = {value} ({_type(value)})"
    for taker in one.takers:
        rule = taker.rule
        told = f": {taker.title}" if taker.title else ""
        yield f"    rule {rule.name} ({rule.severity.value}) {taker.verdict.value}{told}"
        if taker.labels:
            labels = " ".join(f"{name}={value}" for name, value in taker.labels.items())
            yield f"      labels {labels}"
    if not one.takers:
        yield "    no rule"


def _local(at: "datetime") -> str:
    return at.astimezone().isoformat(sep=" ")


def _type(value: "Value") -> str:
    return _TYPES[type(value)]

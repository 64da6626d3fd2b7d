"""`larkwatch backtest`: what rules would have done over logs as they stand."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.app.backtesting import ReplayReport, RuleOutcome
    from watchers.detectors.base import RuleSettings
    from watchers.trials.rehearsal import ReplayFile


def _since(_ctx: click.Context, _param: click.Parameter, value: str) -> timedelta | None:
    from watchers.delay import read_span

    if value and not (span := read_span(value)):
        raise click.BadParameter('wanted a span such as "24h" or "7d"')
    return span if value else None


@click.command(
    epilog="""\b
Examples:
  larkwatch backtest
  larkwatch backtest /var/log/pay/*.log* --since 7d
  larkwatch backtest pay.log --rules new-rules.toml --json | jq '.rules[].per_week'

\b
Exit codes: 0 done; 2 the configuration is wrong, or nothing could be read."""
)
@CONFIG_OPTION
@click.argument("paths", nargs=-1, metavar="[FILES]...")
@click.option("--rules", "rules_file", default="", metavar="FILE", help="Only the rules in FILE.")
@click.option("--rule", "names", multiple=True, metavar="NAME", help="Only this rule, or these.")
@click.option("--since", default="", callback=_since, help="Only lines of the last span: 24h, 7d.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def backtest(
    file: str,
    paths: tuple[str, ...],
    rules_file: str,
    names: tuple[str, ...],
    since: timedelta | None,
    *,
    as_json: bool,
) -> None:
    """Run rules of every kind over logs, by the time that their lines say; nothing is sent.

    Says of each rule how many alerts it would have begun and how many in a week, those of rules
    in the shadow included. Without FILES all watched files are read, also those packed as .gz.

    The JSON object has: files, lines, began, ended, refused ({path: reason}) and rules ({name,
    severity, kind, stage, tells, records, alerts, per_week, shown ([{at, title, labels, count}])}).
    """
    from bot.app.backtesting import replay_files, replayed
    from bot.config.load import load
    from watchers.clock import SystemClock

    now = SystemClock().now()
    config = or_fail(lambda: load(file))
    rules: Sequence[RuleSettings] = _rules(config, rules_file, names)
    files: Sequence[ReplayFile] = replay_files(config, file, paths)
    if not files:
        raise Failure("there is no file to read: name some, or watch some in the configuration")
    begin = now - since if since is not None else None
    total = sum(Path(one.path).stat().st_size for one in files if Path(one.path).is_file())
    with click.progressbar(
        length=total, label="reading", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        report: ReplayReport = or_fail(
            lambda: replayed(config, files, rules, now, begin, bar.update)
        )
    if as_json:
        click.echo(json.dumps(_object(report), ensure_ascii=False, indent=2))
    else:
        _tell(report)
    if len(report.done.refused) == len(files):
        raise Failure("no file could be read")


def _rules(config: Any, rules_file: str, names: "Sequence[str]") -> "Sequence[RuleSettings]":
    from bot.app.backtesting import rules_named
    from bot.config.load import load

    chosen = config
    if rules_file:
        only = or_fail(lambda: load(rules_file))
        chosen = only.model_copy(update={"default_rules": False})
    try:
        return rules_named(chosen, names)
    except KeyError as error:
        raise Failure(f"there is no rule {error.args[0]!r}") from None


def _tell(report: "ReplayReport") -> None:
    done = report.done
    span = f", {done.began:%Y-%m-%d %H:%M} to {done.ended:%Y-%m-%d %H:%M} UTC" if done.began else ""
    click.echo(f"{report.files} files, {done.lines:,} lines{span}")
    for path, reason in done.refused.items():
        click.echo(f"not read: {path}: {reason}")
    for one in sorted(report.rules, key=lambda each: -each.alerts):
        click.echo(f"\n{one.rule.name} ({one.rule.severity.value}): {_sum(one)}")
        for at, finding in one.shown:
            labels = " ".join(f"{name}={value}" for name, value in sorted(finding.labels.items()))
            click.echo(f"  {at:%Y-%m-%d %H:%M:%S}  {finding.title}  [{labels}]")


def _sum(one: "RuleOutcome") -> str:
    week = "" if one.per_week is None else f", {one.per_week:.3g} a week"
    said = f"{one.alerts:,} alerts{week}, of {one.records:,} records"
    return said if one.tells else f"{said}; told to nobody"


def _object(report: "ReplayReport") -> dict[str, Any]:
    done = report.done
    moment: Callable[[Any], str | None] = lambda at: at.isoformat() if at else None  # noqa: E731
    return {
        "files": report.files,
        "lines": done.lines,
        "began": moment(done.began),
        "ended": moment(done.ended),
        "refused": done.refused,
        "rules": [
            {
                "name": one.rule.name,
                "severity": one.rule.severity.value,
                "kind": getattr(one.rule, "kind", ""),
                "stage": one.rule.stage,
                "tells": one.tells,
                "records": one.records,
                "alerts": one.alerts,
                "per_week": one.per_week,
                "shown": [
                    {
                        "at": at.isoformat(),
                        "title": finding.title,
                        "labels": dict(finding.labels),
                        "count": finding.count,
                    }
                    for at, finding in one.shown
                ],
            }
            for one in report.rules
        ],
    }

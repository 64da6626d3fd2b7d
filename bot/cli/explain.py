"""`larkwatch explain`: what would come of a log line, and why."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import CONFIG_OPTION, Failure, or_fail

if TYPE_CHECKING:
    from bot.app.explaining import Explained
    from bot.core.trace import Step
    from bot.engine.traces import FindingTrace
    from bot.feishu.cards.reader import Reader

EXIT_NOBODY = 1
_MARKS = {True: "✓", False: "✗", None: "·"}


def _labels(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> Any:
    pairs = [value.partition("=") for value in values]
    if any(not name or not found for name, found, _ in pairs):
        raise click.BadParameter("wanted NAME=VALUE, e.g. --label cluster=eu")
    return {name: value for name, _, value in pairs}


@click.command(
    epilog="""\b
Examples:
  larkwatch explain --line 'ERROR pay: card declined' --file /var/log/pay/pay.log
  larkwatch explain --line 'PANIC' --service pay --json | jq .told
  tail -n 1 pay.log | larkwatch explain --file pay.log && echo somebody is told

\b
Exit codes: 0 somebody would be told, now or later; 1 nobody would; 2 the
configuration is wrong, or the database cannot be read."""
)
@CONFIG_OPTION
@click.option("--line", help="The line; several lines are one text. Standard input without it.")
@click.option("--file", "path", default="", metavar="PATH", help="The file it stands in.")
@click.option("--service", default="", help="Its service, instead of what the watch says.")
@click.option("--host", default="", help="Its host, instead of this one.")
@click.option("--label", "labels", multiple=True, metavar="NAME=VALUE", callback=_labels)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def explain(
    file: str,
    line: str | None,
    path: str,
    service: str,
    host: str,
    labels: dict[str, str],
    *,
    as_json: bool,
) -> None:
    """Say what would come of a log line if it were written now, and why.

    Which watch reads it, which rules want it, what is taken out of it, how it would be counted
    (new, again, or into an open alert), and which group, mutes and subscriptions it would meet.
    Works from the configuration and the database, which it only reads; nothing is sent.

    The JSON object has: line (as it leaves the host), watch, told, steps, rules ({name, severity,
    verdict}) and findings ({rule, severity, title, labels, annotations, fingerprint, alert, told,
    steps}). A step has stage, reason, passed (true, false or null), target, facts and text; alert
    is the number of the open alert that counts it, or null.
    """
    from zoneinfo import ZoneInfo

    from bot.app.explaining import Asked, Explaining, OldDatabaseError
    from bot.config.load import load
    from bot.core.subscription import Language
    from bot.core.trace import Told
    from bot.feishu.cards.reader import Reader
    from watchers.clock import SystemClock

    now = SystemClock().now()
    config = or_fail(lambda: load(file))
    text = line if line is not None else sys.stdin.read()
    if not text.strip():
        raise Failure("there is no line: give one with --line, or on standard input")
    try:
        explaining: Explaining = or_fail(lambda: Explaining(config, file, now))
    except OldDatabaseError as error:
        raise Failure(str(error)) from error
    asked = Asked(text=text, path=path, service=service, host=host, labels=labels)
    found: Explained = or_fail(lambda: explaining.line(asked, now))
    explaining.close()
    reader = Reader(language=Language.EN, zone=ZoneInfo(config.feishu.time_zone), now=now)
    if as_json:
        click.echo(json.dumps(_object(found, reader), ensure_ascii=False, indent=2))
    else:
        _tell(found, asked.text, reader, stored=explaining.stored)
    if found.told not in (Told.TOLD, Told.LATER, Told.NOT_YET):
        raise SystemExit(EXIT_NOBODY)


def _tell(found: "Explained", text: str, reader: "Reader", *, stored: bool) -> None:
    say = reader.texts.why
    if not stored:
        click.echo("There is no database yet: no alerts, mutes or subscriptions are known.\n")
    if found.redacted != text:
        click.echo(f"Leaves the host as: {found.redacted.rstrip()}\n")
    for step in found.steps:
        click.echo(_line(step, {}, reader))
    for one in found.findings:
        finding = one.finding
        labels = " ".join(f"{name}={value}" for name, value in sorted(finding.labels.items()))
        click.echo(f"\n{finding.rule} ({finding.severity.value}): {finding.title}")
        click.echo(f"  labels       {labels}")
        click.echo(f"  fingerprint  {one.fingerprint}")
        for step in one.steps:
            click.echo("  " + _line(step, one.chats, reader))
        click.echo(f"  → {say.told[one.told]}")
    if not found.findings:
        click.echo(f"→ {say.told[found.told]}")


def _line(step: "Step", chats: Any, reader: "Reader") -> str:
    from bot.feishu.cards.reasons import said

    stage = reader.texts.why.stages[step.stage]
    return f"{_MARKS[step.passed]} {stage:<10} {said(step, chats, reader)}"


def _object(found: "Explained", reader: "Reader") -> dict[str, Any]:
    return {
        "line": found.redacted,
        "watch": found.watch or None,
        "told": found.told.value,
        "steps": [_step(step, {}, reader) for step in found.steps],
        "rules": [
            {
                "name": one.rule.name,
                "severity": one.rule.severity.value,
                "verdict": one.verdict.value,
            }
            for one in found.judged
        ],
        "findings": [_finding(one, reader) for one in found.findings],
    }


def _finding(one: "FindingTrace", reader: "Reader") -> dict[str, Any]:
    finding = one.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "title": finding.title,
        "labels": dict(finding.labels),
        "annotations": dict(finding.annotations),
        "fingerprint": one.fingerprint,
        "alert": one.open.id if one.open is not None else None,
        "told": one.told.value,
        "steps": [_step(step, one.chats, reader) for step in one.steps],
    }


def _step(step: "Step", chats: Any, reader: "Reader") -> dict[str, Any]:
    from bot.feishu.cards.reasons import said

    return {
        "stage": step.stage.value,
        "reason": step.reason.value,
        "passed": step.passed,
        "target": step.target.address if step.target is not None else None,
        "facts": {
            name: fact if isinstance(fact, str | int) else fact.isoformat()
            for name, fact in step.facts.items()
        },
        "text": said(step, chats, reader),
    }

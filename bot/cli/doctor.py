"""`larkwatch doctor`: looks at everything Larkwatch depends on, and says how to mend it."""

import json
import logging
import os
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import CONFIG_OPTION

if TYPE_CHECKING:
    from bot.core.diagnosis import Diagnosis, Status
    from bot.feishu.cards.reader import Reader

EXIT_WARNING = 1
EXIT_FAILED = 2
_MARKS = {"ok": "✓", "warning": "!", "failed": "✗", "skipped": "·"}
_COLOURS = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "bright_black"}


@click.command(
    epilog="""\b
Examples:
  larkwatch doctor
  larkwatch doctor --only credentials --only scopes
  larkwatch doctor --card-click
  larkwatch doctor --json | jq '.diagnoses[] | select(.status == "failed")'

\b
Exit codes: 0 all well, 1 warnings, 2 failures. What was not looked at counts
for nothing."""
)
@CONFIG_OPTION
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--only",
    "names",
    multiple=True,
    metavar="NAME",
    help="Only this check; may be given several times. The names stand in the output of --json.",
)
@click.option(
    "--card-click",
    is_flag=True,
    help="Also send a card to the first of the admins and wait for the click on it.",
)
@click.option(
    "--wait",
    "wait_s",
    default=60,
    show_default=True,
    type=click.IntRange(1, 600),
    metavar="SECONDS",
    help="For how long the click is waited for.",
)
def doctor(
    file: str, names: tuple[str, ...], wait_s: int, *, as_json: bool, card_click: bool
) -> None:
    """Look at everything Larkwatch depends on; say what is wrong, why it matters, what to do.

    The app in Feishu (credentials, clock, bot, version, every scope and event), how commands
    arrive, the groups, people, log files, database and disks, and how it runs. It asks Feishu and
    the database, and changes nothing; it sends nothing but the card of --card-click. A broken
    configuration is no hindrance.
    `larkwatch check` is the quick one: it reads the configuration alone, without the network, and
    is for the moment before a restart.

    The JSON object has: status (the worst), counts (by status) and diagnoses ({area, check,
    status, verdict, subject, found, why, remedy, facts}). The names of checks and verdicts stay
    as they are from version to version; found, why and remedy are for people. Times are ISO 8601,
    spans are in seconds. remedy is "" where there is nothing to do.
    """
    from bot.app.doctor.building import scene_of
    from bot.app.doctor.doctor import Doctor
    from bot.app.doctor.scene import Clicking
    from bot.core.diagnosis import Check, Status, worst
    from bot.feishu.cards.reader import Reader
    from watchers.clock import SystemClock

    known = ", ".join(Check)
    if unknown := [name for name in names if name not in known.split(", ")]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {known}", param_hint="--only")
    # What fails is said as a diagnosis, not as a line of the log.
    logging.getLogger().addHandler(logging.NullHandler())
    clock = SystemClock()
    asking = Clicking(within=timedelta(seconds=wait_s), announce=_announce) if card_click else None
    with scene_of(file, clock) as found_there:
        scene = replace(found_there, click=asking)
        found = Doctor(lambda: scene).examine([Check(name) for name in names] or frozenset(Check))
        zone = scene.config.feishu.time_zone
    from zoneinfo import ZoneInfo

    from bot.core.subscription import Language

    reader = Reader(language=Language.EN, zone=ZoneInfo(zone), now=clock.now())
    if as_json:
        click.echo(json.dumps(_object(found, reader), ensure_ascii=False, indent=2))
    else:
        _tell(found, reader)
    code = {Status.FAILED: EXIT_FAILED, Status.WARNING: EXIT_WARNING}.get(worst(found), 0)
    raise SystemExit(code)


def _announce(person: str) -> None:
    click.echo(f"A card was sent to {person}: please click its button in Feishu.", err=True)


def _tell(found: "tuple[Diagnosis, ...]", reader: "Reader") -> None:
    from bot.core.diagnosis import Area
    from bot.feishu.cards.diagnoses import said

    say = reader.texts.doctor
    order = list(Area)
    grouped = sorted(found, key=lambda one: order.index(one.check.area))
    for area, several in groupby(grouped, key=lambda one: one.check.area):
        click.echo(_styled(say.areas[area], bold=True))
        for one in several:
            words = said(one, reader)
            mark = _styled(_MARKS[one.status], fg=_COLOURS[one.status])
            click.echo(f"  {mark} {words.check:<14} {words.found}")
            if one.status in ("warning", "failed"):
                click.echo(f"    {say.why_label:<14} {words.why}")
                click.echo(f"    {say.remedy_label:<14} {words.remedy}")
        click.echo()
    counts = _counts(found)
    click.echo(", ".join(say.counts[status](count) for status, count in counts.items()) + ".")


def _styled(text: str, **style: Any) -> str:
    """With colours where somebody looks who wants them."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR")
    return text if plain else click.style(text, **style)


def _counts(found: "tuple[Diagnosis, ...]") -> "dict[Status, int]":
    """How many of each status, the worst first; none is left out of the JSON's."""
    from bot.core.diagnosis import Status

    order = (Status.FAILED, Status.WARNING, Status.OK, Status.SKIPPED)
    counts = {status: sum(one.status is status for one in found) for status in order}
    return {status: count for status, count in counts.items() if count}


def _object(found: "tuple[Diagnosis, ...]", reader: "Reader") -> dict[str, Any]:
    from bot.core.diagnosis import Status, worst
    from bot.feishu.cards.diagnoses import said

    shown = []
    for one in found:
        words = said(one, reader)
        shown.append(
            {
                "area": one.check.area.value,
                "check": one.check.value,
                "status": one.status.value,
                "verdict": one.verdict.value,
                "subject": one.subject,
                "found": words.found,
                "why": words.why,
                "remedy": words.remedy,
                "facts": {name: _plain(fact) for name, fact in one.facts.items()},
            }
        )
    counts = _counts(found)
    return {
        "status": worst(found).value,
        "counts": {status.value: counts.get(status, 0) for status in Status},
        "diagnoses": shown,
    }


def _plain(fact: object) -> object:
    match fact:
        case datetime():
            return fact.isoformat()
        case timedelta():
            return fact.total_seconds()
        case _:
            return fact

"""Tells what rules would have done over files: how many alerts, and how many in a week."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.config.grok import grok_of
from bot.config.load import rules_of, watches_of
from bot.config.schema import Config
from bot.core.fingerprint import fingerprint
from bot.core.rule import Threshold, Window, counted
from watchers.detectors.base import RuleSettings
from watchers.finding import Finding, Response
from watchers.labels import common_labels, labels_of
from watchers.matching.grok_settings import GrokSettings
from watchers.redaction.redactor import Redactor
from watchers.sources.file.discovery import age_order, expand, leads_to
from watchers.sources.file.settings import WatchSettings
from watchers.trials.rehearsal import Replayed, ReplayFile, replay

_WEEK = timedelta(days=7)
_LEAST = timedelta(minutes=10)
"""Of less history nothing is said of a week."""
_SHOWN = 5


@dataclass(slots=True, kw_only=True)
class RuleOutcome:
    """What one rule would have done.

    Attributes:
        records: How many records its findings rest on.
        alerts: How often an alert would have begun.
        per_week: The same in a week, None when there is too little history to say.
        shown: The newest few beginnings: when, and what would have been said.
        silent: Only watches in the shadow found something.
    """

    rule: RuleSettings
    records: int = 0
    alerts: int = 0
    per_week: float | None = None
    shown: list[tuple[datetime, Finding]] = field(default_factory=list)
    silent: bool = False

    @property
    def tells(self) -> bool:
        """Whether its alerts would be told."""
        return Response.ALERT in self.rule.wanted and not self.silent


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """What all rules would have done."""

    done: Replayed
    files: int
    rules: tuple[RuleOutcome, ...]


def replay_files(config: Config, file: str, paths: Sequence[str]) -> tuple[ReplayFile, ...]:
    """The files named, each as the watch reads it that leads there; without any, all watched.

    Files that were packed since are among the latter.
    """
    watches, host = watches_of(config, file), config.agent.host
    if paths:
        grok = grok_of(config, file)
        named = [(str(Path(one).absolute()), _watch(watches, one, grok)) for one in paths]
        return tuple(_file(path, watch, host) for path, watch in named)
    found: dict[str, WatchSettings] = {}
    for watch in watches:
        packed = [f"{one}*.gz" for one in watch.files if not one.endswith(".gz")]
        for one in expand([*watch.files, *packed])[0]:
            found.setdefault(one.path, watch)
    ordered = sorted(found, key=age_order)
    return tuple(_file(path, found[path], host) for path in ordered)


def replayed(
    config: Config,
    files: Sequence[ReplayFile],
    rules: Sequence[RuleSettings],
    now: datetime,
    since: datetime | None = None,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> ReplayReport:
    """Run rules over files, and count the alerts that would have begun.

    As in the engine, an alert goes on until its rule found nothing for `alerts.quiet`, or what
    the rule itself says, or until it is over.
    """
    done = replay(rules, files, now=now, since=since, progress=progress)
    redactor = Redactor(config.redaction)
    outcomes = {one.name: RuleOutcome(rule=one) for one in rules}
    windows: dict[str, Window] = {}
    for at, finding in done.findings:
        outcome = outcomes[finding.rule]
        mark = fingerprint(finding.rule, finding.labels)
        if finding.recovers:
            windows.pop(mark, None)
            continue
        waits = outcome.rule.waits
        quiet = waits.down if waits is not None and waits.down is not None else config.alerts.quiet
        step = counted(windows.get(mark, Window()), finding.records, at, Threshold(), quiet)
        windows[mark] = step.window
        asks = bool(finding.responses)
        outcome.silent = not asks and (outcome.silent or not outcome.records)
        outcome.records += finding.records
        if step.fires:
            outcome.alerts += 1
            outcome.shown = [*outcome.shown, (at, redactor.finding(finding))][-_SHOWN:]
    if done.span >= _LEAST:
        for outcome in outcomes.values():
            outcome.per_week = outcome.alerts * (_WEEK / done.span)
    return ReplayReport(done=done, files=len(files), rules=tuple(outcomes.values()))


def rules_named(config: Config, names: Sequence[str]) -> tuple[RuleSettings, ...]:
    """The rules in force, or only those of these names.

    Raises:
        KeyError: If there is none of a name.
    """
    known = {one.name: one for one in rules_of(config)}
    return tuple(known[name] for name in names) if names else tuple(known.values())


def _watch(watches: Sequence[WatchSettings], path: str, grok: GrokSettings) -> WatchSettings:
    absolute = str(Path(path).absolute())
    for one in watches:
        if any(leads_to(str(Path(glob).absolute()), absolute) for glob in one.files):
            return one
    return WatchSettings(name="replay", files=[path], grok=grok)


def _file(path: str, watch: WatchSettings, host: str) -> ReplayFile:
    return ReplayFile(
        path=path,
        labels=labels_of(watch, path, host),
        settings=watch,
        common=common_labels(watch, host),
    )

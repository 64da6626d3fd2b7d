"""Explains a log line offline: from the configuration, and the database as it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.app.terms import facts_of, terms_of
from bot.config.grok import grok_of
from bot.config.load import database_url, rules_of, watches_of
from bot.config.schema import SQLITE, Config
from bot.core.alert import Person
from bot.core.errors import LarkwatchError
from bot.core.trace import Fact, Reason, Stage, Step, Told
from bot.engine.supposing import Supposing
from bot.engine.traces import FindingTrace
from bot.engine.tracing import Tracing
from bot.store.database import Database, migrate, missing_migrations, open_database
from bot.store.store import Store
from watchers.as_watched import reader_of
from watchers.detectors.base import Origin
from watchers.labels import labels_of
from watchers.redaction.redactor import Redactor
from watchers.sources.file.discovery import leads_to
from watchers.sources.file.settings import WatchSettings
from watchers.trials.trying import Judged, Trial, Verdict, tried

_IN_MEMORY = SQLITE + ":memory:"
_REASONS = {
    Verdict.ALERTS: Reason.RULE_MATCHES,
    Verdict.RECORDS: Reason.RULE_RECORDS,
    Verdict.COUNTS: Reason.RULE_COUNTS,
    Verdict.OUTRANKED: Reason.RULE_OUTRANKED,
    Verdict.EXCLUDED: Reason.RULE_EXCLUDES,
    Verdict.UNFIT: Reason.RULE_UNFIT,
    Verdict.RECOVERS: Reason.RULE_RECOVERS,
}


class OldDatabaseError(LarkwatchError):
    """The database is of an older version; it is not changed for a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line and where it stands.

    Attributes:
        text: One line, or the lines of one record.
        path: Its file, "" when it is in none in particular.
        service: Instead of what the watch or the file's name says; "" for that.
        host: Instead of this machine's; "" for that.
        labels: More labels.
    """

    text: str
    path: str = ""
    service: str = ""
    host: str = ""
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What would come of a line.

    Attributes:
        redacted: The line as it leaves the host.
        watch: Name of the watch that reads its file, "" when none does.
        steps: What is decided before anything is found.
        judged: Every rule with its verdict.
        findings: What is found, and what would come of each.
    """

    redacted: str
    watch: str
    steps: tuple[Step, ...]
    judged: tuple[Judged, ...]
    findings: tuple[FindingTrace, ...]

    @property
    def told(self) -> Told:
        """What comes of it all: of several findings, of the one that goes furthest."""
        reached = [one.told for one in self.findings]
        return min(reached, key=list(Told).index, default=Told.NOTHING)


class Explaining:
    """Answers questions about lines; changes nothing."""

    def __init__(self, config: Config, file: str, now: datetime) -> None:
        """Open the database, if there is one yet, only to read.

        Raises:
            DatabaseUrlError: If it cannot be opened.
            OldDatabaseError: If it lacks what this version added.
        """
        self._config, self._file = config, file
        self._rules = rules_of(config)
        self._redactor = Redactor(config.redaction)
        self._database, self.stored = _opened(database_url(config, file), now)
        store = Store(self._database)
        facts = tuple(facts_of(rule, config, file) for rule in self._rules)

        def named(person: Person) -> Person:
            known = person.name or store.chats.name(person.id)
            return Person(id=person.id, name=known)

        terms = terms_of(config)
        self._supposing = Supposing(store, terms, Tracing(store, facts, terms, named))

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def line(self, asked: Asked, now: datetime) -> Explained:
        """What would come of a line if it were written now."""
        agent = self._config.agent
        watch = self._watch(asked)
        settings = watch or WatchSettings(
            name="none",
            files=[asked.path or "line"],
            grok=grok_of(self._config, self._file),
        )
        if asked.service:
            settings = settings.model_copy(update={"service": asked.service})
        labels = labels_of(settings, asked.path, asked.host or agent.host)
        origin = Origin(
            path=asked.path,
            file_id="",
            labels={**labels, **asked.labels},
            watch=watch.name if watch is not None else "",
        )
        text = asked.text.encode("utf-8", "surrogateescape")
        trial = tried(self._rules, text, origin, agent.name, now, reader_of(settings).read)
        leaving = map(self._redactor.finding, trial.findings)
        return Explained(
            redacted=self._redactor.text(asked.text),
            watch=origin.watch,
            steps=(*_watched(asked, origin), *_judged(trial)),
            judged=trial.judged,
            findings=tuple(self._supposing.finding(one, now) for one in leaving),
        )

    def _watch(self, asked: Asked) -> WatchSettings | None:
        """The first watch that reads the file; of a service, the first that is named for it."""
        watches = watches_of(self._config, self._file)
        if asked.path:
            path = str(Path(asked.path).absolute())
            return next(
                (
                    one
                    for one in watches
                    if any(leads_to(str(Path(glob).absolute()), path) for glob in one.files)
                ),
                None,
            )
        return next(
            (one for one in watches if asked.service and one.service == asked.service), None
        )


def _opened(url: str, now: datetime) -> tuple[Database, bool]:
    """The database only to read, and whether it is one: before the first start nothing is kept."""
    if url.startswith(SQLITE) and not Path(url.removeprefix(SQLITE)).exists():
        database = open_database(_IN_MEMORY)
        migrate(database, now)
        return database, False
    database = open_database(url)
    database.only_read()
    if missing := missing_migrations(database):
        database.close()
        raise OldDatabaseError(
            f"the database lacks {', '.join(missing)}: run larkwatch migrate first"
        )
    return database, True


def _watched(asked: Asked, origin: Origin) -> tuple[Step, ...]:
    """Which watch reads it; nothing of a line that is only supposed to stand somewhere."""
    if not origin.watch and not asked.path:
        return ()
    facts: dict[str, Fact] = {
        "watch": origin.watch,
        "path": asked.path,
        "service": origin.labels["service"],
    }
    reason = Reason.WATCHED if origin.watch else Reason.UNWATCHED
    return (Step(stage=Stage.LINE, reason=reason, passed=bool(origin.watch), facts=facts),)


def _judged(trial: Trial) -> tuple[Step, ...]:
    """Rules that have something to say, those that count it first."""
    counting = next((one.rule.name for one in trial.judged if one.verdict is Verdict.ALERTS), "")
    steps = [_step(one, counting) for one in trial.judged if one.verdict is not Verdict.NO_MATCH]
    if not trial.findings:
        steps.append(Step(stage=Stage.RULE, reason=Reason.RULE_NONE, passed=False))
    return tuple(sorted(steps, key=lambda step: step.passed is not True))


def _step(one: Judged, counting: str) -> Step:
    rule = one.rule
    pattern = rule.pattern
    if one.verdict is Verdict.EXCLUDED:
        pattern = rule.exclude
    elif one.verdict is Verdict.RECOVERS:
        pattern = rule.recovery
    return Step(
        stage=Stage.RULE,
        reason=_REASONS[one.verdict],
        passed=one.verdict in (Verdict.ALERTS, Verdict.RECOVERS),
        facts={
            "rule": rule.name,
            "severity": rule.severity.value,
            "pattern": pattern,
            "where": ", ".join(rule.where),
            "by": counting,
        },
    )

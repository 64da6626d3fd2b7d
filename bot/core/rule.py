"""Rules made in the chat: what one says, how it stands, what it makes of a line."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.alert import Person
from bot.core.subscription import Language
from watchers.delay import read_span, write_span
from watchers.errors import PatternError
from watchers.finding import Severity
from watchers.matching.patterns import compiled

LONGEST_PATTERN = 1000
LARGEST_PROGRAM = 4000
"""Steps of a compiled pattern: each costs memory, and a cold start costs time for each."""
MOST_COUNT = 100_000
LONGEST_SPAN = timedelta(days=1)
SHORTEST_SPAN = timedelta(seconds=10)
MOST_FILES = 10
LONGEST_FILE = 200
MOST_RULES = 200
LONGEST_TRAINING = timedelta(days=30)
SHORTEST_TRAINING = timedelta(minutes=1)
_NAME = re.compile(r"[^\W_](?:[\w.-]{0,58}\w)?")
_PROPOSAL = re.compile(r"p\d+")
_BUCKETS = 20
_OFTEN = 12
_BUSY = 60


class RuleStage(StrEnum):
    """How far a rule is."""

    PROPOSED = "proposed"
    """Shown to somebody, and not used yet."""
    TRAINING = "training"
    """As in the shadow, until somebody is asked whether it may alert."""
    SHADOW = "shadow"
    """What it finds is counted, and told to nobody."""
    LIVE = "live"
    """It alerts."""

    @property
    def quiet(self) -> bool:
        """Whether it is looked for and alerts nobody."""
        return self in (RuleStage.TRAINING, RuleStage.SHADOW)


class RuleState(StrEnum):
    """How a rule stands, as people see it."""

    LIVE = "live"
    RECORDS = "records"
    """It only records, and alerts nobody."""
    SHADOW = "shadow"
    TRAINING = "training"
    PAUSED = "paused"
    BROKEN = "broken"
    """It is kept, and cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """So many records within a span make an alert; one makes one at once."""

    count: int = 1
    span: timedelta = timedelta(minutes=10)

    @property
    def each(self) -> bool:
        """Whether every record alerts."""
        return self.count == 1

    def __str__(self) -> str:
        """``5 in 10m``, or ``1``."""
        return "1" if self.each else f"{self.count} in {write_span(self.span)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRule:
    """A rule that somebody made in a chat.

    Attributes:
        id: 0 while it is not stored.
        name: Told apart by it, also from the rules of configurations.
        files: Names of watches, or globs of paths or file names; everywhere when empty.
        until: When a training ends, None for none; aware, UTC.
        chat: Where it was made; what is to be asked is asked there.
        language: Of that chat.
        line: What it was made of; untrusted text.
        version: Grows by one with each change.
    """

    id: int = 0
    name: str
    pattern: str
    exclude: str = ""
    recovery: str = ""
    severity: Severity
    threshold: Threshold = field(default_factory=Threshold)
    files: tuple[str, ...] = ()
    stage: RuleStage = RuleStage.PROPOSED
    until: datetime | None = None
    by: Person
    created_at: datetime
    changed_by: Person
    changed_at: datetime
    chat: str = ""
    language: Language = Language.ZH
    line: str = ""
    version: int = 1

    @property
    def handle(self) -> str:
        """What commands call it by."""
        return f"p{self.id}" if self.stage is RuleStage.PROPOSED else self.name

    def changed(self, by: Person, now: datetime, **values: object) -> "ChatRule":
        """The next version of it."""
        told = {"changed_by": by, "changed_at": now, "version": self.version + 1}
        return replace(self, **{**told, **values})  # type: ignore[arg-type]

    def said(self) -> Mapping[str, str]:
        """What people may change of it, as the audit writes it."""
        values = {
            "name": self.name,
            "pattern": self.pattern,
            "exclude": self.exclude,
            "recovery": self.recovery,
            "severity": self.severity.value,
            "threshold": str(self.threshold),
            "files": ", ".join(self.files),
            "stage": self.stage.value,
        }
        return {key: text for key, text in values.items() if text}


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePause:
    """A rule, of whatever origin, that is not looked for.

    Attributes:
        until: When that ends, None for when somebody ends it; aware, UTC.
    """

    rule: str
    until: datetime | None
    by: Person
    at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is still paused."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Records that a rule found at once.

    Attributes:
        text: The newest of them; untrusted text.
        place: Where that stands.
        quiet: Whether nobody was told, since the rule was in the shadow.
    """

    rule: str
    at: datetime
    count: int
    text: str
    place: str
    quiet: bool = False


class Flaw(StrEnum):
    """What is wrong with a rule as written."""

    NAME = "name"
    NAME_TAKEN = "name_taken"
    PATTERN = "pattern"
    EXCLUDE = "exclude"
    RECOVERY = "recovery"
    PATTERN_LENGTH = "pattern_length"
    COUNT = "count"
    SPAN = "span"
    FILES = "files"
    SEVERITY = "severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        found: As written; untrusted text.
        detail: Why, in English: what the engine of patterns says.
    """

    flaw: Flaw
    found: str = ""
    detail: str = ""


def name_is_good(name: str) -> bool:
    """Letters of any script, digits, ``.``, ``_``, ``-``; and not like the name of a proposal."""
    return _NAME.fullmatch(name) is not None and _PROPOSAL.fullmatch(name.lower()) is None


def faults_of(rule: ChatRule, taken: Iterable[str] = ()) -> tuple[Fault, ...]:
    """Everything that is wrong with a rule; `taken` are names that others have."""
    found: list[Fault] = []
    if not name_is_good(rule.name):
        found.append(Fault(flaw=Flaw.NAME, found=rule.name))
    elif rule.name in set(taken):
        found.append(Fault(flaw=Flaw.NAME_TAKEN, found=rule.name))
    for flaw, pattern in (
        (Flaw.PATTERN, rule.pattern),
        (Flaw.EXCLUDE, rule.exclude),
        (Flaw.RECOVERY, rule.recovery),
    ):
        if (fault := _pattern_fault(flaw, pattern)) is not None:
            found.append(fault)
    if not 1 <= rule.threshold.count <= MOST_COUNT:
        found.append(Fault(flaw=Flaw.COUNT, found=str(rule.threshold.count)))
    if not SHORTEST_SPAN <= rule.threshold.span <= LONGEST_SPAN:
        found.append(Fault(flaw=Flaw.SPAN, found=write_span(rule.threshold.span)))
    if len(rule.files) > MOST_FILES or any(len(one) > LONGEST_FILE for one in rule.files):
        found.append(Fault(flaw=Flaw.FILES, found=", ".join(rule.files)))
    return tuple(found)


def _pattern_fault(flaw: Flaw, pattern: str) -> Fault | None:
    if not pattern:
        return Fault(flaw=flaw) if flaw is Flaw.PATTERN else None
    if len(pattern) > LONGEST_PATTERN:
        return Fault(flaw=Flaw.PATTERN_LENGTH, found=pattern)
    try:
        size = int(compiled(pattern).programsize)
    except PatternError as error:
        return Fault(flaw=flaw, found=pattern, detail=error.reason)
    if size > LARGEST_PROGRAM:
        detail = "it is too large: repeat fewer things fewer times"
        return Fault(flaw=flaw, found=pattern, detail=detail)
    return None


def read_threshold(text: str) -> Threshold | None:
    """``5 in 10m``, ``5/10m``, ``5 10m`` or ``1``; None for anything else."""
    found = re.fullmatch(r"(\d{1,6})(?:\s*(?:in|/|within|次|\s)\s*(\w+))?", text.strip().lower())
    if found is None:
        return None
    span = read_span(found[2]) if found[2] else Threshold().span
    count = int(found[1])
    if span is None or not SHORTEST_SPAN <= span <= LONGEST_SPAN or not 1 <= count <= MOST_COUNT:
        return None
    return Threshold(count=count, span=span)


class Verdict(StrEnum):
    """What a rule makes of a line."""

    MATCHES = "matches"
    EXCLUDED = "excluded"
    RECOVERS = "recovers"
    NO_MATCH = "no_match"
    UNUSABLE = "unusable"


def verdict(pattern: str, exclude: str, recovery: str, line: str) -> Verdict:
    """What a rule with these patterns makes of a line; an empty one stands for none."""
    text = line.encode("utf-8", "replace")
    try:
        if recovery and compiled(recovery).search(text) is not None:
            return Verdict.RECOVERS
        if compiled(pattern).search(text) is None:
            return Verdict.NO_MATCH
        if exclude and compiled(exclude).search(text) is not None:
            return Verdict.EXCLUDED
    except PatternError:
        return Verdict.UNUSABLE
    return Verdict.MATCHES


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a rule counted lately of one fingerprint.

    Attributes:
        counts: Instants and how many records did not suffice yet, oldest first; aware, UTC.
        passed_at: When the newest record came that alerted, or belonged to what alerts.
    """

    counts: tuple[tuple[datetime, int], ...] = ()
    passed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What records come to under a threshold.

    Attributes:
        passing: How many records alert now, those that were waiting included; 0 for none.
        fires: Whether that begins something; else it goes on.
    """

    window: Window
    passing: int
    fires: bool


def counted(
    window: Window, records: int, at: datetime, threshold: Threshold, quiet: timedelta
) -> Counted:
    """Count records in; what alerts goes on until nothing came for `quiet`."""
    if window.passed_at is not None and at - window.passed_at < quiet:
        return Counted(window=Window(passed_at=at), passing=records, fires=False)
    kept = [one for one in window.counts if at - one[0] < threshold.span]
    if kept and at - kept[-1][0] < threshold.span / _BUCKETS:
        kept[-1] = (kept[-1][0], kept[-1][1] + records)
    else:
        kept.append((at, records))
    total = sum(count for _, count in kept)
    if total >= threshold.count:
        return Counted(window=Window(passed_at=at), passing=total, fires=True)
    return Counted(window=Window(counts=tuple(kept)), passing=0, fires=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A line that a back-test found.

    Attributes:
        at: When it says it was written, None when it does not say; aware, UTC.
        text: Untrusted.
        place: Where it stands.
    """

    at: datetime | None
    text: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """What a rule would have found in the files that can be read from here.

    Attributes:
        span: How far back was asked for.
        files: How many files were looked at.
        read: Bytes of them.
        whole: Whether that was all there is; else time or size put an end to it.
        matches: How many lines matched.
        fired: How many alerts that would have been.
        undated: How many of the matches say no time: they may be older.
        first: The oldest match, None without any that says when.
        last: The newest.
        some: The newest few, oldest first.
        busiest: Most matches within ten minutes.
        elsewhere: Agents whose files cannot be read from here.
        also: Rules of the configuration that match some of the lines, most first.
    """

    span: timedelta
    files: int = 0
    read: int = 0
    whole: bool = True
    matches: int = 0
    fired: int = 0
    undated: int = 0
    first: datetime | None = None
    last: datetime | None = None
    some: tuple[Match, ...] = ()
    busiest: int = 0
    elsewhere: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


def alerts_of(times: Sequence[datetime], threshold: Threshold, quiet: timedelta) -> int:
    """How many alerts records at these instants make."""
    fired, window = 0, Window()
    for at in sorted(times):
        step = counted(window, 1, at, threshold, quiet)
        fired, window = fired + step.fires, step.window
    return fired


def suggested(tested: BackTest) -> Threshold:
    """What keeps a line that comes all day from alerting all day."""
    if tested.fired <= _OFTEN and tested.busiest <= _BUSY:
        return Threshold()
    return Threshold(count=min(MOST_COUNT, max(2, tested.busiest + tested.busiest // 2 + 1)))

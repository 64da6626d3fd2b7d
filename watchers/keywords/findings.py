"""What is told of the records that keyword rules counted, and of what is over."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from watchers.clauses.conditions import filled, refers
from watchers.detectors.base import (
    MESSAGE_CHARS,
    MOST_FORMER,
    TEMPLATE,
    KnowsTemplates,
    Origin,
    shown,
)
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Finding, Sample
from watchers.keywords.folds import Fold, Pairs, Seen
from watchers.matching.captures import Captures
from watchers.record import Record
from watchers.records.reading import shown_fields

_MOST_JOINED = 10_000


class KeywordFindings:
    """Makes the findings of one watch; not thread-safe."""

    def __init__(self, agent: str, templates: KnowsTemplates | None) -> None:
        """Know whose they are, and the templates of the watch if somebody tells them apart."""
        self._agent = agent
        self._templates = templates
        self._joined: dict[tuple[tuple[str, str], ...], int] = {}

    def of(self, fold: Fold, rule: KeywordRule, captures: Captures) -> Finding:
        """What a fold comes to."""
        origin = fold.origin
        labels = _labels(rule, fold.what.labels, origin)
        if fold.what.error_type:
            labels["error_type"] = fold.what.error_type
        text: dict[str, str] = {}
        former: tuple[str, ...] = ()
        if fold.what.template and self._templates is not None:
            labels[TEMPLATE] = self._templates.current(fold.what.template)
            text = {TEMPLATE: self._templates.text(labels[TEMPLATE])}
            former = self._joins(rule.name, labels, self._templates.former(labels[TEMPLATE]))
        window = [self._agent, rule.name, sorted(labels.items()), origin.file_id]
        newest = fold.newest[-1].saying
        title = rule.title
        if refers(title):
            title = filled(title, newest.fields(captures))
        message = newest.record.lines[0].replace(b"\0", b"").decode("utf-8", "replace").strip()
        # What stands for many kinds counts as one; the others are said to be held back.
        count = 1 if fold.capped else fold.count
        # Of a few records all are shown.
        kinds = fold.kinds.values() if fold.count > len(fold.newest) else ()

        def sample(one: Seen) -> Sample:
            return Sample(
                text=shown(one.saying.record),
                place=f"{origin.path}:{one.saying.record.offset}",
                at=one.at,
                spot=one.spot(around=one.saying is newest),
                written_at=one.saying.written_at,
                fields=shown_fields(one.saying.fields(captures)),
            )

        return Finding(
            id=_id([*window, fold.start, fold.end]),
            rule=rule.name,
            severity=rule.severity,
            labels=labels,
            title=title or fold.what.error_type or rule.name,
            first_at=fold.first_at,
            seen_at=fold.newest[-1].at,
            count=count,
            held_back=fold.count - count,
            samples=tuple(sample(one) for one in fold.newest),
            kinds=tuple((sample(one), count) for one, count in kinds),
            annotations={"file": origin.path, "message": message[:MESSAGE_CHARS], **text},
            responses=rule.wanted,
            watch=origin.watch,
            delay=rule.waits,
            formerly=tuple({**labels, TEMPLATE: one} for one in former),
            templates=self._templates.counted(fold.numbers) if self._templates is not None else (),
            first_written_at=fold.first.written_at,
            written_at=newest.written_at,
        )

    def over(
        self, rule: KeywordRule, made: Pairs, record: Record, origin: Origin, now: datetime
    ) -> Finding:
        """What a record says is over, under the labels that its fields made."""
        labels = _labels(rule, made, origin)
        window = [self._agent, rule.name, sorted(labels.items()), origin.file_id]
        return Finding(
            id=_id(["over", *window, record.offset]),
            rule=rule.name,
            severity=rule.severity,
            labels=labels,
            title=rule.name if refers(rule.title) else rule.title or rule.name,
            first_at=now,
            seen_at=now,
            samples=(Sample(text=shown(record), place=f"{origin.path}:{record.offset}", at=now),),
            annotations={"file": origin.path},
            watch=origin.watch,
            recovers=True,
            delay=rule.waits,
        )

    def _joins(
        self, rule: str, labels: Mapping[str, str], former: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Former templates, said once each time that there are more."""
        about = (("rule", rule), *sorted(labels.items()))
        if self._joined.get(about, 0) == len(former):
            return ()
        if len(self._joined) >= _MOST_JOINED:
            self._joined.clear()
        self._joined[about] = len(former)
        return former[-MOST_FORMER:]


def _labels(rule: KeywordRule, made: Pairs, origin: Origin) -> dict[str, str]:
    fixed = {label: text for label, text in rule.labels.items() if not refers(text)}
    return {**origin.labels, **fixed, **dict(made)}


def _id(identity: list[object]) -> str:
    text = json.dumps(identity).encode("utf-8", "replace")
    return hashlib.blake2b(text, digest_size=16).hexdigest()

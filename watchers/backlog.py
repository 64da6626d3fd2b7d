"""What was written while nobody read: recorded line by line, told in one finding per file."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime

from watchers.detectors.base import Origin
from watchers.finding import Finding, Response, Severity

RULE = "catch-up"
_MOST_NAMED = 5


class Backlog:
    """Keeps the count of what was found in the backlog of one file; not thread-safe."""

    def __init__(self, end: int) -> None:
        """It reaches to this byte offset."""
        self.end = end
        self._counts: Counter[str] = Counter()
        self._worst = Severity.INFO
        self._first: Finding | None = None
        self._written_at: datetime | None = None

    def take(self, findings: list[Finding]) -> list[Finding]:
        """The findings as they are handed over: alerts of hours ago only as records."""
        taken = []
        for finding in findings:
            if finding.recovers or Response.ALERT not in finding.responses:
                taken.append(finding)
                continue
            self._counts[finding.rule] += finding.records
            self._worst = max(self._worst, finding.severity, key=lambda one: one.rank)
            self._first = self._first or finding
            self._written_at = finding.written_at or self._written_at
            taken.append(replace(finding, responses=frozenset({Response.RECORD})))
        return taken

    def summary(self, agent: str, origin: Origin, now: datetime) -> Finding | None:
        """One finding for all of it, None when nothing was found."""
        if self._first is None:
            return None
        named = [f"{rule} {count:,}" for rule, count in self._counts.most_common(_MOST_NAMED)]
        more = len(self._counts) - len(named)
        said = ", ".join(named) + (f" and {more} more rules" if more > 0 else "")
        total = sum(self._counts.values())
        identity = json.dumps([agent, RULE, origin.file_id, self.end]).encode()
        return Finding(
            id=hashlib.blake2b(identity, digest_size=16).hexdigest(),
            rule=RULE,
            severity=self._worst,
            labels=dict(origin.labels),
            title=f"{total:,} matches were written while nobody read",
            first_at=self._first.first_at,
            seen_at=now,
            first_written_at=self._first.first_written_at,
            written_at=self._written_at,
            annotations={
                "file": origin.path,
                "message": f"{said}; recorded, and not alerted one by one",
            },
            watch=origin.watch,
        )

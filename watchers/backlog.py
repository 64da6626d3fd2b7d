"""What was written while nobody read: recorded line by line, told in one finding per file.

The count is durable together with the position in the file, so that a stop in the midst neither
loses nor doubles it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from watchers.detectors.base import Origin
from watchers.finding import Finding, Response, Severity
from watchers.record import Block

RULE = "catch-up"
_MOST_NAMED = 5
_VERSION = 1


class Backlog:
    """Keeps the count of what was found in the backlog of one file; not thread-safe."""

    def __init__(self, end: int, *, path: str, file_id: str) -> None:
        """It reaches to this byte offset of a file."""
        self.end = end
        self.path = path
        self.file_id = file_id
        self._counts: Counter[str] = Counter()
        self._worst = Severity.INFO
        self._times: dict[str, datetime | None] = {}

    def take(self, findings: list[Finding]) -> list[Finding]:
        """The findings as they are handed over: alerts of hours ago only as records."""
        taken = []
        for finding in findings:
            if finding.recovers or Response.ALERT not in finding.responses:
                taken.append(finding)
                continue
            self._counts[finding.rule] += finding.records
            self._worst = max(self._worst, finding.severity, key=lambda one: one.rank)
            self._times.setdefault("first", finding.first_at)
            self._times.setdefault("first_written", finding.first_written_at)
            self._times["written"] = finding.written_at or self._times.get("written")
            taken.append(replace(finding, responses=frozenset({Response.RECORD})))
        return taken

    def to_text(self) -> str:
        """The durable form."""
        wire = {
            "v": _VERSION,
            "path": self.path,
            "file": self.file_id,
            "end": self.end,
            "counts": self._counts,
            "worst": self._worst.value,
            "times": {name: at.isoformat() for name, at in self._times.items() if at is not None},
        }
        return json.dumps(wire, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "Backlog | None":
        """Read the durable form; None when it is of another version or damaged."""
        try:
            wire = json.loads(text)
            if wire["v"] != _VERSION:
                return None
            backlog = cls(int(wire["end"]), path=str(wire["path"]), file_id=str(wire["file"]))
            backlog._counts.update({str(k): int(n) for k, n in wire["counts"].items()})
            backlog._worst = Severity(wire["worst"])
            for name, at in wire["times"].items():
                backlog._times[name] = datetime.fromisoformat(at)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        return backlog

    def summary(self, agent: str, origin: Origin, now: datetime) -> Finding | None:
        """One finding for all of it, None when nothing was found."""
        if not self._counts:
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
            first_at=self._times.get("first") or now,
            seen_at=now,
            first_written_at=self._times.get("first_written"),
            written_at=self._times.get("written"),
            annotations={
                "file": origin.path,
                "message": f"{said}; recorded, and not alerted one by one",
            },
            watch=origin.watch,
        )


class Backlogs:
    """The backlogs that a stop interrupted; not thread-safe."""

    def __init__(self, watch: str, positions: Mapping[str, str]) -> None:
        """Take those of one watch from all that is stored."""
        self._prefix = f"backlog:{watch}/"
        self._stored = {
            key: backlog
            for key, text in positions.items()
            if key.startswith(self._prefix) and (backlog := Backlog.from_text(text)) is not None
        }

    def key(self, file_id: str) -> str:
        """Under which a file's backlog is stored."""
        return self._prefix + file_id

    def of(self, block: Block) -> Backlog | None:
        """The backlog that a file's first block after the start is in; None for none."""
        known = self._stored.pop(self.key(block.file_id), None)
        if known is not None:
            known.end = max(known.end, block.backlog)
            return known
        if block.offset >= block.backlog:
            return None
        return Backlog(block.backlog, path=block.path, file_id=block.file_id)

    def take_left(self) -> list[Backlog]:
        """Those of files that are not read on, once."""
        left, self._stored = list(self._stored.values()), {}
        return left

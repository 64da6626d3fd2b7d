"""Rules of every kind over lines that are written by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from watchers.detectors.base import Origin, RuleSettings
from watchers.finding import Finding
from watchers.limits import DistinctCap
from watchers.matching.scanner import Scanner
from watchers.parsers.timestamps import time_of
from watchers.record import Record
from watchers.records.reading import Read, Reading, Said
from watchers.rules.detection import Detection
from watchers.rules.kinds import Rule
from watchers.rules.windows import Whereabouts

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PAY = Origin(
    path="/var/log/pay.log", file_id="1", labels={"service": "pay", "host": "box"}, watch="w"
)
CART = Origin(
    path="/var/log/cart.log", file_id="2", labels={"service": "cart", "host": "box"}, watch="w"
)
_READ: TypeAdapter[RuleSettings] = TypeAdapter(Rule)


def rule(kind: str, **fields: object) -> RuleSettings:
    """A rule of a kind, with what every rule needs."""
    return _READ.validate_python({"name": "r", "severity": "high", "kind": kind, **fields})


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def _says(line: bytes, now: datetime) -> Reading:
    return Said(at=time_of(line.decode(), now))


class Lines:
    """Writes lines and keeps what is found; `restart` goes on from what was stored."""

    def __init__(
        self, *rules: RuleSettings, kept: Mapping[str, str] | None = None, read: Read = _says
    ) -> None:
        self.rules = rules
        self.read = read
        self.kept: dict[str, str] = dict(kept or {})
        self.now = START
        self.place = 0
        self._begin()

    def _begin(self) -> None:
        whose = Whereabouts(agent="a", watch="w", common={"host": "box"}, reads=self.read)
        self.detection = Detection(
            whose, self.rules, DistinctCap(), self.kept, self.now.timestamp()
        )
        self.scanner = Scanner(self.detection.patterns)

    def restart(self, *rules: RuleSettings) -> None:
        self.store()
        self.rules = rules or self.rules
        self._begin()

    def store(self) -> None:
        self.kept |= self.detection.take_changes(self.now)
        self.kept = {key: text for key, text in self.kept.items() if text}

    def write(
        self, second: float, text: str = "x", *, origin: Origin = PAY, read: float | None = None
    ) -> list[Finding]:
        """One line that happened at a second, and is read then or later."""
        return self.block([(second, text)], origin=origin, read=read)

    def block(
        self,
        lines: list[tuple[float, str]],
        *,
        origin: Origin = PAY,
        read: float | None = None,
    ) -> list[Finding]:
        self.now = at(max(second for second, _ in lines) if read is None else read)
        records = []
        for second, text in lines:
            line = f"{at(second).isoformat()} {text}".encode()
            records.append(
                Record(
                    offset=self.place,
                    end=self.place + len(line),
                    lines=(line,),
                    omitted=0,
                    raised=b"",
                    rules=self.scanner.matching(line),
                )
            )
            self.place += len(line) + 1
        found = self.detection.detect(records, origin, self.now, self.now.timestamp())
        self.store()
        return found

    def tick(self, second: float) -> list[Finding]:
        self.now = at(second)
        found = self.detection.tick(self.now, self.now.timestamp())
        self.store()
        return found

    def look(self, *origins: Origin) -> None:
        self.detection.look(origins, self.now)


def titles(found: list[Finding]) -> list[str]:
    return [("over: " if one.recovers else "") + one.title for one in found]


def counts(found: list[Finding]) -> list[int]:
    return [one.count for one in found]


def plain(**fields: Any) -> dict[str, Any]:
    """Without pauses and without waiting for late lines."""
    return {"realert": "off", "query_delay": "off", **fields}

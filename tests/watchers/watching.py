"""A pipeline under a moved clock, over real files, for what it hands over."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.watchers.following import MovedClock
from watchers.detectors.keyword import DEFAULT_RULES, KeywordRule
from watchers.finding import Finding, Report
from watchers.pipeline import Pipeline
from watchers.sources.file.settings import WatchSettings


class Watching:
    """One watch, looked through by hand, through restarts of it."""

    def __init__(
        self, *files: Path, rules: Sequence[KeywordRule] = DEFAULT_RULES, **said: Any
    ) -> None:
        self.clock = MovedClock()
        self.findings: list[Finding] = []
        self.positions: dict[str, str] = {}
        given = {"name": "w", "files": [str(one) for one in files], "wake": "poll", **said}
        self.settings = WatchSettings.model_validate({"from_start": True, **given})
        self.rules = rules
        self.pipeline = self._new()

    def accept(self, report: Report) -> None:
        self.findings += report.findings

    def look(self, seconds: float = 3.0) -> list[Finding]:
        """Let time pass, read all there is, and give what was found new."""
        before = len(self.findings)
        for passed in (seconds, 1.0):
            self.clock.pass_by(passed)
            self.pipeline._pass()
            while not self.pipeline._source.caught_up:
                self.pipeline._pass()
        self.pipeline._report()
        return self.findings[before:]

    def restart(self) -> None:
        self.positions = dict(self.pipeline.positions)
        self.close()
        self.pipeline = self._new()

    def close(self) -> None:
        self.pipeline._source.close()
        self.pipeline._wake.close()

    def _new(self) -> Pipeline:
        return Pipeline(
            self.settings,
            self.rules,
            agent="a",
            host="h",
            sink=self,
            positions=self.positions,
            clock=self.clock,
        )


def shown(findings: Sequence[Finding]) -> list[str]:
    """The texts of all samples."""
    return [sample.text for one in findings for sample in one.samples]

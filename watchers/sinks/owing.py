"""What is owed to a receiver elsewhere: saved with its positions until the receiver has it."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from watchers.checkpoint import FileCheckpoint
from watchers.errors import CheckpointError, SinkError
from watchers.finding import Report, Spot, to_dict

_UNCONFIRMED = "unconfirmed"
_MOST_BYTES = 900_000
"""The server and Kafka's brokers take 1 MiB."""
_SHORT_SAMPLE = 1000


class Owing:
    """Hands over each report and, once the receiver has it, saves its positions; thread-safe.

    Findings are saved before they are handed over, together with the positions that they reach:
    after a crash in between, the very same findings are handed over again and the reading goes on
    behind them. Read anew instead, the lines could fall into other findings, which would count
    twice. A report without findings, progress and host only moves positions.
    """

    def __init__(self, checkpoint: FileCheckpoint, hand_over: Callable[[str], None]) -> None:
        """Nothing is handed over yet.

        Args:
            checkpoint: Where positions are kept.
            hand_over: Returns when the receiver has a report's wire form, or raises `SinkError`.
        """
        self._checkpoint = checkpoint
        self._hand_over = hand_over
        self._lock = threading.Lock()
        self._unconfirmed = checkpoint.positions.get(_UNCONFIRMED, "")

    @property
    def kept(self) -> Mapping[str, str]:
        """Positions of which the receiver has everything before them."""
        return {k: v for k, v in self._checkpoint.positions.items() if k != _UNCONFIRMED}

    @property
    def positions(self) -> Mapping[str, str]:
        """Where the reading goes on: behind what is saved, and behind what is on the way."""
        if not self._unconfirmed:
            return self.kept
        reached: dict[str, str] = json.loads(self._unconfirmed)["positions"]
        return {key: text for key, text in ({**self.kept, **reached}).items() if text}

    def accept(self, report: Report) -> None:
        """Hand a report over, then save its positions.

        Raises:
            SinkError: If it was not taken, or the state cannot be written.
        """
        with self._lock:
            if report.findings:
                self._owe(_text_of(report))
                return
            self._confirm()
            if report.progress or report.host or report.answers:
                self._hand_over(_body_of(report))
            self._save(report.positions)

    def _owe(self, text: str) -> None:
        if self._unconfirmed != text:
            self._confirm()
            self._save({_UNCONFIRMED: text})
            self._unconfirmed = text
        self._confirm()

    def _confirm(self) -> None:
        """Hand over what is on the way, from this run or the one before."""
        if self._unconfirmed:
            waiting = json.loads(self._unconfirmed)
            self._hand_over(waiting["body"])
            self._save({**waiting["positions"], _UNCONFIRMED: ""})
            self._unconfirmed = ""

    def _save(self, positions: Mapping[str, str]) -> None:
        try:
            self._checkpoint.save(positions)
        except CheckpointError as error:
            raise SinkError(str(error)) from error


def _text_of(report: Report) -> str:
    """What is saved of a report on its way: the body to post, and the positions it reaches."""
    return json.dumps(
        {"body": _body_of(report), "positions": dict(report.positions)}, ensure_ascii=False
    )


def _bare(spot: Spot | None) -> Spot | None:
    return replace(spot, before=(), after=()) if spot is not None else None


def _body_of(report: Report) -> str:
    body = json.dumps(to_dict(report), ensure_ascii=False)
    if len(body.encode("utf-8", "replace")) <= _MOST_BYTES:
        return body
    short = tuple(
        replace(
            finding,
            samples=tuple(
                replace(sample, text=sample.text[:_SHORT_SAMPLE], spot=_bare(sample.spot))
                for sample in finding.samples[-1:]
            ),
        )
        for finding in report.findings
    )
    return json.dumps(to_dict(replace(report, findings=short)), ensure_ascii=False)

"""Replaces what must not leave the host by a mark that says what stood there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import re2
from pydantic import BaseModel, ConfigDict, Field, field_validator

from watchers.fields.tallied import FieldCounts, FieldReport
from watchers.finding import AROUND_CHARS, MESSAGE_CHARS, Finding, Report, Sample, Spot
from watchers.health import HostSample
from watchers.matching.grok import Value
from watchers.measured import Measured
from watchers.questions import Answer
from watchers.redaction.kinds import KINDS, NAMES, Kind

_AROUND = 24
_MOST_KEPT = 4
_KEY = "private key"
_KEY_MARK = f"[{_KEY}]"
_KEY_ENDS = re.compile(r"-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----")
_KEY_BODY = re.compile(r"\s*(?:[A-Za-z0-9+/=]{8,}|[A-Z][A-Za-z-]+: .*)?\s*")


class ExtraKind(BaseModel):
    """A kind of one's own: what its pattern's first group takes, or all of it, is replaced."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1, max_length=40)
    pattern: str = Field(min_length=1)

    @field_validator("pattern")
    @classmethod
    def _usable(cls, pattern: str) -> str:
        try:
            found = re2.compile(pattern, _options()).search("")
        except re2.error as error:
            said = error.args[0] if error.args else error
            reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            raise ValueError(f"a regular expression in RE2's syntax ({reason})") from None
        if found is not None:
            raise ValueError("a pattern that does not match the empty text")
        return pattern


class RedactionSettings(BaseModel):
    """``[redaction]``: what is taken out of log lines before they leave the host.

    Attributes:
        enabled: False sends everything as it is.
        off: Kinds that are left in.
        keep_last: Digits of phone, identity and bank card numbers that stay, 0 to 4.
        extra: Kinds of one's own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    enabled: bool = True
    off: tuple[str, ...] = ()
    keep_last: int = Field(default=0, ge=0, le=_MOST_KEPT)
    extra: tuple[ExtraKind, ...] = ()

    @field_validator("off")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in NAMES:
                raise ValueError(f"names out of {', '.join(NAMES)}; found {name!r}")
        return names


class Redactor:
    """Redacts texts and findings; redacting twice changes nothing more. Thread-safe."""

    def __init__(self, settings: RedactionSettings) -> None:
        kinds: Iterable[Kind] = ()
        if settings.enabled:
            own = (Kind(name=one.name, pattern=one.pattern) for one in settings.extra)
            kinds = (*(kind for kind in KINDS if kind.name not in settings.off), *own)
        self._keep_last = settings.keep_last
        self._kinds = [(kind, re2.compile(kind.pattern, _options())) for kind in kinds]
        self._hides_keys = any(kind.name == _KEY for kind, _ in self._kinds)
        self._any = re2.Set.SearchSet(_options())
        for kind, _ in self._kinds:
            self._any.Add(kind.pattern)
        if self._kinds:
            self._any.Compile()

    def text(self, text: str) -> str:
        """The text with marks such as ``[phone]`` where something was taken out.

        One pass tells which kinds there can be; text without any is returned as it is.
        """
        return self._redacted(text, each_line=False)

    def _redacted(self, text: str, *, each_line: bool) -> str:
        if not text or not self._kinds:
            return text
        raw = text.encode("utf-8", "replace")
        found = self._any.Match(raw)
        if not found:
            return text
        text = raw.decode()  # half characters, which a log may hold, are no text to RE2
        for index in found:
            kind, pattern = self._kinds[index]
            text = self._without(text, kind, pattern, each_line=each_line)
        return text

    def lines(self, lines: Sequence[str]) -> tuple[str, ...]:
        """Lines that stand together, as many as they were: what spans several is marked in each."""
        if not self._kinds:
            return tuple(lines)
        joined = "\n".join(line.replace("\n", " ") for line in lines)
        found = self._redacted(joined, each_line=True).split("\n") if lines else []
        return tuple(self._without_tails_of_keys(found))

    def report(self, report: Report) -> Report:
        """The report with all that came from a log redacted: findings, and what sources say."""
        return replace(
            report,
            findings=tuple(map(self.finding, report.findings)),
            progress=tuple(
                replace(one, error=self.text(one.error)) if one.error else one
                for one in report.progress
            ),
            answers=tuple(map(self._answer, report.answers)),
            host=self.host(report.host) if report.host is not None else None,
            fields=self._fields(report.fields) if report.fields is not None else None,
            numbers=tuple(map(self.measured, report.numbers)),
        )

    def measured(self, one: Measured) -> Measured:
        """The number of a series, with its labels redacted."""
        return replace(one, labels=self._values(one.labels)) if self._kinds else one

    def _fields(self, report: FieldReport) -> FieldReport:
        """With every value redacted; what looks the same then counts as the same."""
        if not self._kinds:
            return report
        tallied = (
            replace(
                one,
                labels=self._values(one.labels),
                fields=tuple(replace(each, values=self._counts(each)) for each in one.fields),
            )
            for one in report.tallied
        )
        return replace(report, tallied=tuple(tallied))

    def _counts(self, counts: FieldCounts) -> dict[str, int]:
        found: dict[str, int] = {}
        for value, count in counts.values.items():
            safe = str(self._field(counts.name, value))
            found[safe] = found.get(safe, 0) + count
        return found

    def _answer(self, answer: Answer) -> Answer:
        texts = self.lines([line.text for line in answer.lines])
        return replace(
            answer,
            lines=tuple(
                replace(
                    line,
                    text=text,
                    path=self.text(line.path),
                    before=self.lines(line.before),
                    after=self.lines(line.after),
                )
                for line, text in zip(answer.lines, texts, strict=True)
            ),
            path=self.text(answer.path),
            why=self.text(answer.why),
        )

    def host(self, sample: HostSample) -> HostSample:
        """The sample with what its checks saw redacted."""
        checks = tuple(replace(one, detail=self.text(one.detail)) for one in sample.checks)
        return replace(sample, checks=checks)

    def finding(self, finding: Finding) -> Finding:
        """The finding with every text in it redacted, its labels included; then cut to be shown."""
        annotations = self._values(finding.annotations)
        if "message" in annotations:
            annotations["message"] = annotations["message"][:MESSAGE_CHARS]
        if not self._kinds:
            shown = tuple(map(self._sample, finding.samples))
            return replace(finding, annotations=annotations, samples=shown)
        return replace(
            finding,
            title=self.text(finding.title),
            labels=self._values(finding.labels),
            annotations=annotations,
            formerly=tuple(map(self._values, finding.formerly)),
            samples=tuple(map(self._sample, finding.samples)),
            templates=tuple(replace(one, text=self.text(one.text)) for one in finding.templates),
        )

    def _sample(self, sample: Sample) -> Sample:
        return replace(
            sample,
            text=self.text(sample.text),
            place=self.text(sample.place),
            spot=self._spot(sample.spot, sample.text) if sample.spot is not None else None,
            fields={name: self._field(name, value) for name, value in sample.fields.items()},
        )

    def _field(self, name: str, value: Value) -> Value:
        """A field's value; redacted with its name, which may say that it is a secret."""
        before = f"{name}={value}"
        after = self.text(before)
        return value if after == before else after.removeprefix(f"{name}=")

    def _spot(self, spot: Spot, record: str) -> Spot:
        """With the lines around redacted as they stand around the record, then shortened."""
        if not spot.before and not spot.after:
            return spot
        inside = record.split("\n")
        lines = self.lines((*spot.before, *inside, *spot.after))
        return replace(
            spot,
            before=_short(lines[: len(spot.before)]),
            after=_short(lines[len(spot.before) + len(inside) :]),
        )

    def _values(self, texts: Mapping[str, str]) -> dict[str, str]:
        return {key: self.text(value) for key, value in texts.items()}

    def _without_tails_of_keys(self, lines: list[str]) -> list[str]:
        """The rest of a private key that begins before the lines."""
        if not self._hides_keys:
            return lines
        hidden = False
        for at in range(len(lines) - 1, -1, -1):
            ends = _KEY_ENDS.search(lines[at]) is not None
            hidden = ends or (hidden and _KEY_BODY.fullmatch(lines[at]) is not None)
            if hidden:
                lines[at] = _KEY_MARK
        return lines

    def _without(self, text: str, kind: Kind, pattern: Any, *, each_line: bool) -> str:
        pieces, done = [], 0
        for start, end in _spans(pattern, text):
            value = text[start:end]
            before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
            if kind.check(value, before, after):
                mark = self._mark(kind, value)
                if each_line:
                    mark = "\n".join([mark] * (value.count("\n") + 1))
                pieces += [text[done:start], mark]
                done = end
        return "".join(pieces) + text[done:] if pieces else text

    def _mark(self, kind: Kind, value: str) -> str:
        if not (kind.numeric and self._keep_last):
            return f"[{kind.name}]"
        last = [character for character in value if character.isalnum()][-self._keep_last :]
        return f"[{kind.name} …{''.join(last)}]"


def _spans(pattern: Any, text: str) -> Iterator[tuple[int, int]]:
    """Where the values stand; what ends one match may begin the next."""
    at = 0
    while (found := pattern.search(text, at)) is not None:
        number = next((n for n in range(1, found.re.groups + 1) if found.span(n)[0] >= 0), 0)
        start, end = found.span(number)
        yield start, end
        at = max(end, at + 1)


def _short(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line[:AROUND_CHARS] for line in lines)


def _options() -> Any:
    chosen = re2.Options()
    chosen.log_errors = False
    return chosen

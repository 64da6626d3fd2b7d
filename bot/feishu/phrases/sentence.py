"""What a sentence says, by kind: the slots that commands are filled from."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.feishu.phrases.scanning import Kind, Piece
from bot.feishu.phrases.vocabulary import Concept
from watchers.finding import Severity

_NAMEABLE = re.compile(r"[a-z][\w.-]+", re.ASCII | re.IGNORECASE)
_ALONE = re.compile(r"[\w.-]+")
_OPEN_UPWARDS = (Severity.CRITICAL.value, Severity.HIGH.value)


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """The pieces of a sentence.

    Attributes:
        about: The alert that is talked about without a number, None for none.
    """

    pieces: tuple[Piece, ...]
    now: datetime
    zone: ZoneInfo
    about: int | None = None
    concepts: frozenset[Concept] = field(init=False)

    def __post_init__(self) -> None:
        """Note what it is about."""
        found = frozenset(one.concept for one in self.pieces if one.concept is not None)
        object.__setattr__(self, "concepts", found)

    def all(self, kind: Kind) -> tuple[str, ...]:
        """The texts of this kind, each once."""
        return tuple(dict.fromkeys(one.text for one in self.pieces if one.kind is kind))

    def has(self, *concepts: Concept) -> bool:
        """Whether it has any of these."""
        return not self.concepts.isdisjoint(concepts)

    def says(self, *words: str) -> bool:
        """Whether one of these stands in it."""
        return any(one.text in words for one in self.pieces)

    @cached_property
    def names(self) -> tuple[Piece, ...]:
        """Services, rules and hosts."""
        return tuple(one for one in self.pieces if one.kind is Kind.NAME)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Numbers of alerts, or the one that is talked about."""
        found = self.all(Kind.NUMBER)
        return found or ((str(self.about),) if self.about is not None else ())

    def selections(self) -> tuple[str, ...]:
        """The conditions that it names, in every way it may be meant; ("",) without any."""
        ways: list[dict[str, list[str]]] = [{}]
        for piece in self.names:
            ways = [_with(way, one) for way in ways for one in piece.meant]
        conditions = self.all(Kind.CONDITION)
        lines = []
        for way in ways[:4]:
            named = [_condition(label, values) for label, values in way.items()]
            lines.append(" ".join([*named, *conditions]))
        return tuple(dict.fromkeys(lines))

    def levels(self) -> str:
        """``level>=high``, "" without any."""
        found = self.all(Kind.LEVEL)
        if not found:
            return ""
        upwards = self.has(Concept.AT_LEAST) or found[0] in _OPEN_UPWARDS
        return f"level{'>=' if upwards else '='}{found[0]}"

    def since(self) -> str:
        """How far it looks back, as ``/alerts`` takes it; "" for not at all."""
        told = [one for one in (*self.all(Kind.BACK), *self.all(Kind.LENGTH)) if one]
        if told:
            return told[0]
        return "24h" if self.has(Concept.RECENT) else ""

    def span(self) -> str:
        """The same as a span that counts from now."""
        since = self.since()
        if since not in ("today", "yesterday"):
            return since
        midnight = self.now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        begun = midnight - timedelta(days=1 if since == "yesterday" else 0)
        return f"{max(1, -(-(self.now - begun) // timedelta(hours=1)))}h"

    def end(self) -> str:
        """How long or until when, "" when nothing is said."""
        told = (*self.all(Kind.END), *self.all(Kind.LENGTH))
        return told[0] if told else ""

    def quoted(self) -> str:
        """The text that is searched for, in quotes; "" without any."""
        found = self.all(Kind.QUOTED)
        return quote(found[0]) if found else ""

    def guessing(self) -> "Sentence":
        """With the one word that nobody knows taken for a service; itself where that cannot be."""
        unknown = [one for one in self.pieces if one.kind is Kind.OTHER]
        named = any(label == "service" for one in self.names for label, _ in one.meant)
        if len(unknown) != 1 or named or not _NAMEABLE.fullmatch(unknown[0].text):
            return self
        word = unknown[0]
        name = Piece(kind=Kind.NAME, text=word.text, meant=(("service", word.text),), guessed=True)
        return _of(self, tuple(name if one is word else one for one in self.pieces))


def _of(sentence: Sentence, pieces: tuple[Piece, ...]) -> Sentence:
    return Sentence(pieces=pieces, now=sentence.now, zone=sentence.zone, about=sentence.about)


def quote(text: str) -> str:
    """As one word of a command."""
    mark = "'" if '"' in text else '"'
    return f"{mark}{text.replace(mark, '') if mark in text else text}{mark}"


def _with(way: dict[str, list[str]], meant: tuple[str, str]) -> dict[str, list[str]]:
    label, value = meant
    values = way.get(label, [])
    return way | {label: values if value in values else [*values, value]}


def _condition(label: str, values: list[str]) -> str:
    if len(values) == 1:
        return f"{label}={values[0] if _ALONE.fullmatch(values[0]) else quote(values[0])}"
    return f"{label}=~{quote('|'.join(re.escape(value) for value in values))}"

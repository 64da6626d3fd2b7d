"""A sentence to pieces: words that are known, names, numbers, times, and what is left over."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.feishu.commands.durations import span_at
from bot.feishu.phrases.folding import folded, plain
from bot.feishu.phrases.knowledge import Known
from bot.feishu.phrases.spelling import respelt
from bot.feishu.phrases.times import figured, time_at
from bot.feishu.phrases.vocabulary import CONCEPTS, LANGUAGES, SERVICES, SEVERITIES, Concept


class Kind(StrEnum):
    """What a piece of a sentence is."""

    WORD = "word"
    NAME = "name"
    NUMBER = "number"
    MUTE = "mute"
    LENGTH = "length"
    BACK = "back"
    END = "end"
    LEVEL = "level"
    LANGUAGE = "language"
    CONDITION = "condition"
    QUOTED = "quoted"
    PERSON = "person"
    REASON = "reason"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece.

    Attributes:
        text: As a command takes it; of a word, as written.
        concept: Of a word.
        meant: Label and value of a name; several where that is not clear.
        guessed: Respelt, or a name by its shape only.
    """

    kind: Kind
    text: str
    concept: Concept | None = None
    meant: tuple[tuple[str, str], ...] = ()
    guessed: bool = False


_CONDITION = re.compile(r"""[\w.-]+ ?(?:>=|≥|=~|!~|!=|=) ?(?:"[^"]*"|'[^']*'|[^\s,]+)""")
_SPACED = re.compile(r" ?(>=|≥|=~|!~|!=|=) ?")
_QUOTED = re.compile(r""""([^"]+)"|'([^']+)'|“([^”]+)”|「([^」]+)」""")
_PERSON = re.compile(r'"@[^"]+"|@\S+')
_NUMBER = re.compile(
    r"(?:第|no\.? ?|number |#)?(\d{1,15}) ?(?:号告警|号|条告警)?(?![\w.])(?! ?[%倍])"
)
_JOINED = re.compile(r"(?:第|#)?(\d{1,15})(?:号告警|号)?(?![\d.a-z_])")
_MUTE = re.compile(r"m(\d{1,12})(?!\w)")
_WORD = re.compile(r"[a-z0-9_][\w./:-]*(?<![./:-])(?=$|[^a-z0-9_])|[a-z0-9_]+", re.ASCII)
_REASON = re.compile(r"(?:因为|由于|原因是?:?|because of|because|due to|reason:)\s*")
_SKIPPED = " \t,.!:;、。~…()（）[]《》/"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LONGEST = max(len(word) for word in CONCEPTS)


def scan(text: str, known: Known, now: datetime, zone: ZoneInfo) -> tuple[Piece, ...]:
    """The pieces of a sentence in their order; what means nothing is left out."""
    written = figured_like(plain(text))
    scanner = _Scanner(written, known, now, zone)
    return _named(scanner.pieces())


def figured_like(text: str) -> str:
    """With figures for number words, in lower case where that changes anything."""
    lowered = folded(text)
    changed = figured(lowered)
    return text if changed == lowered else changed


class _Scanner:
    """Reads one sentence from left to right, longest piece first."""

    def __init__(self, text: str, known: Known, now: datetime, zone: ZoneInfo) -> None:
        self._text = text
        self._source = folded(text)
        self._known = known
        self._now, self._zone = now, zone
        self._names = sorted(known.by_name, key=len, reverse=True)

    def pieces(self) -> list[Piece]:
        """All of them; neighbouring characters that mean nothing are one."""
        found: list[Piece] = []
        at = 0
        while at < len(self._source):
            if self._source[at] in _SKIPPED:
                at += 1
                continue
            piece, end = self._piece(at)
            if found and _continues(found[-1], piece) and not self._source[at - 1].isspace():
                found[-1] = replace(found[-1], text=found[-1].text + piece.text)
            else:
                found.append(piece)
            at = end
        return found

    def _piece(self, at: int) -> tuple[Piece, int]:
        return (
            self._marked(at)
            or self._timed(at)
            or self._numbered(at)
            or self._worded(at)
            or self._left_over(at)
        )

    def _marked(self, at: int) -> tuple[Piece, int] | None:
        """What has a form of its own: ``service=pay``, ``"quoted"``, ``@name``, a reason."""
        if (found := _CONDITION.match(self._source, at)) is not None and self._starts(at):
            text = (
                self._text[at : found.end()].replace(" ", "", 1)
                if " =" in found[0]
                else self._text[at : found.end()]
            )
            return Piece(kind=Kind.CONDITION, text=text), found.end()
        if (found := _QUOTED.match(self._text, at)) is not None and not found[0].startswith('"@'):
            text = next(one for one in found.groups() if one is not None)
            return Piece(kind=Kind.QUOTED, text=text), found.end()
        if (found := _PERSON.match(self._text, at)) is not None:
            return Piece(kind=Kind.PERSON, text=found[0]), found.end()
        if (found := _REASON.match(self._source, at)) is not None and at:
            rest = self._text[found.end() :].strip(" .!。")
            return Piece(kind=Kind.REASON, text=rest), len(self._text)
        return None

    def _timed(self, at: int) -> tuple[Piece, int] | None:
        if not (self._starts(at) or self._source[at].isdigit()):
            return None
        told = time_at(self._source, at, self._now, self._zone)
        if told is None:
            return None
        kind = Kind.BACK if told.back else Kind.LENGTH if told.span is not None else Kind.END
        return Piece(kind=kind, text=told.text), told.end

    def _numbered(self, at: int) -> tuple[Piece, int] | None:
        if (found := _MUTE.match(self._source, at)) is not None and self._starts(at):
            return Piece(kind=Kind.MUTE, text=f"m{found[1]}"), found.end()
        han_before = at > 0 and _HAN.match(self._source[at - 1]) is not None
        pattern = _NUMBER if self._starts(at) or han_before else None
        if pattern is not None and (
            found := (pattern.match(self._source, at) or _JOINED.match(self._source, at))
        ):
            return Piece(kind=Kind.NUMBER, text=found[1]), found.end()
        return None

    def _worded(self, at: int) -> tuple[Piece, int] | None:
        """The longest word or name here."""
        name = next((one for one in self._names if self._stands(one, at)), "")
        word = self._word(at)
        if len(name) > len(word) or (name and word in SERVICES):
            meant = self._known.by_name[name]
            piece = Piece(kind=Kind.NAME, text=self._text[at : at + len(name)], meant=meant)
            return piece, at + len(name)
        if not word:
            return None
        end = at + len(word)
        if (severity := SEVERITIES.get(word)) is not None and word not in CONCEPTS:
            return Piece(kind=Kind.LEVEL, text=severity.value), end
        if (language := LANGUAGES.get(word)) is not None:
            return Piece(kind=Kind.LANGUAGE, text=language.value), end
        if word in SERVICES:
            shape = (("service", word),)
            return Piece(kind=Kind.NAME, text=word, meant=shape, guessed=True), end
        return Piece(kind=Kind.WORD, text=word, concept=CONCEPTS[word]), end

    def _word(self, at: int) -> str:
        for length in range(min(_LONGEST, len(self._source) - at), 0, -1):
            word = self._source[at : at + length]
            listed = word in CONCEPTS or word in SEVERITIES or word in LANGUAGES or word in SERVICES
            if listed and self._stands(word, at):
                return word
        return ""

    def _left_over(self, at: int) -> tuple[Piece, int]:
        found = _WORD.match(self._source, at)
        if found is None:
            return Piece(kind=Kind.OTHER, text=self._text[at]), at + 1
        word = found[0]
        meant = respelt(word)
        if meant:
            return Piece(
                kind=Kind.WORD, text=meant, concept=CONCEPTS[meant], guessed=True
            ), found.end()
        return Piece(kind=Kind.OTHER, text=self._text[at : found.end()]), found.end()

    def _starts(self, at: int) -> bool:
        """Whether a word may begin here: Latin letters and digits only after something else."""
        before, here = self._source[at - 1 : at], self._source[at]
        return not (_latin(before) and _latin(here))

    def _stands(self, word: str, at: int) -> bool:
        """Whether this word stands here whole."""
        if not self._source.startswith(word, at):
            return False
        after = self._source[at + len(word) : at + len(word) + 1]
        whole = not (_latin(after) and _latin(word[-1]))
        if after.isdigit() and not whole:
            whole = span_at(self._source, at + len(word)) is not None  # 静默pay1小时
        # pay-gateway is no pay; but 42-43 or the end of a sentence are no part of a name.
        joined = after in ("-", "_") and _latin(
            self._source[at + len(word) + 1 : at + len(word) + 2]
        )
        return whole and not (joined and _latin(word[-1])) and (word[0] == "'" or self._starts(at))


def _latin(character: str) -> bool:
    return bool(character) and character.isascii() and (character.isalnum() or character == "_")


def _continues(before: Piece, piece: Piece) -> bool:
    han = _HAN.match(piece.text) is not None and _HAN.match(before.text[-1:]) is not None
    return before.kind is piece.kind is Kind.OTHER and han


def _named(pieces: list[Piece]) -> tuple[Piece, ...]:
    """With the names that are known by their place, beside 服务, rule or 主机."""
    found = list(pieces)
    for at, piece in enumerate(pieces[:-1]):
        if piece.text == "没有" and piece.concept is Concept.ASKING:
            found[at] = replace(piece, concept=Concept.NEVER)  # only a sentence's end asks with it
    for at, piece in enumerate(pieces):
        label = _LABELS.get(piece.concept) if piece.concept else None
        if label is None:
            continue
        han = _HAN.match(piece.text) is not None
        order = (at - 1, at + 1) if han or label == "service" else (at + 1, at - 1)
        for place in order:
            if 0 <= place < len(pieces) and _nameable(pieces[place]):
                one = pieces[place]
                meant = ((label, one.text),)
                found[place] = Piece(kind=Kind.NAME, text=one.text, meant=meant, guessed=True)
                break
            if 0 <= place < len(pieces) and pieces[place].kind is Kind.NAME:
                break
    return tuple(found)


_LABELS = {Concept.SERVICE: "service", Concept.RULES: "rule", Concept.HOST: "host"}


def _nameable(piece: Piece) -> bool:
    return piece.kind is Kind.OTHER and len(piece.text) > 1

"""Which commands a sentence means, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.feishu.phrases.forms import FORMS, Form
from bot.feishu.phrases.knowledge import Known
from bot.feishu.phrases.scanning import Kind, Piece, scan
from bot.feishu.phrases.sentence import Sentence
from bot.feishu.phrases.vocabulary import Concept

LONGEST = 200
"""Characters; nobody orders anything in a longer sentence, but people paste things."""
CLEAR = 0.7
NEAR = 0.55

_SILENT = frozenset({Concept.FILLER, Concept.POLITE, Concept.ASKING})
_QUESTIONS = frozenset(
    {Concept.WHO, Concept.WHY, Concept.HOW, Concept.COUNT, Concept.UNTOLD, Concept.NEVER}
)
_LIGHT = frozenset(
    {Concept.NEVER, Concept.RECENT, Concept.THIS, Concept.ALL, Concept.AND, Concept.SYSTEM}
)
_UNSURE = frozenset({Concept.SMALL, Concept.DONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to understand a sentence.

    Attributes:
        line: The command; whether it can be read is for the command to say.
        score: 0 to 1, how much of the sentence it explains.
        clear: Whether it may be run without asking which command was meant.
        acts: Whether it changes anything.
    """

    line: str
    score: float
    clear: bool
    acts: bool


def read(
    text: str, known: Known, now: datetime, zone: ZoneInfo, about: int | None = None
) -> tuple[Reading, ...]:
    """What a sentence may mean, most likely first; () for nothing.

    Args:
        text: As written, without the mention of the bot.
        known: Names that the database knows.
        now: Ends and days count from it.
        zone: Of the clock that is meant.
        about: The alert on whose card it was said, None elsewhere.
    """
    if not text.strip() or len(text) > LONGEST:
        return ()
    said = Sentence(pieces=scan(text, known, now, zone), now=now, zone=zone, about=about)
    guessed = said.guessing()
    sentences = (said,) if guessed is said else (guessed, said)
    found: dict[str, tuple[float, float, Reading]] = {}
    for sentence in sentences:
        for form in FORMS:
            for one in _read(form, sentence):
                best = found.get(one[2].line)
                if best is None or one[:2] > best[:2]:
                    found[one[2].line] = one
    ranked = sorted(found.values(), key=lambda one: (-one[0], -one[1]))
    return tuple(reading for _, _, reading in ranked)


def _read(form: Form, said: Sentence) -> list[tuple[float, float, Reading]]:
    if not all(said.concepts & needed for needed in form.needs):
        return []
    if form.acts and (said.concepts & _QUESTIONS or _taken_back(form, said)):
        return []
    explained, left = 0.0, 0.0
    for piece in said.pieces:
        good, bad = _weight(piece, form, said)
        explained, left = explained + good, left + bad
    score = explained / (explained + left) if explained else 0.0
    if score < NEAR:
        return []
    lines = form.lines(said)
    clear = _clear(form, said, score, left) and len(lines) == 1
    return [
        (score, explained, Reading(line=line, score=score, clear=clear, acts=form.acts))
        for line in lines
    ]


def _taken_back(form: Form, said: Sentence) -> bool:
    """Whether a word takes back what the form would do."""
    if Concept.CANCEL not in said.concepts:
        return False
    return not any(Concept.CANCEL in needed for needed in form.needs)


def _clear(form: Form, said: Sentence, score: float, left: float) -> bool:
    if not form.acts:
        return score >= CLEAR and not _acts_besides(form, said)
    asked = Concept.ASKING in said.concepts and Concept.POLITE not in said.concepts
    shapes = (Kind.WORD,) if Concept.MUTE in said.concepts else (Kind.WORD, Kind.NAME)
    slips = any(one.guessed and one.kind in shapes for one in said.pieces)
    told = Concept.RESOLVED in said.concepts and Concept.MARK not in said.concepts
    return left == 0.0 and not (asked or slips or told) and not said.concepts & _UNSURE


def _acts_besides(form: Form, said: Sentence) -> bool:
    """Whether the sentence also has a verb that changes something, which the form ignores."""
    fits = form.bears.union(*form.needs)
    return any(concept not in fits for concept in said.concepts & _VERBS)


_VERBS = frozenset(
    {
        Concept.MUTE,
        Concept.UNMUTE,
        Concept.ACK,
        Concept.UNACK,
        Concept.RESOLVE,
        Concept.ASSIGN,
        Concept.SUBSCRIBE,
        Concept.UNSUBSCRIBE,
        Concept.CANCEL,
    }
)
_NEEDED, _BORNE, _SLOT, _LEFT, _STRANGE = 3.0, 1.5, 2.0, 2.5, 1.5
_PER_CHARACTER = 0.8


def _weight(piece: Piece, form: Form, said: Sentence) -> tuple[float, float]:
    """How much a piece speaks for a form and against it."""
    if piece.concept is not None:
        return _word_weight(piece.concept, form)
    if piece.kind in form.takes:
        if piece.kind is Kind.NAME and piece.guessed:
            return _guess_weight(form, said)
        return (_STRANGE if piece.kind is Kind.OTHER else _SLOT), 0.0
    if piece.kind is Kind.OTHER:
        wide = not piece.text.isascii()
        return 0.0, min(4.0, _PER_CHARACTER * len(piece.text)) if wide else _STRANGE
    if piece.kind is Kind.BACK and not piece.text:
        return 0.0, 0.5 if not form.acts else _LEFT
    return 0.0, _LEFT


def _guess_weight(form: Form, said: Sentence) -> tuple[float, float]:
    """A service that nobody knows: worth looking at, or muting since that is shown first."""
    if not form.acts:
        return 1.0, 0.3
    shown_first = any(Concept.MUTE in needed for needed in form.needs)
    return (1.0, 0.0) if shown_first or Concept.SERVICE in said.concepts else (0.0, _LEFT)


def _word_weight(concept: Concept, form: Form) -> tuple[float, float]:
    if any(concept in needed for needed in form.needs):
        return _NEEDED, 0.0
    if concept in form.bears:
        return _BORNE, 0.0
    if concept in _SILENT or concept in _UNSURE:
        return 0.0, 0.0
    if concept in _LIGHT and not form.acts:
        return 0.0, 1.0
    return 0.0, _LEFT


def near(readings: Sequence[Reading], most: int = 3) -> tuple[Reading, ...]:
    """The few that are hardly worse than the best."""
    if not readings:
        return ()
    floor = readings[0].score - 0.25
    return tuple(one for one in readings if one.score >= floor)[:most]

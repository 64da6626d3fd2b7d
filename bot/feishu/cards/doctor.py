"""What the doctor found, what is wrong first; and that it is still looking."""

import re
from collections.abc import Sequence

from bot.core.diagnosis import Area, Diagnosis, Status, worst
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.diagnoses import said
from bot.feishu.cards.elements import (
    Card,
    Color,
    Element,
    Tag,
    Template,
    button,
    card,
    column,
    columns,
    fit,
    folded,
    link,
    small,
    text,
)
from bot.feishu.cards.reader import Reader

_MOST = (16, 10, 6, 3, 1)
_MOST_LINES = 40
_TEMPLATES: dict[Status, Template] = {
    Status.OK: "green",
    Status.WARNING: "orange",
    Status.FAILED: "red",
    Status.SKIPPED: "grey",
}
_COLORS: dict[Status, Color] = {Status.WARNING: "orange", Status.FAILED: "red"}
_MARKS = {Status.WARNING: "⚠️", Status.FAILED: "❌"}
_CONSOLE = re.compile(r"https://open\.(?:feishu\.cn|larksuite\.com)/app/[\w/?=&:.-]{1,200}")


def doctor_card(diagnoses: Sequence[Diagnosis], reader: Reader) -> Card:
    """Draw all that was found; what is well is folded away."""
    return fit(lambda most: _draw(diagnoses, reader, most), _MOST)


def checking_card(reader: Reader) -> Card:
    """Draw that it is under way."""
    say = reader.texts.doctor
    return card(title=say.checking_title, template="blue", elements=[text(say.checking)])


def _draw(diagnoses: Sequence[Diagnosis], reader: Reader, most: int) -> Card:
    say = reader.texts.doctor
    by_status = {status: [one for one in diagnoses if one.status is status] for status in Status}
    troubles = [*by_status[Status.FAILED], *by_status[Status.WARNING]]
    parts = [part for one in troubles[:most] for part in _trouble(one, reader)]
    if len(troubles) > most:
        parts.append(small(say.more(len(troubles) - most)))
    if not troubles:
        parts.append(text(say.all_well))
    folds = (
        (say.well, by_status[Status.OK]),
        (say.skipped, by_status[Status.SKIPPED]),
    )
    parts += [
        folded(title(len(several)), _lines(several, reader)) for title, several in folds if several
    ]
    again = button(say.again, encode(RunCommand(text="/doctor", in_place=True)), small=True)
    tags = [
        Tag(text=say.counts[status](len(by_status[status])), color=color)
        for status, color in (
            (Status.FAILED, "red"),
            (Status.WARNING, "orange"),
            (Status.OK, "green"),
        )
        if by_status[status]
    ]
    return card(
        title=say.title,
        subtitle=reader.time(reader.now),
        template=_TEMPLATES[worst(diagnoses)],
        tags=tags,
        elements=[*parts, again],
    )


def _trouble(diagnosis: Diagnosis, reader: Reader) -> list[Element]:
    words = said(diagnosis, reader, linked=True)
    mark, color = _MARKS[diagnosis.status], _COLORS[diagnosis.status]
    shown = [
        text(f"{mark} {words.check} · {words.found}", color=color),
        small(words.why),
        text(words.remedy),
    ]
    page = str(diagnosis.facts.get("page", ""))
    if _CONSOLE.fullmatch(page):
        shown.append(link(reader.texts.doctor.console, page))
    return [columns([column(shown, spacing="4px", tile=True)])]


def _lines(diagnoses: Sequence[Diagnosis], reader: Reader) -> list[Element]:
    """A paragraph for each area."""
    say, shown = reader.texts.doctor, diagnoses[:_MOST_LINES]
    parts = []
    for area in Area:
        words = [said(one, reader) for one in shown if one.check.area is area]
        if words:
            lines = "\n".join(f"{one.check} · {one.found}" for one in words)
            parts += [text(say.areas[area]), small(lines)]
    if len(diagnoses) > len(shown):
        parts.append(small(say.more(len(diagnoses) - len(shown))))
    return parts

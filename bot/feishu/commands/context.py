"""``/context 42 -20 +20``: log lines around an alert's newest record; ``file`` for all of it."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.core.alert import Alert
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.lookup import WAITED, LookKind, Lookup
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.lookup_views import ContextView, Source
from bot.engine.reading import Views
from bot.feishu.cards.log_context import context_card, no_context_card
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, alert_id
from bot.feishu.commands.errors import CommandError
from watchers.finding import Sample, Spot
from watchers.questions import Ask, Question

MOST_LINES = 60
FARTHEST = 5000
"""Lines from the record; farther away one looks better on the host."""
_AHEAD = 60
"""Asked for besides, so that the next page is there at once."""
_USUAL = 20
_LINES = re.compile(r"[+-]?\d{1,5}")
_FILE = ("file", "文件", "完整", "trace", "堆栈")
_EXAMPLE = "/context 42 -20 +20"
_ONCE = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowContext:
    """Show lines counted from the record's first line."""

    alert_id: int
    first: int = -_USUAL
    last: int = _USUAL

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with what is known, and ask the host for the rest."""
        alert, sample = _record(self.alert_id, request, views)
        if sample is None or sample.spot is None:
            return Answer(card=no_context_card(request.reader))
        subject = views.looking.subject(alert, sample)
        view = ContextView(
            alert=alert, sample=sample, first=self.first, last=self.last, source=Source.ANSWERED
        )
        if not sample.spot.findable:
            return Answer(card=context_card(view, request.reader))
        known = views.looking.known(subject, self.first, self.last, request.target, request.now)
        if known is not None:
            return Answer(card=context_card(replace(view, answer=known), request.reader))
        if not views.looking.heard(alert.agent, request.now):
            return Answer(card=context_card(replace(view, source=Source.SILENT), request.reader))
        question = replace(
            _question(sample, sample.spot, Ask.AROUND),
            first=self.first - _AHEAD,
            last=self.last + _AHEAD,
        )
        lookup = Lookup(
            kind=LookKind.CONTEXT,
            subject=subject,
            target=request.target,
            language=request.language,
            asked_at=request.now,
            asked={
                "first": self.first,
                "last": self.last,
                "text": sample.text,
                "place": sample.place,
            },
            alert_id=alert.id,
            message=request.message_id,
            open_until=request.now + WAITED,
        )
        asked = engine.look(lookup, {alert.agent: question})
        card = context_card(replace(view, source=Source.ASKED), request.reader)
        return Answer(card=card, about=asked.about)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRecord:
    """Send the whole record as a file beneath the alert's card, once."""

    alert_id: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer that it is on its way."""
        alert, sample = _record(self.alert_id, request, views)
        if sample is None or sample.spot is None or not sample.spot.findable:
            return Answer(card=no_context_card(request.reader))
        say, reader = request.reader.texts.context, request.reader
        subject = f"record:{views.looking.subject(alert, sample)}"
        if views.looking.sent_lately(subject, request.target, request.now - _ONCE):
            return Answer(card=note_card(say.file_there, (), Tone.PLAIN, reader))
        if not views.looking.heard(alert.agent, request.now):
            return Answer(card=note_card(say.silent(alert.agent), (), Tone.WARNING, reader))
        lookup = Lookup(
            kind=LookKind.RECORD,
            subject=subject,
            target=request.target,
            language=request.language,
            asked_at=request.now,
            alert_id=alert.id,
            open_until=request.now + WAITED,
        )
        engine.look(lookup, {alert.agent: _question(sample, sample.spot, Ask.RECORD)})
        return Answer(card=note_card(say.file_coming, (), Tone.GOOD, reader))


def _record(number: int, request: Request, views: Views) -> tuple[Alert, Sample | None]:
    """An alert and its newest record that stands in a file."""
    view = views.alert(number, request.now)
    if view is None:
        raise InvalidTransitionError(Refusal.UNKNOWN_ALERT)
    samples = reversed(view.alert.samples)
    return view.alert, next((one for one in samples if one.spot is not None), None)


def _question(sample: Sample, spot: Spot, ask: Ask) -> Question:
    return Question(
        id=0,
        ask=ask,
        path=sample.path,
        file=spot.file,
        offset=spot.offset,
        end=spot.end,
        line=spot.line,
        mark=spot.mark,
    )


def _read(words: Words, moment: Moment) -> Command:
    number = alert_id(words[:1], _EXAMPLE)
    rest = [word.text for word in words[1:]]
    if len(rest) == 1 and rest[0].lower() in _FILE:
        return SendRecord(alert_id=number)
    lines = [int(one) for one in rest if _LINES.fullmatch(one)]
    if len(lines) != len(rest) or len(lines) > 2:  # noqa: PLR2004 - before and after
        raise CommandError(" ".join(rest), lambda texts: texts.context.wanted_lines, _EXAMPLE)
    if len(lines) < 2:  # noqa: PLR2004 - one figure stands for both sides
        reach = abs(lines[0]) if lines else _USUAL
        lines = [-reach, reach]
    first, last = max(-FARTHEST, min(lines)), min(FARTHEST, max(lines))
    return ShowContext(alert_id=number, first=first, last=min(last, first + MOST_LINES))


SPEC = Spec(
    names=("context", "上下文", "前后文", "日志上下文", "around"),
    text=lambda texts: texts.context.context,
    read=_read,
    right=Right.READ,
)

"""``/logs service=pay "timeout" 30m``: searches recorded lines and the files on their hosts."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.core.lookup import FRESH, WAITED, LookKind, Lookup
from bot.core.matcher import Matcher
from bot.core.notification import Notification, Purpose
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.logs import logs_card
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.durations import read_end
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.field_conditions import FieldCondition, field_condition
from bot.feishu.commands.selection import is_condition, select, written
from bot.feishu.commands.words import Word
from watchers.delay import read_span, write_span
from watchers.finding import Severity
from watchers.questions import Ask, Question

_EXAMPLE = '/logs service=pay "timeout" 30m'
_USUAL, _LONGEST = timedelta(hours=1), timedelta(days=7)
_PAGE = re.compile(r"(?:page|p|第)[=:]?(\d{1,4})页?|(\d{1,4})页", re.IGNORECASE)
_PAGE_WORDS = ("page", "页")
_LONGEST_WORDS = 200
_UNKNOWN_TO_FILES = frozenset({"rule", "severity", "error_type", "fingerprint"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLogs:
    """Search; without words for the newest lines that satisfy the conditions. Pages from 1."""

    words: str
    matchers: tuple[Matcher, ...] = ()
    least: Severity | None = None
    span: timedelta = _USUAL
    page: int = 1
    fields: tuple[FieldCondition, ...] = ()

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with recorded lines at once; what hosts find changes the card."""
        if self.page > 1:
            since = request.now - FRESH
            if (before := views.looking.lately(self._again(), request.target, since)) is not None:
                view = views.looking.logs(before)
                return Answer(card=logs_card(view, request.reader, self.page))
        unknown = self.least is not None or any(
            one.label in _UNKNOWN_TO_FILES for one in self.matchers
        )
        hosts = () if unknown else views.looking.hosts(request.now)
        labels = tuple((one.label, one.operator.value, one.value) for one in self.matchers)
        question = Question(
            id=0,
            ask=Ask.SEARCH,
            words=self.words,
            labels=(*labels, *(one.told for one in self.fields)),
            since=request.now - self.span,
        )
        asked = {agent: question for agent, heard in hosts if heard}
        lookup = Lookup(
            kind=LookKind.LOGS,
            subject=self._again(),
            target=request.target,
            language=request.language,
            asked_at=request.now,
            asked={
                "words": self.words,
                "matchers": [list(one) for one in labels],
                "fields": [list(one.told) for one in self.fields],
                "least": self.least.value if self.least is not None else "",
                "span_s": self.span.total_seconds(),
                "again": self._again(),
                "page": self.page,
                "silent": [agent for agent, heard in hosts if not heard],
                "recorded_only": unknown,
            },
            message=request.message_id,
            open_until=request.now + WAITED if asked else None,
        )
        stored = engine.look(lookup, asked)
        card = logs_card(views.looking.logs(stored), request.reader, self.page)
        return Answer(card=card, about=stored.about)

    def _again(self) -> str:
        """The command that asks for the same, without its page."""
        mark = "'" if '"' in self.words else '"'
        words = [*map(written, self.matchers), *map(str, self.fields)]
        if self.least is not None:
            words.append(f"level>={self.least.value}")
        words += [f"{mark}{self.words}{mark}"] if self.words else []
        return " ".join(["/logs", *words, write_span(self.span)])


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLogs:
    """Send all that a search found as a file."""

    number: int

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer that it is on its way."""
        lookup = views.looking.lookup(self.number)
        if lookup is None or lookup.target != request.target or lookup.kind is not LookKind.LOGS:
            raise CommandError(str(self.number), lambda texts: texts.context.wanted_words, _EXAMPLE)
        engine.owe(
            Notification(
                target=request.target,
                purpose=Purpose.FILE,
                language=request.language,
                content={"lookup": lookup.id, "reply_to": lookup.message},
                due_at=request.now,
                created_at=request.now,
            )
        )
        say = request.reader.texts.context
        return Answer(card=note_card(say.logs_coming, (), Tone.GOOD, request.reader))


def _read(words: Words, moment: Moment) -> Command:
    if len(words) == 2 and words[0].text == "file":  # noqa: PLR2004 - the word and the number
        number = number_in(words[1].text)
        if number is not None:
            return SendLogs(number=number)
    conditions = list[Word]()
    fields: list[FieldCondition] = []
    wanted: list[str] = []
    span, page, rest = _USUAL, 1, list(words)
    while rest:
        word = rest.pop(0)
        if (field := field_condition(word)) is not None:
            fields.append(field)
        elif is_condition(word):
            conditions.append(word)
        elif not word.quoted and (length := _span(word.text, moment)) is not None:
            span = length
        elif not word.quoted and word.text.lower() in _PAGE_WORDS and rest:
            page = number_in(rest.pop(0).text) or 1
        elif not word.quoted and (found := _PAGE.fullmatch(word.text)):
            page = int(found[1] or found[2]) or 1
        else:
            wanted.append(word.text)
    text = " ".join(wanted).strip()
    if not (text or conditions or fields) or len(text) > _LONGEST_WORDS:
        raise CommandError(text, lambda texts: texts.context.wanted_words, _EXAMPLE)
    selection = select(conditions)
    return SearchLogs(
        words=text,
        matchers=selection.matchers,
        least=selection.least_severity,
        span=min(span, _LONGEST),
        page=page,
        fields=tuple(fields),
    )


def _span(text: str, moment: Moment) -> timedelta | None:
    """How far back: ``30m``, ``2小时``; None for any other word."""
    if (span := read_span(text.lower())) is not None:
        return span
    try:
        end = read_end(text, moment.now, moment.zone)
    except CommandError:
        return None
    return end.at - moment.now if end is not None and end.elapsed and not end.rest else None


SPEC = Spec(
    names=("logs", "日志", "搜索日志", "查日志", "grep"),
    text=lambda texts: texts.context.logs,
    read=_read,
    right=Right.ACT,
)

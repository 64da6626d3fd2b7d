"""``/health``: how hosts stand, one host, and how often hosts are sampled."""

from dataclasses import dataclass
from datetime import timedelta

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.health_views import ChartSpan
from bot.engine.reading import Views
from bot.feishu.cards.health import host_card, hosts_card, unknown_host_card
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.rights import refused
from watchers.delay import read_span

SHORTEST, LONGEST = timedelta(seconds=2), timedelta(minutes=10)
_EXAMPLE = "/health web-1 24h"
_INTERVAL_EXAMPLE = "/health interval 30s"
_LONGEST_NAME = 120
_INTERVAL = ("interval", "every", "间隔", "采样间隔")
_FORGET = ("forget", "移除", "删除")
_PAGE = ("page", "p", "页", "第")
_USUAL = ("default", "config", "默认", "恢复")
_UNITS = {"秒钟": "s", "秒": "s", "分钟": "m", "分": "m", "seconds": "s", "minutes": "m"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHosts:
    """Say how all hosts stand; where there is only one, all of that one."""

    page: int = 1

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with a page of the list, or the host's card."""
        found = views.health.hosts(request.now, self.page)
        if found.tally.total == 1:
            return ShowHost(name=found.rows[0].record.host).run(request, engine, views)
        return Answer(card=hosts_card(found, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHost:
    """Say how one host stands."""

    name: str
    span: ChartSpan = ChartSpan.HOUR

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with its card."""
        found = views.health.host(self.name, self.span, request.now)
        if found is None:
            similar = views.health.similar(self.name)
            return Answer(card=unknown_host_card(self.name, similar, request.reader))
        return Answer(card=host_card(found, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleEvery:
    """Let hosts be sampled that often; None for as configured. Alone it says how often."""

    every: timedelta | None = None
    asks: bool = False

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Do it and say so; only for admins."""
        reader = request.reader
        say = reader.texts.health
        every = views.health.every()
        if not self.asks:
            no = refused(Right.ADMINISTER, "health_interval", None, request, engine, views)
            if no:
                title = reader.texts.answer.refused_title
                return Answer(card=note_card(title, [no], Tone.WARNING, reader))
            every = self.every
            engine.sample_hosts(every, request.person, request.now)
        said = say.interval_usual
        if every is not None:
            written = reader.span(every)
            said = say.interval(written) if self.asks else say.set_interval(written)
        tone = Tone.PLAIN if self.asks else Tone.GOOD
        return Answer(card=note_card(said, [say.interval_hint], tone, reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetHost:
    """Forget a host that is no more."""

    name: str

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Do it and say so; only for admins."""
        reader = request.reader
        if no := refused(Right.ADMINISTER, "forget_host", None, request, engine, views):
            title = reader.texts.answer.refused_title
            return Answer(card=note_card(title, [no], Tone.WARNING, reader))
        if not engine.forget_host(self.name, request.person, request.now):
            similar = views.health.similar(self.name)
            return Answer(card=unknown_host_card(self.name, similar, reader))
        return Answer(
            card=note_card(reader.texts.health.forgotten(self.name), [], Tone.GOOD, reader)
        )


def _read(words: Words, moment: Moment) -> Command:
    if not words:
        return ShowHosts()
    first, rest = words[0], words[1:]
    named = "" if first.quoted else first.text.lower()
    if named in _INTERVAL:
        return _interval(rest)
    if named in _FORGET and len(rest) == 1:
        return ForgetHost(name=rest[0].text)
    if named in _PAGE and rest:
        number = number_in(rest[0].text)
        if number is not None and len(rest) == 1:
            return ShowHosts(page=number)
    name, span = first.text, ChartSpan.HOUR
    for word in rest:
        try:
            span = ChartSpan(word.text.lower())
        except ValueError:
            raise CommandError(word.text, lambda texts: texts.health.wanted, _EXAMPLE) from None
    if not name or len(name) > _LONGEST_NAME:
        raise CommandError(name, lambda texts: texts.health.wanted, _EXAMPLE)
    return ShowHost(name=name, span=span)


def _interval(words: Words) -> SampleEvery:
    if not words:
        return SampleEvery(asks=True)
    line = "".join(word.text for word in words).lower()
    return SampleEvery() if line in _USUAL else SampleEvery(every=read_every(line))


def read_every(line: str) -> timedelta:
    """How often hosts are to be sampled.

    Raises:
        CommandError: If it is no span, too short or too long.
    """
    for unit, short in _UNITS.items():
        line = line.replace(unit, short)
    every = read_span(line)
    if every is None or not SHORTEST <= every <= LONGEST:
        raise CommandError(line, lambda texts: texts.health.wanted_every, _INTERVAL_EXAMPLE)
    return every


SPEC = Spec(
    names=("health", "健康", "主机", "主机健康", "主机状态", "hosts", "host"),
    text=lambda texts: texts.health.command,
    read=_read,
    right=Right.READ,
)

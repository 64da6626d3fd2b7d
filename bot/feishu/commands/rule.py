"""``/rule NAME``: one rule, and what is done with it; `p7` is what was proposed as number 7."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.permission import Right
from bot.core.rule import (
    LONGEST_TRAINING,
    SHORTEST_TRAINING,
    ChatRule,
    RuleStage,
    Threshold,
    Verdict,
    read_threshold,
    verdict,
)
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.rule_views import RuleView
from bot.engine.ruling import RuleFaultsError
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.proposal import proposal_card
from bot.feishu.cards.rule import delete_card, rule_card
from bot.feishu.cards.rule_form import rule_form
from bot.feishu.cards.rule_words import faults_in
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, number_in
from bot.feishu.commands.durations import read_end
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.limits import LONGEST_LINE
from bot.feishu.texts.base import Texts
from watchers.delay import read_span

_EXAMPLE = "/rule error pause 1h"
_SURE = "--yes"
_CLOSING = {'"': '"', "“": "”", "'": "'"}


class _OnRule:
    """What commands about one rule share: whatever is done, the rule is shown as it stands."""

    __slots__ = ()
    name: str

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Do it, and show the rule."""
        try:
            rule = _proposal(self.name, engine)
            self._try(rule, request, engine)
        except RuleFaultsError as error:
            lines = faults_in(error.faults, request.reader)
            title = request.reader.texts.rules.faults_title
            return Answer(card=note_card(title, lines, Tone.WARNING, request.reader))
        name = _now_called(rule, engine) if rule is not None else self.name
        return shown(name, request, engine, views)

    def _try(self, rule: ChatRule | None, request: Request, engine: Engine) -> None:
        """Do it; what stands so already is no mistake, since the rule is shown."""
        try:
            self.do(rule, request, engine)
        except InvalidTransitionError as error:
            if error.reason not in (Refusal.NOTHING_CHANGES, Refusal.NOT_PAUSED):
                raise

    def do(self, rule: ChatRule | None, request: Request, engine: Engine) -> None:
        """Change what is to be changed; `rule` is what was proposed, None for a rule by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRule(_OnRule):
    """Show one."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRule(_OnRule):
    """Look for it no more."""

    name: str
    until: datetime | None

    def do(self, rule: ChatRule | None, request: Request, engine: Engine) -> None:
        """Pause it."""
        engine.ruling.pause(self.name, self.until, request.person, request.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRule(_OnRule):
    """Look for it again."""

    name: str

    def do(self, rule: ChatRule | None, request: Request, engine: Engine) -> None:
        """Resume it."""
        engine.ruling.resume(self.name, request.person, request.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRule(_OnRule):
    """Let it alert, work in the shadow, or train for a span."""

    name: str
    stage: RuleStage
    span: timedelta | None = None

    def do(self, rule: ChatRule | None, request: Request, engine: Engine) -> None:
        """Start it."""
        wanted = rule or engine.ruling.of_chat(self.name)
        engine.ruling.start(wanted, self.stage, request.person, request.now, self.span)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetThreshold(_OnRule):
    """Say how many within which time alert."""

    name: str
    threshold: Threshold

    def do(self, rule: ChatRule | None, request: Request, engine: Engine) -> None:
        """Set it."""
        wanted = rule or engine.ruling.of_chat(self.name)
        engine.ruling.change(wanted, request.person, request.now, threshold=self.threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRule:
    """Ask for the form."""

    name: str

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the form, filled in."""
        rule = _proposal(self.name, engine) or engine.ruling.of_chat(self.name)
        return Answer(card=rule_form(rule, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRule:
    """Try a line on it."""

    name: str
    line: str

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with the rule, and what it makes of the line."""
        view = known(self.name, request, views)
        return Answer(
            card=rule_card(view, request.reader, tried=(self.line, judged(view, self.line)))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRule:
    """Forget a proposal, or a rule once somebody is sure."""

    name: str
    sure: bool

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Forget it; a rule's name alone asks first."""
        say, reader = request.reader.texts.rules, request.reader
        if (proposed := _proposal(self.name, engine)) is not None:
            engine.ruling.drop(proposed.id)
            return Answer(card=note_card(say.dropped(proposed.name), (), Tone.PLAIN, reader))
        if not self.sure:
            engine.ruling.deletable(self.name)
            return Answer(card=delete_card(self.name, reader))
        engine.ruling.delete(self.name, request.person, request.now)
        return Answer(card=note_card(say.deleted(self.name), (), Tone.PLAIN, reader))


def shown(name: str, request: Request, engine: Engine, views: Views) -> Answer:
    """A rule, or what was proposed, as it stands."""
    if (proposed := _proposal(name, engine)) is not None:
        view = views.ruling.proposal(proposed, request.now)
        return Answer(card=proposal_card(view, request.reader))
    return Answer(card=rule_card(known(name, request, views), request.reader))


def known(name: str, request: Request, views: Views) -> RuleView:
    """The rule of this name.

    Raises:
        InvalidTransitionError: If there is none.
    """
    view = views.ruling.rule(name, request.now)
    if view is None:
        raise InvalidTransitionError(Refusal.UNKNOWN_RULE)
    return view


def judged(view: RuleView, line: str) -> Verdict:
    """What a rule makes of a line."""
    rule = view.row.rule
    return verdict(rule.pattern, rule.exclude, rule.recovery, line)


def _proposal(name: str, engine: Engine) -> ChatRule | None:
    """What was proposed under a number such as `p7`; None for a rule's name."""
    number = number_in(name[1:]) if name[:1] in ("p", "P") else None
    return engine.ruling.proposed(number) if number is not None else None


def _now_called(rule: ChatRule, engine: Engine) -> str:
    return engine.ruling.called(rule.id)


Reader = Callable[[str, str, Moment], Command]


def _pause(name: str, rest: str, moment: Moment) -> Command:
    return PauseRule(name=name, until=read_pause(rest.strip(), moment))


def read_pause(said: str, moment: Moment) -> datetime | None:
    """Until when a rule is to pause; None for until somebody resumes it.

    Raises:
        CommandError: If it says no span and no end.
    """
    if said.lower() in ("", "until resumed", "直到恢复", "forever"):
        return None
    end = read_end(said, moment.now, moment.zone)
    if end is None or end.rest:
        raise CommandError(said, lambda texts: texts.wanted.span, _EXAMPLE)
    return end.at


def _start(stage: RuleStage, name: str, rest: str, _moment: Moment) -> Command:
    _nothing(rest)
    return StartRule(name=name, stage=stage)


def _train(name: str, rest: str, _moment: Moment) -> Command:
    span = read_span(rest.strip().lower() or "1d")
    if span is None or not SHORTEST_TRAINING <= span <= LONGEST_TRAINING:
        raise CommandError(
            rest, lambda texts: texts.rules.wanted_training, f"/rule {name} train 1d"
        )
    return StartRule(name=name, stage=RuleStage.TRAINING, span=span)


def _threshold(name: str, rest: str, _moment: Moment) -> Command:
    threshold = read_threshold(rest)
    if threshold is None:
        example = f"/rule {name} threshold 5 in 10m"
        raise CommandError(rest, lambda texts: texts.rules.wanted_threshold, example)
    return SetThreshold(name=name, threshold=threshold)


def _resume(name: str, rest: str, _moment: Moment) -> Command:
    _nothing(rest)
    return ResumeRule(name=name)


def _edit(name: str, rest: str, _moment: Moment) -> Command:
    _nothing(rest)
    return EditRule(name=name)


def _drop(name: str, rest: str, _moment: Moment) -> Command:
    sure = rest.strip().lower() == _SURE
    _nothing("" if sure else rest)
    return DropRule(name=name, sure=sure)


def _test(name: str, rest: str, _moment: Moment) -> Command:
    if not rest.strip():
        example = f"/rule {name} test ERROR pay: card declined"
        raise CommandError("", lambda texts: texts.rules.wanted_line, example)
    return TestRule(name=name, line=rest)


def _nothing(rest: str) -> None:
    if rest.strip():
        raise CommandError(rest, lambda texts: texts.wanted.nothing_more, _EXAMPLE)


_VERBS: Mapping[str, Reader] = {
    "pause": _pause,
    "暂停": _pause,
    "resume": _resume,
    "恢复": _resume,
    "live": partial(_start, RuleStage.LIVE),
    "上线": partial(_start, RuleStage.LIVE),
    "生效": partial(_start, RuleStage.LIVE),
    "shadow": partial(_start, RuleStage.SHADOW),
    "影子": partial(_start, RuleStage.SHADOW),
    "train": _train,
    "训练": _train,
    "threshold": _threshold,
    "阈值": _threshold,
    "edit": _edit,
    "修改": _edit,
    "delete": _drop,
    "删除": _drop,
    "drop": _drop,
    "放弃": _drop,
    "test": _test,
    "测试": _test,
}
_READS = ("test", "测试")


def _read(words: Words, moment: Moment) -> Command:
    name, rest = _name(" ".join(word.text for word in words))
    if not name:
        raise CommandError("", _wanted_name, "/rule error")
    verb, _, behind = rest.partition(" ")
    if not verb:
        return ShowRule(name=name)
    read = _VERBS.get(verb.lower())
    if read is None:
        raise CommandError(verb, lambda texts: texts.rules.wanted_verb, _EXAMPLE)
    return read(name, behind.lstrip(), moment)


def _name(text: str) -> tuple[str, str]:
    """The name, in quotes or not, and what stands behind it."""
    if text[:1] in _CLOSING and (end := text.find(_CLOSING[text[0]], 1)) > 0:
        return text[1:end], text[end + 1 :].strip()
    name, _, rest = text.partition(" ")
    return name, rest.strip()


def _right(rest: str) -> Right:
    """Whoever only looks needs less."""
    verb = _name(rest.strip())[1].partition(" ")[0].lower()
    return Right.ACT if not verb or verb in _READS else Right.RULES


def _wanted_name(texts: Texts) -> str:
    return texts.rules.wanted_name


SPEC = Spec(
    names=("rule", "查看规则", "规则详情"),
    text=lambda texts: texts.rules.rule,
    read=_read,
    right=Right.RULES,
    right_of=_right,
    free=True,
    longest=LONGEST_LINE,
)

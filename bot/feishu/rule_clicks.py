"""Forms about rules, done: a toast, and the rule as it stands now or the form with its faults."""

from bot.core.errors import InvalidTransitionError
from bot.core.permission import Right
from bot.core.rule import Fault, RuleStage
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.ruling import RuleFaultsError
from bot.feishu.actions import SubmitRule, TryLine
from bot.feishu.cards.proposal import proposal_card
from bot.feishu.cards.rule import rule_card
from bot.feishu.cards.rule_form import rule_form
from bot.feishu.cards.rule_words import faults_in
from bot.feishu.commands.base import Request
from bot.feishu.commands.refusals import refusal
from bot.feishu.commands.rights import refused
from bot.feishu.commands.rule import judged, known
from bot.feishu.outcome import Outcome, ToastType
from bot.feishu.rule_wishes import RulePart, wished


def submitted(action: SubmitRule, request: Request, engine: Engine, views: Views) -> Outcome:
    """Change a rule as a form says; what is wrong is said on the form, which keeps what it had."""
    if why := refused(Right.RULES, "rule", None, request, engine, views):
        return Outcome(toast_text=why, toast_type=ToastType.WARNING)
    try:
        before = engine.ruling.numbered(action.rule_id)
        wanted, unread = wished(before, action.part, action.fields)
        rule = engine.ruling.edit(wanted, request.person, request.now, unread)
    except RuleFaultsError as error:
        return _wrong(action, error.faults, request, engine)
    except InvalidTransitionError as error:
        return Outcome(toast_text=refusal(error, request.reader), toast_type=ToastType.WARNING)
    reader, view = request.reader, views.ruling.proposal(rule, request.now)
    said = reader.texts.rules.saved
    if rule.stage is RuleStage.PROPOSED:
        card = proposal_card(view, reader)
    else:
        card = rule_card(known(rule.name, request, views), reader, tested=view.tested)
    return Outcome(toast_text=said, toast_type=ToastType.SUCCESS, card=card)


def tried(action: TryLine, request: Request, engine: Engine, views: Views) -> Outcome:
    """Say what a rule makes of a line."""
    if why := refused(Right.ACT, "rule", None, request, engine, views):
        return Outcome(toast_text=why, toast_type=ToastType.WARNING)
    reader, say = request.reader, request.reader.texts.rules
    if not action.line.strip():
        return Outcome(toast_text=say.wanted_line, toast_type=ToastType.WARNING)
    try:
        view = known(action.rule, request, views)
    except InvalidTransitionError as error:
        return Outcome(toast_text=refusal(error, reader), toast_type=ToastType.WARNING)
    verdict = judged(view, action.line)
    card = rule_card(view, reader, tried=(action.line, verdict))
    return Outcome(toast_text=say.verdict[verdict], toast_type=ToastType.INFO, card=card)


def _wrong(
    action: SubmitRule, faults: tuple[Fault, ...], request: Request, engine: Engine
) -> Outcome:
    reader = request.reader
    lines = faults_in(faults, reader)
    card = None
    if action.part is RulePart.ALL:
        before = engine.ruling.numbered(action.rule_id)
        card = rule_form(before, reader, action.fields, faults)
    return Outcome(toast_text=lines[0][:200], toast_type=ToastType.WARNING, card=card)

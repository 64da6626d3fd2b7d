"""A rule that is proposed for a pasted line: what it is, what it would have done."""

from bot.core.proposal import propose
from bot.core.rule import ChatRule
from bot.engine.rule_views import ProposalView
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import (
    Card,
    Element,
    Fact,
    button,
    card,
    column,
    columns,
    facts,
    hr,
    row,
    small,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.rule_words import back_test, pattern_block, threshold_of
from bot.feishu.cards.severity import DOTS
from bot.feishu.cards.untrusted import one_line
from bot.feishu.commands.rule_lines import rule_line


def proposal_card(view: ProposalView, reader: Reader) -> Card:
    """Draw it, with buttons that keep, change or drop it."""
    rule, say = view.rule, reader.texts.rules
    severity = f"{DOTS[rule.severity]} {reader.texts.format.severity(rule.severity)}"
    shown = [
        Fact(label=say.name, value=one_line(rule.name, 60)),
        Fact(label=say.severity, value=severity),
        Fact(label=say.threshold, value=threshold_of(rule.threshold, reader)),
    ]
    elements: list[Element] = [
        *_template(rule, reader),
        facts(shown),
        *_more(rule, reader),
        hr(),
        *back_test(view.tested, reader),
        *_advice(view, reader),
        row(_buttons(rule, reader)),
        small(say.proposed_lead),
    ]
    return card(title=say.proposed_title, template="blue", elements=elements)


def _template(rule: ChatRule, reader: Reader) -> list[Element]:
    say, made = reader.texts.rules, propose(rule.line)
    if made is None or made.pattern != rule.pattern:
        return pattern_block(say.pattern, rule.pattern)
    names = ", ".join(made.fields)
    return [
        columns([column([small(say.template), text(one_line(made.template, 500))], tile=True)]),
        *([small(say.fields(names))] if names else []),
        *pattern_block(say.pattern, rule.pattern),
    ]


def _more(rule: ChatRule, reader: Reader) -> list[Element]:
    say = reader.texts.rules
    drawn = [*pattern_block(say.exclude, rule.exclude), *pattern_block(say.recovery, rule.recovery)]
    if rule.files:
        drawn.append(small(f"{say.files}: {one_line(', '.join(rule.files), 300)}"))
    return drawn


def _advice(view: ProposalView, reader: Reader) -> list[Element]:
    say, rule = reader.texts.rules, view.rule
    drawn: list[Element] = []
    if view.outranked_by:
        drawn.append(text(say.outranked(one_line(view.outranked_by, 60))))
    elif view.taken_from:
        drawn.append(small(say.taken_from(one_line(", ".join(view.taken_from), 200))))
    if rule.threshold.each and not view.advice.each:
        wanted = threshold_of(view.advice, reader)
        line = rule_line(rule.handle, f"threshold {view.advice}")
        use = button(say.use_advice(wanted), encode(RunCommand(text=line, in_place=True)))
        drawn += [text(say.advice(wanted)), row([use])]
    return drawn


def _buttons(rule: ChatRule, reader: Reader) -> list[Element]:
    say = reader.texts.rules

    def does(label: str, rest: str, *, primary: bool = False) -> Element:
        value = encode(RunCommand(text=rule_line(rule.handle, rest), in_place=True))
        return button(label, value, "primary_filled" if primary else "default")

    return [
        does(say.keep, "live", primary=True),
        does(say.shadow, "shadow"),
        does(say.train, "train 1d"),
        does(say.edit, "edit"),
        does(say.drop, "drop"),
    ]

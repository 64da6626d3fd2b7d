"""The form that changes a rule made in a chat."""

from collections.abc import Mapping, Sequence

from bot.core.rule import ChatRule, Fault
from bot.feishu.actions import RunCommand, SubmitRule, encode
from bot.feishu.cards.elements import (
    Card,
    Element,
    button,
    card,
    choice,
    column,
    columns,
    fit,
    plain,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.rule_words import faults_in
from bot.feishu.cards.untrusted import one_line, visible
from bot.feishu.commands.levels import severity_named
from bot.feishu.commands.rule_lines import rule_line, speakable
from bot.feishu.rule_wishes import (
    FIELD_COUNT,
    FIELD_EXCLUDE,
    FIELD_FILES,
    FIELD_NAME,
    FIELD_PATTERN,
    FIELD_RECOVERY,
    FIELD_SEVERITY,
    FIELD_SPAN,
    RulePart,
    fields_of,
)
from watchers.finding import Severity

_LONGEST = 1000
_LENGTHS = (_LONGEST, 300, 100)


def rule_form(
    rule: ChatRule,
    reader: Reader,
    written: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
) -> Card:
    """Draw it.

    Args:
        rule: What it changes.
        reader: For whom.
        written: What stands in the fields; the rule as it is when None.
        faults: What is wrong with that.
    """
    stands = fields_of(rule) if written is None else written
    return fit(lambda most: _draw(rule, reader, stands, faults, most), _LENGTHS)


def _draw(
    rule: ChatRule,
    reader: Reader,
    stands: Mapping[str, str],
    faults: Sequence[Fault],
    most: int,
) -> Card:
    say = reader.texts.rules
    severities = [(reader.texts.format.severity(one), one.value) for one in reversed(Severity)]

    def field(name: str, label: str, hint: str) -> Element:
        return _input(name, label, hint, visible(stands.get(name, "")[:most]))

    wanted = severity_named(stands.get(FIELD_SEVERITY, "")) or rule.severity
    fields: list[Element] = [
        field(FIELD_NAME, say.name, ""),
        field(FIELD_PATTERN, say.pattern, say.pattern_hint),
        field(FIELD_EXCLUDE, say.exclude, say.optional),
        field(FIELD_RECOVERY, say.recovery, say.optional),
        columns(
            [
                column([text(say.severity), choice(FIELD_SEVERITY, severities, wanted.value)]),
                column([field(FIELD_COUNT, say.count, "1")]),
                column([field(FIELD_SPAN, say.span, "")]),
            ],
            flex="stretch",
        ),
        field(FIELD_FILES, say.files, say.files_hint),
        columns([column([_submit(say.save, rule)], auto=True)], flex="flow"),
    ]
    wrong = [text(f"{say.faults_title}\n" + "\n".join(faults_in(faults, reader)), color="red")]
    back = RunCommand(text=rule_line(rule.handle), in_place=True)
    return card(
        title=say.form_title(one_line(rule.name, 60)),
        template="turquoise",
        elements=[
            *(wrong if faults else []),
            text(say.form_lead),
            {"tag": "form", "name": "rule", "vertical_spacing": "12px", "elements": fields},
            *([button(say.show, encode(back))] if speakable(rule.handle) else []),
        ],
    )


def _input(name: str, label: str, hint: str, stands: str) -> Element:
    drawn: Element = {
        "tag": "input",
        "name": name,
        "label": plain(label),
        "label_position": "top",
        "placeholder": plain(hint or label),
        "max_length": _LONGEST,
        "width": "fill",
    }
    return drawn | ({"default_value": stands} if stands else {})


def _submit(label: str, rule: ChatRule) -> Element:
    value = encode(SubmitRule(rule_id=rule.id, part=RulePart.ALL, fields={}))
    return {
        "tag": "button",
        "name": "save",
        "text": plain(label),
        "type": "primary_filled",
        "form_action_type": "submit",
        "behaviors": [{"type": "callback", "value": value}],
    }

"""One rule: what it looks for, how it stands, what it found, and what can be done with it."""

from collections.abc import Mapping

from bot.core.rule import BackTest, Hit, RuleStage, RuleState, Verdict
from bot.engine.rule_views import RuleView
from bot.feishu.actions import RunCommand, SubmitRule, TryLine, encode
from bot.feishu.cards.charts import bars
from bot.feishu.cards.elements import (
    ButtonType,
    Card,
    Element,
    Fact,
    Tag,
    Template,
    button,
    card,
    code,
    column,
    columns,
    facts,
    fit,
    folded,
    hr,
    plain,
    row,
    small,
    text,
)
from bot.feishu.cards.mute_words import ends
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.rule_words import back_test, pattern_block, threshold_of
from bot.feishu.cards.rules import state_of
from bot.feishu.cards.severity import DOTS
from bot.feishu.cards.untrusted import fence, lines_of, one_line
from bot.feishu.commands.rule_lines import rule_line, speakable
from bot.feishu.rule_wishes import FIELD_LINE, FIELD_THRESHOLD, RulePart
from bot.feishu.texts.figures import number

_TEMPLATES: Mapping[RuleState, Template] = {
    RuleState.LIVE: "blue",
    RuleState.RECORDS: "wathet",
    RuleState.SHADOW: "purple",
    RuleState.TRAINING: "turquoise",
    RuleState.PAUSED: "grey",
    RuleState.BROKEN: "red",
}
_COLORS: Mapping[RuleState, str] = {
    RuleState.LIVE: "green",
    RuleState.RECORDS: "neutral",
    RuleState.SHADOW: "purple",
    RuleState.TRAINING: "turquoise",
    RuleState.PAUSED: "orange",
    RuleState.BROKEN: "red",
}
_BAR = "#3370FF"
_LONGEST_LINE = 240
_LENGTHS = (1000, 400, 100)
"""Of patterns, as far as there is room."""


def rule_card(
    view: RuleView,
    reader: Reader,
    *,
    tested: BackTest | None = None,
    tried: tuple[str, Verdict] | None = None,
) -> Card:
    """Draw it.

    Args:
        view: The rule.
        reader: For whom.
        tested: What a change of it would have found, just tested.
        tried: A line that was just tried, and what the rule makes of it.
    """
    return fit(lambda most: _draw(view, reader, tested, tried, most), _LENGTHS)


def _draw(
    view: RuleView,
    reader: Reader,
    tested: BackTest | None,
    tried: tuple[str, Verdict] | None,
    most: int,
) -> Card:
    rule, say = view.row.rule, reader.texts.rules
    elements = [
        facts(
            [
                Fact(label=say.hour, value=number(view.hour)),
                Fact(label=say.day, value=number(view.day)),
                Fact(label=say.week, value=number(view.week)),
                Fact(
                    label=say.severity,
                    value=f"{DOTS[rule.severity]} {reader.texts.format.severity(rule.severity)}",
                ),
            ]
        ),
        *_standing(view, reader),
        *pattern_block(say.pattern, rule.pattern, most),
        *pattern_block(say.exclude, rule.exclude, most),
        *pattern_block(say.recovery, rule.recovery, most),
        *_where(view, reader),
        *_chart(view, reader),
        *([hr(), *back_test(tested, reader)] if tested is not None else []),
        _hits(view, min(most, _LONGEST_LINE), reader),
        *(_acting(view, reader, tried) if speakable(rule.name) else []),
    ]
    return card(
        title=say.made_title(one_line(rule.name, 60)),
        template=_TEMPLATES[view.row.state],
        tags=[Tag(text=state_of(view.row, reader), color=_COLORS[view.row.state])],
        elements=elements,
    )


def delete_card(name: str, reader: Reader) -> Card:
    """Ask whether a rule is to be forgotten."""
    say = reader.texts.rules
    sure = encode(RunCommand(text=rule_line(name, "delete --yes"), in_place=True))
    keep = encode(RunCommand(text=rule_line(name), in_place=True))
    buttons = [button(say.delete_sure, sure, "danger"), button(say.show, keep)]
    return card(
        title=say.delete_title(one_line(name, 60)),
        template="red",
        elements=[
            text(say.delete_lead),
            *([row(buttons)] if speakable(name) else []),
        ],
    )


def trained_card(view: RuleView, reader: Reader) -> Card:
    """Say that a training is over, with what it found, and ask whether the rule may alert."""
    say, name = reader.texts.rules, view.row.rule.name
    live = encode(RunCommand(text=rule_line(name, "live"), in_place=True))
    more = encode(RunCommand(text=rule_line(name, "train 1d"), in_place=True))
    show = encode(RunCommand(text=rule_line(name)))
    buttons = [
        button(say.go_live, live, "primary_filled"),
        button(say.train, more),
        button(say.show, show),
    ]
    return card(
        title=say.trained_title(one_line(name, 60)),
        template="turquoise",
        elements=[
            text(say.would_have(view.fired), size="heading"),
            text(say.trained_lead),
            *([row(buttons)] if speakable(name) else []),
        ],
    )


def _standing(view: RuleView, reader: Reader) -> list[Element]:
    """What keeps it from alerting."""
    say, lines = reader.texts.rules, list[str]()
    if view.problem or view.row.state is RuleState.BROKEN:
        lines.append(say.broken(one_line(view.problem, 300) or reader.texts.alert.no_value))
    if view.pause is not None:
        until = reader.until(view.pause.until) if view.pause.until else say.open_end
        name = name_of(view.pause.by, reader)
        lines.append(say.paused(name, reader.until(view.pause.at), until))
    if view.mute is not None:
        lines.append(say.muted(f"m{view.mute.id}", ends(view.mute, reader)))
    if view.row.rule.shadow or (view.made is not None and view.made.stage.quiet):
        lines.append(say.would_have(view.fired))
    return [text("\n".join(lines))] if lines else []


def _where(view: RuleView, reader: Reader) -> list[Element]:
    say, rule, made = reader.texts.rules, view.row.rule, view.made
    files = one_line(", ".join(rule.files), 300) or say.everywhere
    kind = [f"{say.kind}: {one_line(rule.kind, 300)}"] if rule.kind else []
    lines = [*kind, f"{say.files}: {files}"]
    if made is not None:
        lines.insert(0, f"{say.threshold}: {threshold_of(made.threshold, reader)}")
        lines.append(say.origin_chat(name_of(made.by, reader), reader.until(made.created_at)))
        if made.version > 1:
            name, at = name_of(made.changed_by, reader), reader.until(made.changed_at)
            lines.append(say.changed(made.version, name, at))
    elif rule.origin == "default":
        lines.append(say.origin_default)
    elif rule.origin == "file":
        lines.append(say.origin_file(one_line(rule.place, 200)))
    return [small("\n".join(lines))]


def _chart(view: RuleView, reader: Reader) -> list[Element]:
    if not any(count for _, count in view.points):
        return []
    points = [(reader.minute(at), count) for at, count in view.points]
    return [small(reader.texts.rules.chart), bars(points, _BAR, "120px")]


def _acting(view: RuleView, reader: Reader, tried: tuple[str, Verdict] | None) -> list[Element]:
    return [*_trying(view, reader, tried), *_buttons(view, reader)]


def _hits(view: RuleView, most: int, reader: Reader) -> Element:
    say = reader.texts.rules
    if not view.hits:
        return small(say.no_hits)
    lines = [line for one in view.hits for line in _hit(one, most, reader)]
    return folded(say.hits(len(view.hits)), [code(fence(lines))])


def _hit(one: Hit, most: int, reader: Reader) -> list[str]:
    say = reader.texts.rules
    marks = [reader.time(one.at), say.hit_count(one.count), *([say.quietly] if one.quiet else [])]
    return [f"# {' · '.join(marks)}", *lines_of(one.text, most)[:1]]


def _trying(view: RuleView, reader: Reader, tried: tuple[str, Verdict] | None) -> list[Element]:
    """Fields to try a line, and to change the threshold."""
    say, rule = reader.texts.rules, view.row.rule
    if view.row.state is RuleState.BROKEN:
        return []
    forms = [
        _form(
            "trying", FIELD_LINE, say.try_line, say.try_hint, say.try_it,
            encode(TryLine(rule=rule.name, line="")), tried[0] if tried else "",
        )
    ]  # fmt: skip
    if view.made is not None:
        value = encode(SubmitRule(rule_id=view.made.id, part=RulePart.THRESHOLD, fields={}))
        forms.append(
            _form(
                "threshold", FIELD_THRESHOLD, say.change_threshold, say.threshold_hint, say.save,
                value, str(view.made.threshold),
            )
        )  # fmt: skip
    if tried is None:
        return forms
    line = code(fence([one_line(tried[0], _LONGEST_LINE)]))
    return [text(say.verdict[tried[1]], size="heading"), line, *forms]


def _form(
    name: str,
    field: str,
    label: str,
    hint: str,
    does: str,
    value: Mapping[str, object],
    stands: str,
) -> Element:
    given: Element = {
        "tag": "input",
        "name": field,
        "label": plain(label),
        "label_position": "top",
        "placeholder": plain(hint),
        "max_length": 1000,
        "width": "fill",
    }
    submit: Element = {
        "tag": "button",
        "name": f"do_{name}",
        "text": plain(does),
        "type": "default",
        "form_action_type": "submit",
        "behaviors": [{"type": "callback", "value": dict(value)}],
    }
    shown = one_line(stands, _LONGEST_LINE)
    filled = given | ({"default_value": shown} if shown else {})
    both = columns([column([filled]), column([submit], auto=True, align="center")])
    return {"tag": "form", "name": f"form_{name}", "elements": [both]}


def _buttons(view: RuleView, reader: Reader) -> list[Element]:
    say, rule, state = reader.texts.rules, view.row.rule, view.row.state

    def does(label: str, rest: str, kind: ButtonType = "default") -> Element:
        value = encode(RunCommand(text=rule_line(rule.name, rest), in_place=True))
        return button(label, value, kind)

    shown: list[Element] = []
    if view.made is not None and view.made.stage.quiet:
        shown.append(does(say.go_live, "live", "primary_filled"))
    if view.made is not None and view.made.stage is RuleStage.LIVE:
        shown.append(does(say.shadow, "shadow"))
    if state is RuleState.PAUSED:
        shown.append(does(say.resume, "resume", "primary_filled"))
    elif state is not RuleState.BROKEN:
        shown += [does(say.pause_hour, "pause 1h"), does(say.pause_open, "pause")]
    shown += _muting(view, reader)
    if view.made is not None:
        shown.append(does(say.edit, "edit"))
    if rule.origin == "chat":
        shown.append(does(say.delete, "delete"))
    shown.append(button(say.more_rules, encode(RunCommand(text="/rules", in_place=True))))
    return [row(shown)]


def _muting(view: RuleView, reader: Reader) -> list[Element]:
    say = reader.texts.rules
    if view.mute is not None:
        return [button(say.unmute, encode(RunCommand(text=f"/unmute m{view.mute.id}")))]
    if view.row.state is RuleState.BROKEN:
        return []
    return [button(say.mute_hour, encode(RunCommand(text=f'/mute rule="{view.row.rule.name}" 1h')))]

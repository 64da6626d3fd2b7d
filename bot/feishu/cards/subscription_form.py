"""The form that subscribes a chat."""

from collections.abc import Sequence

from bot.core.subscription import Language, Wish
from bot.engine.views import Choices
from bot.feishu.actions import (
    FIELD_LANGUAGE,
    FIELD_LEAST,
    FIELD_MATCHERS,
    FIELD_RULES,
    FIELD_SERVICES,
    MAX_CHOICE_LENGTH,
    MAX_CHOICES,
    SUBMIT,
)
from bot.feishu.cards.elements import Card, Element, card, column, columns, fit, plain, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import visible
from bot.feishu.texts import texts_in
from watchers.finding import Severity

Option = tuple[str, str]
_OFFERED = (MAX_CHOICES, MAX_CHOICES // 2, MAX_CHOICES // 4, MAX_CHOICES // 8)


def subscription_form(choices: Choices, reader: Reader, start: Wish | None = None) -> Card:
    """Draw the form; `start` says what stands in its menus at first."""
    return fit(lambda most: _draw(choices, reader, start, most), _OFFERED)


def _draw(choices: Choices, reader: Reader, start: Wish | None, most: int) -> Card:
    say, form = reader.texts.subscription, reader.texts.format
    begin = start or Wish(language=reader.language)
    severities = [(form.severity(s), s.value) for s in reversed(Severity)]
    languages = [(texts_in(one).format.language_name, one.value) for one in Language]
    least = _select(FIELD_LEAST, severities, begin.least_severity.value)
    language = _select(FIELD_LANGUAGE, languages, begin.language.value)
    fields: list[Element] = [
        _labelled(say.rules, _many(FIELD_RULES, say.rules_hint, choices.rules[:most])),
    ]
    if choices.services:
        services = _many(FIELD_SERVICES, say.services_hint, choices.services[:most])
        fields.append(_labelled(say.services, services))
    fields += [
        {
            "tag": "input",
            "name": FIELD_MATCHERS,
            "label": plain(say.matchers),
            "label_position": "top",
            "placeholder": plain(say.matchers_hint),
            "max_length": 200,
            "width": "fill",
        },
        columns(
            [
                column([text(say.least), least], spacing="4px"),
                column([text(say.language), language], spacing="4px"),
            ],
            flex="none",
        ),
        columns(
            [
                column([_submit(say.save)], auto=True),
                column([_reset(say.reset)], auto=True),
            ],
            flex="flow",
        ),
    ]
    return card(
        title=say.form_title,
        template="turquoise",
        elements=[
            text(say.form_lead),
            {
                "tag": "form",
                "name": "subscription",
                "vertical_spacing": "12px",
                "elements": fields,
            },
        ],
    )


def _labelled(label: str, field: Element) -> Element:
    return columns([column([text(label), field], spacing="4px")])


def _many(name: str, placeholder: str, values: Sequence[str]) -> Element:
    # A value must come back as it is, so one that cannot be shown whole is not offered.
    offered = [v for v in values if v and visible(v) == v and len(v) <= MAX_CHOICE_LENGTH]
    return {
        "tag": "multi_select_static",
        "name": name,
        "placeholder": plain(placeholder),
        "width": "fill",
        "options": [{"text": plain(value), "value": value} for value in offered],
    }


def _select(name: str, options: Sequence[Option], chosen: str) -> Element:
    return {
        "tag": "select_static",
        "name": name,
        "width": "fill",
        "initial_option": chosen,
        "options": [{"text": plain(label), "value": value} for label, value in options],
    }


def _submit(label: str) -> Element:
    return {
        "tag": "button",
        "name": "save",
        "text": plain(label),
        "type": "primary_filled",
        "form_action_type": "submit",
        "behaviors": [{"type": "callback", "value": dict(SUBMIT)}],
    }


def _reset(label: str) -> Element:
    return {
        "tag": "button",
        "name": "reset",
        "text": plain(label),
        "type": "default",
        "form_action_type": "reset",
    }

"""The form that subscribes a chat."""

from collections.abc import Mapping, Sequence

from bot.core.subscription import Acting, Language, Mention, Ways, Wish
from bot.engine.views import Choices
from bot.feishu.actions import SubmitSubscription, encode
from bot.feishu.cards.elements import (
    Card,
    Element,
    card,
    choice,
    column,
    columns,
    fit,
    folded,
    plain,
    text,
)
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import visible
from bot.feishu.commands.selection import written
from bot.feishu.texts import texts_in
from bot.feishu.wishes import (
    FIELD_ACTING,
    FIELD_ACTORS,
    FIELD_BEGINS,
    FIELD_ENDS,
    FIELD_LANGUAGE,
    FIELD_LEAST,
    FIELD_MATCHERS,
    FIELD_MENTION,
    FIELD_MENTIONS,
    FIELD_RULES,
    FIELD_SERVICES,
    FIELD_URGENT,
    FIELD_ZONE,
    MAX_CHOICE_LENGTH,
    MAX_CHOICES,
)
from watchers.finding import Severity

Option = tuple[str, str]
_OFFERED = (MAX_CHOICES, MAX_CHOICES // 2, MAX_CHOICES // 4, MAX_CHOICES // 8)


_ZONES = (
    "Asia/Shanghai",
    "Asia/Tokyo",
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
)
_LONGEST_MATCHERS = 500


def subscription_form(
    choices: Choices, reader: Reader, start: Wish | None = None, number: int | None = None
) -> Card:
    """Draw the form.

    Args:
        choices: What its menus offer.
        reader: For whom.
        start: What stands in it at first.
        number: The subscription that it changes, None for a new one.
    """
    begin = start or Wish(language=reader.language)
    return fit(lambda most: _draw(choices, reader, begin, number, most), _OFFERED)


def _draw(choices: Choices, reader: Reader, begin: Wish, number: int | None, most: int) -> Card:
    say, form = reader.texts.subscription, reader.texts.format
    severities = [(form.severity(s), s.value) for s in reversed(Severity)]
    languages = [(texts_in(one).format.language_name, one.value) for one in Language]
    least = choice(FIELD_LEAST, severities, begin.least_severity.value)
    language = choice(FIELD_LANGUAGE, languages, begin.language.value)
    fields: list[Element] = [
        _labelled(say.rules, _many(FIELD_RULES, say.rules_hint, choices.rules[:most])),
    ]
    if choices.services:
        services = _many(FIELD_SERVICES, say.services_hint, choices.services[:most])
        fields.append(_labelled(say.services, services))
    fields += [
        _matchers(begin, reader),
        _side_by_side((say.least, least), (say.language, language)),
        folded(
            reader.texts.people.advanced,
            _advanced(begin.ways, severities, reader),
            expanded=begin.ways != Ways(),
        ),
        columns(
            [
                column([_submit(say.save, number)], auto=True),
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


def _matchers(begin: Wish, reader: Reader) -> Element:
    say = reader.texts.subscription
    drawn: Element = {
        "tag": "input",
        "name": FIELD_MATCHERS,
        "label": plain(say.matchers),
        "label_position": "top",
        "placeholder": plain(say.matchers_hint),
        "max_length": _LONGEST_MATCHERS,
        "width": "fill",
    }
    stands = visible(" ".join(written(one) for one in begin.matchers))
    return drawn | ({"default_value": stands[:_LONGEST_MATCHERS]} if stands else {})


def _advanced(ways: Ways, severities: Sequence[Option], reader: Reader) -> list[Element]:
    say = reader.texts.people
    hours = ways.hours
    zone = hours.zone if hours is not None else reader.zone.key
    zones = [(one, one) for one in dict.fromkeys((zone, reader.zone.key, *_ZONES))]
    acting = [(say.acting_is(one), one.value) for one in Acting]
    mention = [(say.mention_is(one), one.value) for one in Mention]
    return [
        _side_by_side(
            (say.hours_begin, _clock(FIELD_BEGINS, f"{hours.begins:%H:%M}" if hours else "")),
            (say.hours_end, _clock(FIELD_ENDS, f"{hours.ends:%H:%M}" if hours else "")),
        ),
        _side_by_side(
            (say.zone, choice(FIELD_ZONE, zones, zone)),
            (say.urgent, choice(FIELD_URGENT, severities, ways.urgent_from.value)),
        ),
        _side_by_side(
            (say.acting, choice(FIELD_ACTING, acting, ways.acting.value)),
            (say.actors, _people(FIELD_ACTORS, say.actors, ways.actors)),
        ),
        _side_by_side(
            (say.mention, choice(FIELD_MENTION, mention, ways.mention.value)),
            (say.mentions, _people(FIELD_MENTIONS, say.mentions, ways.mentions)),
        ),
    ]


def _side_by_side(*fields: tuple[str, Element]) -> Element:
    return columns(
        [column([text(label), field], spacing="4px") for label, field in fields], flex="bisect"
    )


def _clock(name: str, at: str) -> Element:
    """A wheel of 24 hours."""
    return {"tag": "picker_time", "name": name, "width": "fill"} | (
        {"initial_time": at} if at else {}
    )


def _people(name: str, hint: str, chosen: Sequence[str]) -> Element:
    """A menu of the chat's people."""
    known = [one for one in chosen if one.startswith("ou_")]
    return {
        "tag": "multi_select_person",
        "name": name,
        "placeholder": plain(hint),
        "width": "fill",
    } | ({"selected_values": known} if known else {})


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


def _submit(label: str, number: int | None) -> Element:
    return {
        "tag": "button",
        "name": "save",
        "text": plain(label),
        "type": "primary_filled",
        "form_action_type": "submit",
        "behaviors": [{"type": "callback", "value": _sends(number)}],
    }


def _sends(number: int | None) -> Mapping[str, object]:
    return encode(SubmitSubscription(wish=Wish(), subscription_id=number))


def _reset(label: str) -> Element:
    return {
        "tag": "button",
        "name": "reset",
        "text": plain(label),
        "type": "default",
        "form_action_type": "reset",
    }

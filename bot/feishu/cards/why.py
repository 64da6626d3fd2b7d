"""Why an alert was told or not: each decision with its reason, and each message with its code."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.attempt import Attempt, Owed, Result
from bot.core.notification import DeliveryState, Purpose
from bot.core.trace import Stage, Step, Told
from bot.engine.traces import AlertTrace
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.alert_history import history
from bot.feishu.cards.elements import Card, Element, Template, button, card, fit, hr, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.reasons import chat_name, said
from bot.feishu.cards.tables import Field, table
from bot.feishu.cards.untrusted import one_line
from bot.feishu.texts.remedies import remedy_in

_MOST = (30, 20, 10, 5, 2)
_CHATS = 12
_LEAST = 6
"""So many decisions are shown however little room there is."""
_CODES = 4
_MARKS = {True: "✅", False: "✖️", None: "▫️"}
COLORS: Mapping[Told, Template] = {
    Told.TOLD: "green",
    Told.WAITING: "orange",
    Told.FAILED: "red",
    Told.LATER: "blue",
    Told.NOT_YET: "blue",
    Told.NOBODY: "red",
}


def why_card(trace: AlertTrace, reader: Reader) -> Card:
    """Draw the way of one alert from its line to each message."""
    return fit(lambda most: _draw(trace, most, reader), _MOST)


def step_lines(
    steps: Sequence[Step], chats: Mapping[str, str], most: int, reader: Reader
) -> list[Element]:
    """One paragraph for each decision; of the chats that do not take it only the first few."""
    say = reader.texts.why
    asked = [one for one in steps if one.stage is Stage.SUBSCRIPTION]
    refusing = [one for one in asked if one.passed is not True]
    left_out = {id(one) for one in refusing[min(most, _CHATS) :]}
    shown = [one for one in steps if id(one) not in left_out]
    drawn = [
        text(f"{_MARKS[one.passed]} {say.stages[one.stage]} · {said(one, chats, reader)}")
        for one in shown[: most + _LEAST]
    ]
    if left_out:
        drawn.append(small(say.more_chats(len(left_out))))
    return drawn


def _draw(trace: AlertTrace, most: int, reader: Reader) -> Card:
    say, alert = reader.texts.why, trace.alert
    show = button(reader.texts.alert.show, encode(RunCommand(text=f"/alert {alert.id}")))
    return card(
        title=say.title(alert.id),
        subtitle=heading(alert),
        template=COLORS.get(trace.told, "grey"),
        elements=[
            text(say.told[trace.told], size="heading"),
            *step_lines(trace.steps, trace.chats, most, reader),
            hr(),
            *_messages(trace, most, reader),
            *history(trace.timeline, reader, most),
            show,
        ],
    )


def _messages(trace: AlertTrace, most: int, reader: Reader) -> list[Element]:
    say = reader.texts.why
    if not trace.became:
        return [small(say.nothing_sent)]
    tried = _tries(trace.attempts)
    told = _worth_telling(trace.became)
    rows = [
        {
            "at": reader.time(one.finished_at or one.created_at),
            "what": say.to(
                reader.texts.why.purposes[one.purpose],
                chat_name(one.target.address, trace.chats, reader),
            ),
            "outcome": _outcome(one, tried[one.id], reader),
        }
        for one in told[-most:]
    ]
    fields = (
        Field(name="at", title=say.at, width="90px"),
        Field(name="what", title=say.what),
        Field(name="outcome", title=say.outcome),
    )
    older = [small(say.more(len(told) - most))] if len(told) > most else []
    return [text(say.deliveries), *older, table(fields, rows), *_codes(trace, reader)]


def _worth_telling(became: Iterable[Owed]) -> list[Owed]:
    """All that rings, and of the silent edits of each card the last one, in their order."""
    found = list(became)
    last = {one.target: one.id for one in found if one.purpose is Purpose.REFRESH}
    return [
        one
        for one in found
        if one.purpose is not Purpose.REFRESH or last[one.target] == one.id or one.code
    ]


@dataclass(slots=True)
class _Tries:
    """What came of the tries of one notification, as far as they are known."""

    codes: Counter[int]
    ms: int = 0


def _tries(attempts: Iterable[Attempt]) -> Mapping[int, _Tries]:
    found: dict[int, _Tries] = defaultdict(lambda: _Tries(codes=Counter()))
    for one in attempts:
        tries = found[one.notification]
        if one.result is Result.FAILED:
            tries.codes[one.code] += 1
        else:
            tries.ms = one.ms
    return found


def _outcome(one: Owed, tries: _Tries, reader: Reader) -> str:
    say = reader.texts.why
    said = [_state(one, tries, reader)]
    if one.attempts or tries.codes:
        said.append(say.tries(max(one.attempts, sum(tries.codes.values())) + 1))
    codes = [code for code in tries.codes if code] or ([one.code] if one.code else [])
    if codes:
        named = ", ".join(map(str, codes))
        ended = one.state in (DeliveryState.SENT, DeliveryState.SKIPPED)
        said.append(say.refused(named) if ended else named)
    if one.plainness:
        said.append(say.shows_less)
    return " · ".join(said)


def _state(one: Owed, tries: _Tries, reader: Reader) -> str:
    say = reader.texts.why
    match one.state:
        case DeliveryState.SENT:
            return say.sent(tries.ms)
        case DeliveryState.WAITING:
            return say.under_way if one.claimed else say.waiting(reader.time(one.due_at))
        case DeliveryState.GIVEN_UP:
            return say.given_up
        case DeliveryState.SKIPPED:
            return say.dropped.get(one.reason, one_line(one.reason, 80) or "–")


def _codes(trace: AlertTrace, reader: Reader) -> list[Element]:
    """What the codes mean and what to do about each, the newest first."""
    details = {one.code: one.detail for one in trace.attempts if one.code}
    details |= {one.code: one.reason for one in trace.became if one.code not in details}
    lines = [
        f"{code}: {remedy_in(reader.language, code, detail)}"
        for code, detail in reversed(details.items())
        if code
    ]
    return [small(line) for line in lines[:_CODES]]

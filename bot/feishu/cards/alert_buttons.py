"""What can be done with an alert in its state, as one row of buttons."""

from datetime import timedelta

from bot.core.alert import AlertState
from bot.core.verdict import subject_of
from bot.engine.views import AlertView
from bot.feishu.actions import (
    AcknowledgeAlert,
    MuteAlert,
    ResolveAlert,
    UnmuteAlert,
    Until,
    command_choice,
    encode,
    encode_span,
    mute_choice,
)
from bot.feishu.cards.elements import Element, button, menu, row
from bot.feishu.cards.reader import Reader

HOUR = timedelta(hours=1)


def alert_buttons(view: AlertView, reader: Reader) -> Element | None:
    """The row of buttons, None for an alert that is over."""
    alert, say = view.alert, reader.texts.alert
    if alert.state is AlertState.RESOLVED:
        return None
    shown = []
    free = not alert.taken
    if free:
        take = encode(AcknowledgeAlert(alert_id=alert.id))
        shown.append(button(say.acknowledge, take, "default" if view.mute else "primary_filled"))
    end = button(
        say.resolve,
        encode(ResolveAlert(alert_id=alert.id)),
        "default" if free or view.mute else "primary_filled",
    )
    if view.mute is not None:
        lift = encode(UnmuteAlert(alert_id=alert.id))
        shown = [button(say.unmute, lift, "primary_filled"), *shown, end]
    else:
        hour = encode(MuteAlert(alert_id=alert.id, span=HOUR))
        shown += [button(say.mute_hour, hour), end, _menu(alert.id, reader)]
    if not free:
        shown.append(_ack_menu(alert.id, reader))
    if subject_of(alert):
        shown.append(_judge_menu(alert.id, reader))
    return row(shown)


def _judge_menu(alert_id: int, reader: Reader) -> Element:
    """What its kind of message is worth, from now on."""
    say = reader.texts.life
    options = [(label, f"/{verdict.value} {alert_id}") for verdict, label in say.judge.items()]
    return menu(say.judge_menu, options, command_choice(alert_id))


def _ack_menu(alert_id: int, reader: Reader) -> Element:
    """For how long it is taken: then its taker is reminded, and it is nobody's."""
    say = reader.texts.life
    options = [
        (say.ack_for(reader.span(span)), f"/ack {alert_id} {span // timedelta(minutes=1)}m")
        for span in (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
    ]
    options.append((say.ack_without_end, f"/ack {alert_id} never"))
    options.append((say.unacknowledge, f"/unack {alert_id}"))
    return menu(say.ack_menu, options, command_choice(alert_id))


def _menu(alert_id: int, reader: Reader) -> Element:
    say = reader.texts.alert
    spans = (
        (say.quarter_hour, timedelta(minutes=15)),
        (say.mute_hour, HOUR),
        (say.four_hours, timedelta(hours=4)),
        (say.day, timedelta(hours=24)),
        (say.until_morning, Until.MORNING),
        (say.until_resolved, Until.RESOLVED),
        (say.until_worse, Until.WORSE),
    )
    options = [(label, encode_span(span)) for label, span in spans]
    return menu(say.mute_more, options, mute_choice(alert_id))

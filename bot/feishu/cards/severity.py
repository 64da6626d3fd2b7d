"""Severities as colours; alerts as the colour of their header."""

from typing import assert_never

from bot.core.alert import AlertState
from bot.engine.views import AlertView
from bot.feishu.cards.elements import Color, Tag, Template
from bot.feishu.cards.reader import Reader
from watchers.finding import Severity

CHART_COLORS = {
    Severity.CRITICAL: "#B42318",
    Severity.HIGH: "#F54A45",
    Severity.MEDIUM: "#FF8800",
    Severity.LOW: "#FFC60A",
    Severity.INFO: "#8F959E",
}
DOTS = {
    Severity.CRITICAL: "🟥",
    Severity.HIGH: "🔴",
    Severity.MEDIUM: "🟠",
    Severity.LOW: "🟡",
    Severity.INFO: "🔵",
}


def tag_color(severity: Severity) -> Template:
    """Colour of a header or its tag."""
    match severity:
        case Severity.CRITICAL:
            return "carmine"
        case Severity.HIGH:
            return "red"
        case Severity.MEDIUM:
            return "orange"
        case Severity.LOW:
            return "yellow"
        case Severity.INFO:
            return "blue"
        case _:
            assert_never(severity)


def text_color(severity: Severity) -> Color:
    """Colour of a figure."""
    match severity:
        case Severity.CRITICAL | Severity.HIGH:
            return "red"
        case Severity.MEDIUM | Severity.LOW:
            return "orange"
        case Severity.INFO:
            return "blue"
        case _:
            assert_never(severity)


def header_color(view: AlertView) -> Template:
    """Colour of an alert's header: what is over is green, what is hidden is grey."""
    match view.alert.state:
        case AlertState.RESOLVED:
            return "green"
        case AlertState.UNKNOWN:
            return "grey" if view.mute else "wathet"
        case AlertState.ACKNOWLEDGED:
            return "grey" if view.mute else "orange"
        case AlertState.FIRING:
            return "grey" if view.mute else tag_color(view.alert.severity)
        case _:
            assert_never(view.alert.state)


def state_tag(view: AlertView, reader: Reader) -> Tag:
    """The state as a header tag; a mute covers it while the alert is open."""
    say = reader.texts.alert
    if view.alert.state is AlertState.RESOLVED:
        return Tag(text=say.resolved, color="green")
    if view.mute is not None:
        return Tag(text=say.muted, color="neutral")
    if view.alert.state is AlertState.UNKNOWN:
        return Tag(text=reader.texts.life.unknown, color="neutral")
    if view.alert.state is AlertState.ACKNOWLEDGED:
        return Tag(text=say.acknowledged, color="orange")
    return Tag(text=say.firing, color="red")

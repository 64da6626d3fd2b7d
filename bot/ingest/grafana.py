"""Grafana's alerting webhook: Alertmanager's, with addresses of panels and the figures.

https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from bot.ingest.alertmanager import alert_of, left_out
from bot.ingest.pushed import Pushed, Told, told
from bot.ingest.sender import Sender
from bot.ingest.shapes import ShapeError, items, number, table, words

_OWN = "__"
"""Grafana's own labels and annotations begin so."""
_FIGURES = 5


def read(body: Mapping[str, Any], sender: Sender) -> Told:
    """The alerts of a group.

    Raises:
        ShapeError: If it is no group of alerts.
    """
    return told(_alerts(body))


def _alerts(body: Mapping[str, Any]) -> Iterator[Pushed | ShapeError]:
    for place, one in enumerate(items(body.get("alerts"), "alerts")):
        if isinstance(one, ShapeError):
            yield one
            continue
        try:
            yield _alert(one)
        except ShapeError as error:
            yield ShapeError(f"alerts[{place}].{error}")
    yield from left_out(body)


def _alert(one: Mapping[str, Any]) -> Pushed:
    links = {
        "dashboard": one.get("dashboardURL"),
        "panel": one.get("panelURL"),
        "silence": one.get("silenceURL"),
    }
    alert = alert_of(one, {name: words(link) for name, link in links.items() if link})
    figures = [
        f"{words(name, 40)}={figure:.6g}"
        for name, value in table(one.get("values"), "values").items()
        if (figure := number(value)) is not None
    ]
    noted = {"values": ", ".join(figures[:_FIGURES])} if figures else {}
    return replace(
        alert,
        labels={name: text for name, text in alert.labels.items() if not name.startswith(_OWN)},
        annotations={
            **{name: text for name, text in alert.annotations.items() if not name.startswith(_OWN)},
            **noted,
        },
    )

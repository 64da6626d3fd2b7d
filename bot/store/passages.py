"""What became of alerts over time, read from the database for figures."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from peewee import Expression, fn

from bot.core.alert import AlertState
from bot.core.passages import Passage
from bot.core.why import Why
from bot.store.database import Database
from bot.store.models import AlertRow, TransitionRow, moment
from watchers.finding import Severity

_OVER = AlertState.RESOLVED.value
_STATES = {one.value: one for one in AlertState}
_WHYS = {one.value: one for one in Why}
_SEVERITIES = {one.value: one for one in Severity}


class Passages:
    """`core.tally_ports.PassageStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def openings(self, since: datetime, until: datetime) -> tuple[Passage, ...]:
        """When alerts fired, first or again, oldest first."""
        return self._read(_fired(since, until))

    def tally(self, since: datetime, until: datetime) -> Mapping[Severity, int]:
        """How often alerts fired, by severity; those without any are left out."""
        query = (
            TransitionRow.select(AlertRow.severity, fn.COUNT(TransitionRow.id))
            .join(AlertRow, on=(AlertRow.id == TransitionRow.alert))
            .where(_fired(since, until))
            .group_by(AlertRow.severity)
        )
        return {_SEVERITIES[name]: int(count) for name, count in self._database.rows(query)}

    def through(self, since: datetime, until: datetime) -> tuple[Passage, ...]:
        """The whole history, until then, of alerts taken or resolved in a span; oldest first."""
        row = TransitionRow.alias()
        moved = (row.target == _OVER) | (row.why == Why.ACKNOWLEDGED.value)
        some = row.select(row.alert).where((row.at >= since) & (row.at < until) & moved)
        return self._read((TransitionRow.alert.in_(some)) & (TransitionRow.at < until))

    def _read(self, wanted: Expression) -> tuple[Passage, ...]:
        row, alert = TransitionRow, AlertRow
        query = (
            row.select(row.alert, row.source, row.target, row.why, row.at)
            .select_extend(alert.severity, alert.rule, alert.fingerprint, alert.labels)
            .join(alert, on=(alert.id == row.alert))
            .where(wanted)
            .order_by(row.id)
        )
        seen: dict[int, Mapping[str, str]] = {}
        return tuple(_passage(found, seen) for found in self._database.rows(query))


def _fired(since: datetime, until: datetime) -> Expression:
    row = TransitionRow
    fired = (row.source.is_null()) | (row.source == _OVER)
    wanted: Expression = (row.at >= since) & (row.at < until) & (row.target != _OVER) & fired
    return wanted


def _passage(found: tuple[Any, ...], seen: dict[int, Mapping[str, str]]) -> Passage:
    """A row; `seen` has the identities of alerts that came before, since most come again."""
    number, source, target, why, at, severity, rule, fingerprint, labels = found
    identity = seen.get(number)
    if identity is None:
        own = {"rule": rule, "severity": severity, "fingerprint": fingerprint}
        identity = seen[number] = json.loads(labels) | own
    return Passage(
        alert_id=number,
        source=_STATES[source] if source else None,
        target=_STATES[target],
        why=_WHYS[why],
        at=moment(at),
        severity=_SEVERITIES[severity],
        identity=identity,
    )

"""Alerts by what is asked for, found by the database as far as it can."""

import json
from datetime import datetime
from functools import reduce
from operator import and_
from typing import assert_never

from peewee import SQL, Case, Cast, Expression, Field, Ordering, fn

from bot.core.alert import Alert, AlertState
from bot.core.matcher import Operator
from bot.core.sifting import Sift, Sifted, Standing
from bot.store.alerts import BRIEFLY, alert_in, briefly_in
from bot.store.database import Database
from bot.store.models import AlertRow, storable
from watchers.finding import Severity

_OPEN = SQL("state != 'resolved'")
_OVER = SQL("state = 'resolved'")
_RANK = Case(AlertRow.severity, tuple((one.value, one.rank) for one in Severity), 0)
_ORDER = (_RANK.desc(), AlertRow.seen_at.desc(), AlertRow.id.desc())
_OWN = ("rule", "severity", "fingerprint")


class SiftedAlerts:
    """`core.sifting.SiftedStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, sift: Sift, offset: int, limit: int) -> tuple[tuple[Alert, ...], int]:
        """Some of them, and how many there are; for a sift without matchers."""
        where = _where(sift)
        ((total,),) = self._database.rows(AlertRow.select(fn.COUNT(AlertRow.id)).where(where))
        if sift.below is not None:
            where &= AlertRow.id < sift.below
        query = AlertRow.select().where(where).order_by(*_order(sift)).offset(offset).limit(limit)
        return tuple(alert_in(row) for row in query.execute(self._database)), int(total)

    def briefly(self, sift: Sift, limit: int) -> tuple[Sifted, ...]:
        """At most so many that matchers may take, whatever `below` says."""
        query = AlertRow.select(*BRIEFLY).where(_where(sift)).order_by(*_order(sift)).limit(limit)
        found = (briefly_in(row) for row in self._database.rows(query))
        return tuple(Sifted(id=one.id, identity=one.identity) for one in found)


def _order(sift: Sift) -> tuple[Ordering, ...]:
    return (AlertRow.id.desc(),) if sift.by_number else _ORDER


def _where(sift: Sift) -> Expression:
    parts = [_stands(sift.standing, sift.since)]
    if sift.least_severity is not None:
        least = sift.least_severity.rank
        parts.append(AlertRow.severity.in_([one.value for one in Severity if one.rank >= least]))
    if sift.text:
        parts.append(AlertRow.title.contains(storable(sift.text)))
    if sift.whose is not None:
        mine = json.dumps({"id": sift.whose.id}, separators=(",", ":"))[1:-1]
        parts.append(
            _text(AlertRow.acknowledged_by).contains(mine) | _text(AlertRow.assignee).contains(mine)
        )
    # Narrows: what a pattern or an absent label takes is for the matcher itself to say.
    equal = (one for one in sift.matchers if one.operator is Operator.EQUAL and one.value)
    parts.extend(_labelled(one.label, one.value) for one in equal)
    return reduce(and_, parts)


def _text(column: Field) -> Cast:
    """The column as it is written: what is compared with it is not made JSON of."""
    return Cast(column, "TEXT")


def _labelled(label: str, value: str) -> Expression:
    if label in _OWN:
        column = {"rule": AlertRow.rule, "severity": AlertRow.severity}
        own: Expression = column.get(label, AlertRow.fingerprint) == value
        return own
    pair = json.dumps({label: value}, ensure_ascii=False, separators=(",", ":"))[1:-1]
    held: Expression = _text(AlertRow.labels).contains(storable(pair))
    return held


def _stands(standing: Standing, since: datetime | None) -> Expression:
    # A resolved alert changed when it was resolved, and its index is of that.
    over = _OVER if since is None else _OVER & (AlertRow.changed_at >= since)
    seen = SQL("1 = 1") if since is None else AlertRow.seen_at >= since
    wanted: Expression
    match standing:
        case Standing.OPEN | Standing.MUTED:
            wanted = _OPEN & seen
        case Standing.FIRING:
            unheld = [AlertState.FIRING.value, AlertState.UNKNOWN.value]
            wanted = _OPEN & AlertRow.state.in_(unheld) & seen
        case Standing.ACKED:
            wanted = _OPEN & (AlertRow.state == AlertState.ACKNOWLEDGED.value) & seen
        case Standing.RESOLVED:
            wanted = over & (seen if since is None else AlertRow.resolved_at >= since)
        case Standing.ANY:
            wanted = (over | _OPEN) & seen
        case _:
            assert_never(standing)
    return wanted

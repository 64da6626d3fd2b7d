"""Alerts, their occurrences and transitions in the database."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import SQL, Expression, IntegrityError, chunked, fn

from bot.core.alert import Alert, AlertState, Transition
from bot.core.errors import ConflictError
from bot.core.ports import ConcernedAlert, Found, OpenAlert
from bot.core.why import Why
from bot.store.database import FORGOTTEN_AT_ONCE, Database
from bot.store.lifecycle_rows import lifecycle_columns, lifecycle_fields
from bot.store.models import (
    AlertRow,
    CardRow,
    DecisionRow,
    MemberRow,
    OccurrenceRow,
    TogetherRow,
    TransitionRow,
    moment,
    storable,
)
from bot.store.rows import (
    known_person,
    person_from_json,
    person_to_json,
    samples_from_json,
    samples_to_json,
)
from bot.store.written import Slot, Written, slots
from watchers.finding import Finding, Severity

_OPEN = SQL("state != 'resolved'")
_OVER = SQL("state = 'resolved'")
"""Written out: the indexes of some alerts are only used where no value is filled in."""
_SEVERITIES = {severity.value: severity for severity in Severity}
_ROWS_AT_ONCE = 500
_OLD_AT_ONCE = 200
_LATEST = Written(
    AlertRow.select()
    .where(AlertRow.fingerprint == Slot("fingerprint"))
    .order_by(AlertRow.id.desc())
    .limit(1),
    AlertRow,
)
_ONE = Written(AlertRow.select().where(AlertRow.id == Slot("id")), AlertRow)
_ADD = Written(AlertRow.insert(slots(AlertRow, AlertRow.id)).returning(AlertRow.id))
_SAVE = Written(
    AlertRow.update(slots(AlertRow, AlertRow.id)).where(
        (AlertRow.id == Slot("id")) & (AlertRow.version == Slot("read"))
    )
)
_RECORD = Written(TransitionRow.insert(slots(TransitionRow, TransitionRow.id)))
_OCCURRENCE = (
    OccurrenceRow.finding,
    OccurrenceRow.rule,
    OccurrenceRow.severity,
    OccurrenceRow.count,
    OccurrenceRow.service,
    OccurrenceRow.at,
)


class Alerts:
    """`core.ports.AlertStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count_in(self, findings: Iterable[Finding], now: datetime) -> tuple[Finding, ...]:
        """Note occurrences; returns those that were not counted before, in their order."""
        by_id = {storable(finding.id): finding for finding in reversed(tuple(findings))}
        rows = [_occurrence(name, by_id[name], now) for name in reversed(by_id)]
        fresh: list[Finding] = []
        for some in chunked(rows, _ROWS_AT_ONCE):
            insert = OccurrenceRow.insert_many(some, fields=_OCCURRENCE).on_conflict_ignore()
            stored = insert.returning(OccurrenceRow.finding).tuples().execute(self._database)
            names = {name for (name,) in stored}
            fresh += [by_id[row[0]] for row in some if row[0] in names]
        return tuple(fresh)

    def latest(self, fingerprint: str) -> Alert | None:
        """The newest alert of a fingerprint, open or not."""
        rows = _LATEST.rows(self._database, fingerprint=fingerprint)
        return next((alert_in(row) for row in rows), None)

    def get(self, alert_id: int) -> Alert | None:
        """One alert."""
        return next((alert_in(row) for row in _ONE.rows(self._database, id=alert_id)), None)

    def add(self, alert: Alert) -> Alert:
        """Store a new alert; returns it with its id."""
        try:
            # In a change of its own: PostgreSQL takes no further query after one that failed.
            with self._database.change():
                (number,) = _ADD.run(self._database, **_columns(alert)).fetchone()
        except IntegrityError as error:
            raise ConflictError(f"{alert.fingerprint} has an open alert") from error
        return replace(alert, id=int(number))

    def save(self, alert: Alert) -> None:
        """Store a changed alert, if nobody else changed it since it was read."""
        saved = _SAVE.run(self._database, **_columns(alert), id=alert.id, read=alert.version - 1)
        if not saved.rowcount:
            raise ConflictError(f"alert {alert.id} is not at version {alert.version - 1}")

    def record(self, transition: Transition) -> None:
        """Store a state change."""
        _RECORD.run(
            self._database,
            alert=transition.alert_id,
            source=transition.source.value if transition.source else None,
            target=transition.target.value,
            by=person_to_json(transition.by),
            why=transition.why.value,
            at=transition.at,
            version=transition.version,
            note=storable(transition.note),
        )

    def transitions(self, alert_id: int, limit: int) -> tuple[Transition, ...]:
        """The newest few, oldest first."""
        query = (
            TransitionRow.select()
            .where(TransitionRow.alert == alert_id)
            .order_by(TransitionRow.id.desc())
            .limit(limit)
        )
        rows = [transition_of(row) for row in query.execute(self._database)]
        return tuple(reversed(rows))

    def open_briefly(self, fingerprints: Collection[str] | None = None) -> tuple[OpenAlert, ...]:
        """Open alerts, newest change first, without what only a card shows; all, or of these."""
        query = AlertRow.select(*BRIEFLY).where(_OPEN, *_among(fingerprints))
        query = query.order_by(AlertRow.seen_at.desc(), AlertRow.id.desc())
        return tuple(briefly_in(row) for row in self._database.rows(query))

    def open_after(
        self, alert_id: int, limit: int, fingerprints: Collection[str] | None
    ) -> tuple[OpenAlert, ...]:
        """Open alerts with a greater number, in its order; all, or of these fingerprints."""
        query = AlertRow.select(*BRIEFLY).where(
            _OPEN, AlertRow.id > alert_id, *_among(fingerprints)
        )
        rows = self._database.rows(query.order_by(AlertRow.id).limit(limit))
        return tuple(briefly_in(row) for row in rows)

    def concerned_after(
        self, alert_id: int, limit: int, fingerprints: Collection[str] | None, since: datetime
    ) -> tuple[ConcernedAlert, ...]:
        """The same, together with alerts resolved since an instant."""
        earlier = AlertRow.alias()
        known = earlier.select().where(
            (earlier.fingerprint == AlertRow.fingerprint) & (earlier.id < AlertRow.id)
        )
        fresh = (AlertRow.opened_at > since) & (AlertRow.reopened == 0) & ~fn.EXISTS(known)
        query = AlertRow.select(*BRIEFLY, AlertRow.state, fresh).where(
            _OPEN | (AlertRow.resolved_at >= since), AlertRow.id > alert_id, *_among(fingerprints)
        )
        rows = self._database.rows(query.order_by(AlertRow.id).limit(limit))
        return tuple(_concerned(row) for row in rows)

    def seen_since(self, moment: datetime, limit: int) -> tuple[OpenAlert, ...]:
        """Alerts that are open or occurred since an instant, newest first."""
        query = AlertRow.select(*BRIEFLY, AlertRow.state).where(
            _OPEN | (AlertRow.seen_at >= moment)
        )
        rows = self._database.rows(query.order_by(AlertRow.id.desc()).limit(limit))
        return tuple(replace(briefly_in(row[:-1]), open=AlertState(row[-1]).open) for row in rows)

    def open_page(
        self, severities: Iterable[Severity], offset: int, limit: int
    ) -> tuple[tuple[Alert, ...], int]:
        """Some of the open alerts, worst first, then newest; and how many there are in all."""
        found: list[Alert] = []
        total = 0
        tally = self.open_tally()
        # One severity after the other: their order is not that of their names.
        for severity in sorted(severities, key=lambda one: -one.rank):
            count = tally.get(severity, 0)
            skipped = max(0, offset - total)
            missing = limit - len(found)
            total += count
            if skipped < count and missing > 0:
                found += self._newest(severity, skipped, missing)
        return tuple(found), total

    def open_tally(self) -> Mapping[Severity, int]:
        """How many alerts are open, by severity; those without one are left out."""
        query = (
            AlertRow.select(AlertRow.severity, fn.COUNT(AlertRow.id))
            .where(_OPEN)
            .group_by(AlertRow.severity)
            .tuples()
        )
        return {_SEVERITIES[name]: count for name, count in query.execute(self._database)}

    def _newest(self, severity: Severity, offset: int, limit: int) -> Iterator[Alert]:
        query = (
            AlertRow.select()
            .where(_OPEN & (AlertRow.severity == severity.value))
            .order_by(AlertRow.seen_at.desc(), AlertRow.id.desc())
            .offset(offset)
            .limit(limit)
        )
        return (alert_in(row) for row in query.execute(self._database))

    def quiet_sources(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """Agent and watch of open alerts that are over by now if their source was heard."""
        query = AlertRow.select(AlertRow.agent, AlertRow.watch).where(_quiet(now)).distinct()
        return tuple((str(agent), str(watch)) for agent, watch in self._database.rows(query))

    def quiet(self, agent: str, watch: str, now: datetime, limit: int) -> tuple[Alert, ...]:
        """Open alerts of one source that are over by now, longest quiet first."""
        query = (
            AlertRow.select()
            .where(_quiet(now) & (AlertRow.agent == agent) & (AlertRow.watch == watch))
            .order_by(AlertRow.quiet_at, AlertRow.id)
            .limit(limit)
        )
        return tuple(alert_in(row) for row in query.execute(self._database))

    def due(self, now: datetime, limit: int) -> tuple[Alert, ...]:
        """Open alerts that the clock changes now, longest due first; those quiet by now apart."""
        query = (
            AlertRow.select()
            .where(_OPEN & (AlertRow.next_at <= now))
            .order_by(AlertRow.next_at, AlertRow.id)
            .limit(limit)
        )
        return tuple(alert_in(row) for row in query.execute(self._database))

    def open_of_rule(self, rule: str) -> tuple[Alert, ...]:
        """Open alerts of one rule, oldest first."""
        query = AlertRow.select().where(_OPEN & (AlertRow.rule == rule)).order_by(AlertRow.id)
        return tuple(alert_in(row) for row in query.execute(self._database))

    def open_rules(self, agent: str) -> tuple[str, ...]:
        """Rules of this configuration that an agent's open alerts are of."""
        query = (
            AlertRow.select(AlertRow.rule)
            .where(_OPEN & (AlertRow.agent == agent) & (AlertRow.rule_text != {}))
            .distinct()
        )
        return tuple(sorted(str(row.rule) for row in query.execute(self._database)))

    def open_sources(self) -> tuple[tuple[str, str, bool], ...]:
        """Agent and watch of open alerts, and whether they are unknown; each once."""
        unknown = AlertRow.state == AlertState.UNKNOWN.value
        query = AlertRow.select(AlertRow.agent, AlertRow.watch, unknown).where(_OPEN).distinct()
        return tuple(
            (str(agent), str(watch), bool(lost))
            for agent, watch, lost in self._database.rows(query)
        )

    def open_of_source(
        self, agent: str, watch: str, limit: int, *, unknown: bool
    ) -> tuple[Alert, ...]:
        """Open alerts of one source, oldest first: those that are unknown, or the others."""
        state = AlertRow.state == AlertState.UNKNOWN.value
        query = (
            AlertRow.select()
            .where(_OPEN & (AlertRow.agent == agent) & (AlertRow.watch == watch))
            .where(state if unknown else ~state)
            .order_by(AlertRow.id)
            .limit(limit)
        )
        return tuple(alert_in(row) for row in query.execute(self._database))

    def found_since(self, since: datetime) -> tuple[Found, ...]:
        """What rules found since an instant, by rule and service, newest first."""
        row = OccurrenceRow
        query = (
            row.select(row.rule, row.service, row.severity, fn.SUM(row.count), fn.MAX(row.at))
            .where(row.at >= since)
            .group_by(row.rule, row.service, row.severity)
        )
        found = [
            Found(
                rule=str(rule),
                service=str(service),
                severity=Severity(severity),
                records=int(records),
                last_at=moment(last_at),
            )
            for rule, service, severity, records, last_at in self._database.rows(query)
        ]
        return tuple(sorted(found, key=lambda one: one.last_at, reverse=True))

    def services(self) -> tuple[str, ...]:
        """Values of the label ``service`` seen lately, sorted."""
        query = (
            OccurrenceRow.select(OccurrenceRow.service)
            .where(OccurrenceRow.service != "")
            .distinct()
        )
        # Sorted here: each database has an order of its own.
        return tuple(sorted(str(row.service) for row in query.execute(self._database)))

    def prune(self, before: datetime) -> int:
        """Forget some occurrences, and resolved alerts after all that hangs on them."""
        forget = self._database.forget
        gone = forget(OccurrenceRow, OccurrenceRow.at < before, OccurrenceRow.at)
        over = AlertRow.select(AlertRow.id).where(_OVER, AlertRow.changed_at < before)
        old = over.order_by(AlertRow.changed_at).limit(_OLD_AT_ONCE)
        numbers = [row.id for row in old.execute(self._database)]
        hanging = (
            forget(TransitionRow, TransitionRow.alert.in_(numbers), TransitionRow.id),
            forget(CardRow, CardRow.alert.in_(numbers), CardRow.sent_at),
            forget(MemberRow, MemberRow.alert.in_(numbers), MemberRow.joined_at),
            forget(DecisionRow, DecisionRow.alert.in_(numbers), DecisionRow.at),
            forget(TogetherRow, TogetherRow.alert.in_(numbers), TogetherRow.first),
        )
        if max(hanging) < FORGOTTEN_AT_ONCE:
            gone += forget(AlertRow, AlertRow.id.in_(numbers), AlertRow.id)
        return gone + sum(hanging)


def _quiet(now: datetime) -> Expression:
    known = AlertRow.state != AlertState.UNKNOWN.value
    over: Expression = known & _OPEN & (AlertRow.quiet_at <= now)
    return over


BRIEFLY = (
    AlertRow.id,
    AlertRow.fingerprint,
    AlertRow.rule,
    AlertRow.severity,
    AlertRow.labels,
    AlertRow.opened_at,
)


def _among(fingerprints: Collection[str] | None) -> list[Expression]:
    return [] if fingerprints is None else [AlertRow.fingerprint.in_(list(fingerprints))]


def briefly_in(row: tuple[Any, ...]) -> OpenAlert:
    """From the columns of `BRIEFLY`."""
    number, name, rule, severity, labels, opened_at = row
    own = {"rule": rule, "severity": severity, "fingerprint": name}
    return OpenAlert(
        id=number,
        severity=_SEVERITIES[severity],
        identity=json.loads(labels) | own,
        opened_at=moment(opened_at),
    )


def _concerned(row: tuple[Any, ...]) -> ConcernedAlert:
    *brief, state, fresh = row
    alert = briefly_in(tuple(brief))
    return ConcernedAlert(
        id=alert.id,
        severity=alert.severity,
        state=AlertState(state),
        identity=alert.identity,
        fresh=bool(fresh),
    )


def _occurrence(
    name: str, finding: Finding, now: datetime
) -> tuple[str, str, str, int, str, datetime]:
    service = storable(finding.labels.get("service", ""))
    return (name, finding.rule, finding.severity.value, finding.records, service, now)


def _columns(alert: Alert) -> dict[str, object]:
    return {
        "fingerprint": alert.fingerprint,
        "rule": alert.rule,
        "severity": alert.severity.value,
        "labels": dict(alert.labels),
        "annotations": dict(alert.annotations),
        "title": storable(alert.title),
        "state": alert.state.value,
        "version": alert.version,
        "count": alert.count,
        "held_back": alert.held_back,
        "reopened": alert.reopened,
        "first_at": alert.first_at,
        "seen_at": alert.seen_at,
        "opened_at": alert.opened_at,
        "changed_at": alert.changed_at,
        "samples": samples_to_json(alert.samples),
        "acknowledged_by": person_to_json(alert.acknowledged_by),
        "acknowledged_at": alert.acknowledged_at,
        "resolved_by": person_to_json(alert.resolved_by),
        "resolved_at": alert.resolved_at,
        **lifecycle_columns(alert),
    }


def alert_in(row: AlertRow) -> Alert:
    """From a row."""
    return Alert(
        id=row.id,
        fingerprint=row.fingerprint,
        rule=row.rule,
        severity=Severity(row.severity),
        labels=row.labels,
        annotations=row.annotations,
        title=row.title,
        state=AlertState(row.state),
        version=row.version,
        count=row.count,
        held_back=row.held_back,
        reopened=row.reopened,
        first_at=row.first_at,
        seen_at=row.seen_at,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        samples=samples_from_json(row.samples),
        acknowledged_by=person_from_json(row.acknowledged_by),
        acknowledged_at=row.acknowledged_at,
        resolved_by=person_from_json(row.resolved_by),
        resolved_at=row.resolved_at,
        **lifecycle_fields(row),
    )


def transition_of(row: TransitionRow) -> Transition:
    """A row as what it tells of."""
    return Transition(
        alert_id=row.alert,
        source=AlertState(row.source) if row.source else None,
        target=AlertState(row.target),
        by=known_person(row.by),
        why=Why(row.why),
        at=row.at,
        version=row.version,
        note=row.note,
    )

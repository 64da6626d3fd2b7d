"""What an alert knows of its life, in columns: promise, flaps, waits, loss."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.core.alert import Alert, AlertState, Lost, Promise
from bot.core.flapping import CALM, DEFAULT_DELAY, Flaps
from bot.store.rows import known_person, person_from_json, person_to_json
from watchers.delay import parse_delay
from watchers.finding import Severity


def lifecycle_columns(alert: Alert) -> dict[str, object]:
    """For the columns."""
    return {
        "promise": _promise_to_json(alert.promise),
        "assignee": person_to_json(alert.assignee),
        "followers": [person_to_json(one) for one in alert.followers],
        "severity_by": person_to_json(alert.severity_by),
        "agent": alert.agent,
        "watch": alert.watch,
        "received_at": alert.received_at,
        "delay": str(alert.delay),
        "flaps": _flaps_to_json(alert.flaps),
        "quiet_at": alert.quiet_at,
        "next_at": alert.next_at,
        "tell_at": alert.tell_at,
        "recovered_at": alert.recovered_at,
        "late": alert.late,
        "previous": alert.previous,
        "lost": _lost_to_json(alert.lost),
        "rule_text": dict(alert.rule_text),
        "first_written_at": alert.first_written_at,
        "written_at": alert.written_at,
    }


def lifecycle_fields(row: Any) -> dict[str, Any]:
    """From the columns, for `Alert`."""
    return {
        "promise": _if(row.promise, _promise_from_json),
        "assignee": person_from_json(row.assignee),
        "followers": tuple(known_person(one) for one in row.followers),
        "severity_by": person_from_json(row.severity_by),
        "agent": row.agent,
        "watch": row.watch,
        "received_at": row.received_at,
        "delay": parse_delay(row.delay).over(DEFAULT_DELAY),
        "flaps": _if(row.flaps, _flaps_from_json) or CALM,
        "quiet_at": row.quiet_at,
        "tell_at": row.tell_at,
        "recovered_at": row.recovered_at,
        "late": row.late,
        "previous": row.previous,
        "lost": _if(row.lost, _lost_from_json),
        "rule_text": row.rule_text,
        "first_written_at": row.first_written_at,
        "written_at": row.written_at,
    }


def _promise_to_json(promise: Promise | None) -> Any:
    if promise is None:
        return None
    return {
        "severity": promise.severity.value,
        "count": promise.count,
        "expires_at": _text(promise.expires_at),
        "remind_at": _text(promise.remind_at),
    }


def _promise_from_json(found: Mapping[str, Any]) -> Promise:
    return Promise(
        severity=Severity(found["severity"]),
        count=found["count"],
        expires_at=_if(found["expires_at"], datetime.fromisoformat),
        remind_at=_if(found["remind_at"], datetime.fromisoformat),
    )


def _flaps_to_json(flaps: Flaps) -> Any:
    if not flaps.count:
        return None
    return {
        "count": flaps.count,
        "began_at": _text(flaps.began_at),
        "last_at": _text(flaps.last_at),
        "since": _text(flaps.since),
    }


def _flaps_from_json(found: Mapping[str, Any]) -> Flaps:
    return Flaps(
        count=found["count"],
        began_at=_if(found["began_at"], datetime.fromisoformat),
        last_at=_if(found["last_at"], datetime.fromisoformat),
        since=_if(found["since"], datetime.fromisoformat),
    )


def _lost_to_json(lost: Lost | None) -> Any:
    return None if lost is None else {"state": lost.state.value, "since": lost.since.isoformat()}


def _lost_from_json(found: Mapping[str, Any]) -> Lost:
    return Lost(state=AlertState(found["state"]), since=datetime.fromisoformat(found["since"]))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _if(found: Any, read: Callable[[Any], Any]) -> Any:
    return None if found is None else read(found)

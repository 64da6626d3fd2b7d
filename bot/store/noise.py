"""Beginnings, limits and presence in the database: what keeps chats readable."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from peewee import chunked

from bot.core.alert import AlertState
from bot.core.correlation import Beginning, Together
from bot.core.digest import Presence
from bot.store.database import Database
from bot.store.models import AlertRow, NoiseRow, TogetherRow
from bot.store.written import Slot, Written, slots

BEGINNINGS_AT_ONCE = 50
_MICROSECOND = timedelta(microseconds=1)
_PRESENCE = "presence"
_BEGAN = Written(
    AlertRow.select(AlertRow.id, AlertRow.title, AlertRow.labels, AlertRow.opened_at)
    .where((AlertRow.opened_at >= Slot("since")) & (AlertRow.state != AlertState.RESOLVED.value))
    .order_by(AlertRow.opened_at.desc(), AlertRow.id.desc())
    .limit(BEGINNINGS_AT_ONCE)
)
_TOGETHER = Written(TogetherRow.select().where(TogetherRow.alert == Slot("alert")), TogetherRow)
_ALL_TOGETHER = Written(
    TogetherRow.select().where(
        TogetherRow.alert.in_([Slot(f"a{n}") for n in range(BEGINNINGS_AT_ONCE)])
    ),
    TogetherRow,
)
_KEEP_TOGETHER = Written(
    TogetherRow.insert(slots(TogetherRow)).on_conflict(
        conflict_target=[TogetherRow.alert], update=slots(TogetherRow, TogetherRow.alert)
    )
)
_STATE = Written(NoiseRow.select().where(NoiseRow.name == Slot("name")), NoiseRow)


class Noise:
    """`core.noise_ports.NoiseStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def began_since(self, moment: datetime) -> tuple[Beginning, ...]:
        """Open alerts that began since, the newest few dozen."""
        return tuple(
            Beginning(
                alert_id=number,
                title=title,
                labels=json.loads(labels),
                opened_at=AlertRow.opened_at.python_value(opened_at) or moment,
            )
            for number, title, labels, opened_at in _BEGAN.run(self._database, since=moment)
        )

    def keep_together(self, found: Together, alerts: Iterable[int]) -> None:
        """Remember of each of these alerts what it began together with."""
        for alert_id in alerts:
            _KEEP_TOGETHER.run(
                self._database,
                alert=alert_id,
                first=found.first,
                title=found.title,
                alerts=list(found.alerts),
                within_us=found.within // _MICROSECOND,
            )

    def together(self, alert_id: int) -> Together | None:
        """What an alert began together with."""
        return next(map(_together, _TOGETHER.rows(self._database, alert=alert_id)), None)

    def all_together(self, alerts: Iterable[int]) -> Mapping[int, Together]:
        """The same of several alerts; those that began alone are left out."""
        found: dict[int, Together] = {}
        for some in chunked(alerts, BEGINNINGS_AT_ONCE):
            # A place that is left over asks for the last one again.
            asked = {f"a{n}": some[min(n, len(some) - 1)] for n in range(BEGINNINGS_AT_ONCE)}
            rows = _ALL_TOGETHER.rows(self._database, **asked)
            found |= {row.alert: _together(row) for row in rows}
        return found

    def limit_state(self, name: str) -> tuple[float, ...]:
        """What `keep_limit_state` kept, empty without."""
        return tuple(self._read(f"limit:{name}") or ())

    def keep_limit_state(self, name: str, state: tuple[float, ...]) -> None:
        """Keep how far a limit is used."""
        self._write(f"limit:{name}", list(state))

    def presence(self) -> Presence | None:
        """When Larkwatch was last there."""
        found = self._read(_PRESENCE)
        if found is None:
            return None
        return Presence(
            alive_at=datetime.fromisoformat(found["alive_at"]),
            left_at=_moment(found["left_at"]),
            back_at=_moment(found["back_at"]),
        )

    def keep_presence(self, presence: Presence) -> None:
        """Remember it."""
        left, back = presence.left_at, presence.back_at
        self._write(
            _PRESENCE,
            {
                "alive_at": presence.alive_at.isoformat(),
                "left_at": left.isoformat() if left else None,
                "back_at": back.isoformat() if back else None,
            },
        )

    def _read(self, name: str) -> Any:
        return next((row.state for row in _STATE.rows(self._database, name=name)), None)

    def _write(self, name: str, state: object) -> None:
        NoiseRow.insert(name=name, state=state).on_conflict(
            conflict_target=[NoiseRow.name], update={NoiseRow.state: state}
        ).execute(self._database)


def _together(row: Any) -> Together:
    return Together(
        first=row.first,
        title=row.title,
        alerts=tuple(row.alerts),
        within=row.within_us * _MICROSECOND,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

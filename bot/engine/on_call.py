"""Who is on call: the configured turns, with what calendars say."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.alert import Person
from bot.core.ports import Store
from bot.core.rota import Rota, Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who is on call of one rota.

    Attributes:
        now: Whose turn it is, None for nobody's.
        following: The next turn of somebody else, None when none is known.
        fault: Why its calendar cannot be read just now, "" when it can.
    """

    rota: str
    now: Shift | None
    following: Shift | None
    fault: str = ""


class OnCall:
    """Reads rotas; safe to use from several threads, changes nothing."""

    def __init__(
        self, store: Store, rotas: tuple[Rota, ...], named: Callable[[Person], Person] | None = None
    ) -> None:
        """`named` gives a person the name that is known by now."""
        self._store = store
        self._rotas = rotas
        self._named = named or (lambda person: person)

    def person(self, rota: str, now: datetime) -> Person | None:
        """Who is on call, None for nobody, or nobody that Feishu knows."""
        found = next((one for one in self._rotas if one.name == rota), None)
        shift = self._whole(found).on_call(now) if found is not None else None
        return shift.person if shift is not None and shift.person.id else None

    def duties(self, now: datetime) -> tuple[Duty, ...]:
        """Of every rota who is on call, in the order of the configuration."""
        return tuple(self._duty(self._whole(rota), now) for rota in self._rotas)

    def _duty(self, rota: Rota, now: datetime) -> Duty:
        return Duty(
            rota=rota.name,
            now=self._shown(rota.on_call(now)),
            following=self._shown(rota.next_after(now)),
            fault=self._store.calendars.get(rota.name).fault,
        )

    def _shown(self, shift: Shift | None) -> Shift | None:
        return replace(shift, person=self._named(shift.person)) if shift is not None else None

    def _whole(self, rota: Rota) -> Rota:
        said = self._store.calendars.get(rota.name).shifts
        return replace(rota, shifts=(*said, *rota.shifts)) if said else rota

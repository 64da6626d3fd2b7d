"""Circuit breakers in the database, so that a restart does not forget them."""

from bot.core.breaker import Breaker
from bot.core.subscription import Target, TargetKind
from bot.store.database import Database
from bot.store.models import BreakerRow


class Breakers:
    """`core.ports.BreakerStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, target: Target) -> Breaker | None:
        """What failed in a row there, None if the last try got through."""
        return next((one for one in self.all() if one.target == target), None)

    def all(self) -> tuple[Breaker, ...]:
        """Every target that failed when it was last tried."""
        query = BreakerRow.select().order_by(BreakerRow.since)
        return tuple(
            Breaker(
                target=Target(kind=TargetKind(row.kind), address=row.address),
                faults=row.faults,
                since=row.since,
                open_until=row.open_until,
                fault=row.fault,
            )
            for row in query.execute(self._database)
        )

    def save(self, breaker: Breaker) -> None:
        """Note a fault."""
        BreakerRow.insert(
            kind=breaker.target.kind.value,
            address=breaker.target.address,
            faults=breaker.faults,
            since=breaker.since,
            open_until=breaker.open_until,
            fault=breaker.fault,
        ).on_conflict(
            conflict_target=[BreakerRow.kind, BreakerRow.address],
            preserve=[BreakerRow.faults, BreakerRow.since, BreakerRow.open_until, BreakerRow.fault],
        ).execute(self._database)

    def clear(self, target: Target) -> None:
        """Something got through."""
        BreakerRow.delete().where(
            (BreakerRow.kind == target.kind.value) & (BreakerRow.address == target.address)
        ).execute(self._database)

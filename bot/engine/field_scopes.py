"""Which series of fields a figure is of."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.fields import FieldSeries
from bot.core.ports import Store
from bot.engine.scope import Scope, ScopeKind
from watchers.finding import Severity

KNOWN_FOR = timedelta(days=14)


def series_of(
    store: Store, names: Sequence[str], scope: Scope, now: datetime
) -> tuple[FieldSeries, ...]:
    """Those of the first of the names, in any case, of which there are any in a scope.

    ``http.status`` is found by ``status`` as well. What a chat subscribed to says of which services
    its figures are, and not how bad a record must be: most records with fields are none to be told.
    """
    if scope.kind is ScopeKind.CHAT:
        parts = tuple(replace(part, least=Severity.INFO) for part in scope.parts)
        scope = replace(scope, parts=parts)
    known = store.fields.names(now - KNOWN_FOR)
    for name in names:
        wanted = [one for one in known if one.lower() == name.lower()]
        wanted = wanted or [one for one in known if one.lower().endswith(f".{name.lower()}")]
        some = store.fields.series(wanted, now - KNOWN_FOR) if wanted else ()
        if taken := tuple(one for one in some if _takes(scope, one)):
            return tuple(one for one in taken if one.field == taken[0].field)
    return ()


def _takes(scope: Scope, series: FieldSeries) -> bool:
    if scope.whole:
        return True
    own = {**series.labels, "severity": series.severity.value}
    named = [{**own, "rule": rule} for rule in series.rules] or [own]
    return any(scope.takes(series.severity, identity) for identity in named)

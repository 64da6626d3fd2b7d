"""Which module reads which sender's requests; it is imported at the first of them."""

import importlib
from collections.abc import Callable, Mapping
from typing import Any, cast

from bot.ingest.pushed import Told
from bot.ingest.sender import Sender, SenderKind

Read = Callable[[Mapping[str, Any], Sender], Told]
"""What a body says; raises ShapeError if it is not of the sender's form."""

_READERS = {
    SenderKind.ALERTMANAGER: "bot.ingest.alertmanager",
    SenderKind.GRAFANA: "bot.ingest.grafana",
    SenderKind.SENTRY: "bot.ingest.sentry",
    SenderKind.NIGHTINGALE: "bot.ingest.nightingale",
    SenderKind.GENERIC: "bot.ingest.generic",
}


def reader_of(kind: SenderKind) -> Read:
    """Who reads requests of a kind.

    Raises:
        KeyError: For events, which have handlers.
    """
    return cast("Read", importlib.import_module(_READERS[kind]).read)

"""A span for all severities, or one for each: ``"4h"`` or ``{ critical = "1h", high = "4h" }``."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator

from bot.config.span import parse_span
from watchers.finding import Severity

NEVER = "never"
_WANTED = (
    'a span such as "4h", "never", or one for each severity, '
    'e.g. { critical = "1h", high = "never" }'
)


def _timeouts(found: object) -> Mapping[Severity, timedelta]:
    if isinstance(found, Mapping):
        known = {severity.value: severity for severity in Severity}
        if not all(isinstance(name, Severity) or name in known for name in found):
            raise ValueError(_WANTED)
        spans = {Severity(name): _span(one) for name, one in found.items()}
    else:
        spans = dict.fromkeys(Severity, _span(found))
    return {severity: span for severity, span in spans.items() if span is not None}


def _span(found: object) -> timedelta | None:
    if found == NEVER:
        return None
    try:
        return parse_span(found)
    except ValueError as error:
        raise ValueError(_WANTED) from error


Timeouts = Annotated[Mapping[Severity, timedelta], BeforeValidator(_timeouts)]
"""What is left out, or is ``never``, has no span."""

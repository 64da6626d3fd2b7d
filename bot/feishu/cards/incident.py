"""How an incident grew, on its alert's card."""

import json
from datetime import datetime

from bot.core.alert import Alert
from bot.feishu.cards.elements import Element, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from watchers.incidents.findings import JOINED, KINDS, RULE, SERVICES

SHOWN_HERE = (JOINED, KINDS, SERVICES)
"""Annotations that are not shown as such."""


def grown(alert: Alert, reader: Reader) -> list[Element]:
    """Which services joined when and why; nothing for other alerts."""
    if alert.rule != RULE:
        return []
    say, steps = reader.texts.incident, _steps(alert.annotations.get(JOINED, ""))
    shown: list[Element] = []
    if len(steps) > 1:
        (first, began, _), *others = steps
        path = [say.began(one_line(first, 40), reader.time(began))]
        path += [
            say.joined(one_line(service, 40), reader.time(at), say.reasons.get(why, ""))
            for service, at, why in others
        ]
        shown.append(text(f"{say.title}  {' '.join(path)}", lines=6))
    counts = [
        words(one_line(alert.annotations[key], 12))
        for key, words in ((KINDS, say.kinds), (SERVICES, say.services))
        if alert.annotations.get(key)
    ]
    return [*shown, small(" · ".join(counts))] if counts else shown


def _steps(written: str) -> list[tuple[str, datetime, str]]:
    """Read what an agent wrote; nothing when it cannot be read."""
    try:
        return [
            (str(service), datetime.fromisoformat(at), str(why))
            for service, at, why in json.loads(written)
        ]
    except (TypeError, ValueError):
        return []

"""Nightingale's webhook: one event of a rule, or a list of them.

https://github.com/ccfos/nightingale, ``models/alert_cur_event.go``
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.ingest.pushed import Pushed, Told, told
from bot.ingest.sender import Sender
from bot.ingest.shapes import LONGEST_LABEL, MOST_LABELS, ShapeError, items, moment, words
from watchers.finding import Severity

_SEVERITIES = {1: Severity.CRITICAL, 2: Severity.MEDIUM, 3: Severity.INFO}
_OWN = ("rulename", "__name__")
"""Tags that Nightingale adds; the rule's name is known already."""


def read(body: Mapping[str, Any], sender: Sender) -> Told:
    """The alerts of a request: the event itself, or all under ``events``.

    Raises:
        ShapeError: If it is none.
    """
    found = body.get("events") if "events" in body else [body]
    return told(_alerts(found))


def _alerts(found: object) -> Iterator[Pushed | ShapeError]:
    for number, one in enumerate(items(found, "events")):
        if isinstance(one, ShapeError):
            yield one
            continue
        try:
            yield _alert(one)
        except ShapeError as error:
            yield ShapeError(f"events[{number}].{error}")


def _alert(one: Mapping[str, Any]) -> Pushed:
    rule = words(one.get("rule_name"), 200)
    if not rule:
        raise ShapeError("rule_name is missing")
    labels = _tags(one.get("tags"))
    ident, group = words(one.get("target_ident"), 200), words(one.get("group_name"), 200)
    level = one.get("severity")
    severity = _SEVERITIES.get(level) if isinstance(level, int) else None
    value, note = words(one.get("trigger_value"), 100), words(one.get("rule_note"))
    cluster = words(one.get("cluster"), 100)
    return Pushed(
        rule=rule,
        title=rule,
        message=note,
        severity=severity or words(level, 40),
        labels={
            **{name: text for name, text in labels.items() if name not in _OWN},
            **({"ident": ident} if ident else {}),
            **({"group": group} if group else {}),
            **({"cluster": cluster} if cluster else {}),
        },
        annotations={"value": value} if value else {},
        links={"runbook": words(one.get("runbook_url"))},
        started_at=moment(one.get("first_trigger_time")) or moment(one.get("trigger_time")),
        over=one.get("is_recovered") is True,
    )


def _tags(found: object) -> dict[str, str]:
    """Tags are a list of ``name=value``, or all of them in one text, parted by ``,,``."""
    if found is None:
        return {}
    if isinstance(found, dict):
        pairs = [(name, words(text, LONGEST_LABEL)) for name, text in found.items()]
    elif isinstance(found, str | list):
        texts = found.split(",,") if isinstance(found, str) else map(words, found)
        pairs = [(name, text) for name, _, text in (one.partition("=") for one in texts)]
    else:
        raise ShapeError("tags: wanted a list of texts")
    return {name: text[:LONGEST_LABEL] for name, text in pairs[:MOST_LABELS] if name and text}

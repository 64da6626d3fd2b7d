"""Open incidents as text that outlives a restart, so that each stays one alert.

Its lines are left out: they are not redacted here, and those that matter are on its card.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from watchers.finding import Severity, TemplateCount
from watchers.incidents.activity import Key
from watchers.incidents.entry import Joined, Why
from watchers.incidents.incident import Incident

VERSION = 1
MOST_INCIDENTS = 100
MOST_KEYS = 200
"""Of one incident; beyond, its wide keys and the newest are kept."""


def written(incidents: Iterable[Incident], told: Collection[int]) -> str:
    """Incidents that were sent, the newest if there are very many; "" for none.

    Args:
        incidents: In order of their beginning.
        told: Numbers of those that people know of.
    """
    kept = [_plain(one, one.number in told) for one in incidents if one.sent][-MOST_INCIDENTS:]
    if not kept:
        return ""
    plain = {"version": VERSION, "open": kept}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def lines_written(incidents: Iterable[Incident]) -> str:
    """How many lines each has, which changes more often than all else; "" for none."""
    return " ".join(f"{one.number}:{one.lines}" for one in incidents if one.sent)


def read(text: str, lines: str, now_s: float) -> list[tuple[Incident, Sequence[Key], bool]]:
    """The incidents as of a restart, with their keys, and whether people know of them.

    Nobody looked meanwhile: each has its whole time of quiet before it.

    Args:
        text: What `written` made.
        lines: What `lines_written` made later.
        now_s: The time.

    Raises:
        ValueError: If it is not of this version, or damaged.
    """
    try:
        if not text:
            return []
        kept = json.loads(text)
        if kept["version"] != VERSION:
            raise ValueError(f"version {kept['version']!r}, wanted {VERSION}")
        newest = dict(one.split(":") for one in lines.split())
        return [_read(one, newest, now_s) for one in kept["open"][:MOST_INCIDENTS]]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _plain(one: Incident, told: bool) -> dict[str, Any]:
    keys = sorted(one.keys, key=lambda key: "*" not in key[:2])  # stable: else as they joined
    wide = sum("*" in key[:2] for key in keys)
    newest = max(0, MOST_KEYS - wide)
    return {
        "number": one.number,
        "told": told,
        "service": one.service,
        "template": one.template,
        "began": round(one.began_s, 3),
        "opened": round(one.opened_s, 3),
        "severity": one.severity.value,
        "critical": one.critical_s,
        "lines": one.lines,
        "told_lines": one.told_lines,
        "keys": [*keys[:wide][:MOST_KEYS], *keys[wide:][-newest:][:newest]],
        "joined": [
            [joined.service, round(joined.at_s, 3), joined.why.value]
            for joined in list(one.joined.values())[:MOST_KEYS]
        ],
        "templates": sorted(one.templates)[:MOST_KEYS],
        "names": sorted(one.names)[:MOST_KEYS],
        "kinds": [] if one.untold else [[kind.id, kind.count] for kind in one.kinds.values()],
    }


def _read(
    kept: Any, newest: Mapping[str, str], now_s: float
) -> tuple[Incident, Sequence[Key], bool]:
    joined = [Joined(str(service), float(at_s), Why(why)) for service, at_s, why in kept["joined"]]
    critical_s = kept["critical"]
    kinds = [
        TemplateCount(id=str(name), text="", count=int(n)) for name, n in kept.get("kinds", ())
    ]
    incident = Incident(
        number=int(kept["number"]),
        service=str(kept["service"]),
        template=str(kept["template"]),
        began_s=float(kept["began"]),
        opened_s=float(kept["opened"]),
        send_at_s=None,
        last_s=now_s,
        severity=Severity(kept["severity"]),
        joined={one.service: one for one in joined},
        templates=set(map(str, kept["templates"])),
        names=set(map(str, kept["names"])),
        kinds={one.id: one for one in kinds},
        untold=not kinds,
        lines=max(int(kept["lines"]), int(newest.get(str(kept["number"]), 0))),
        told_lines=int(kept["told_lines"]),
        told_s=now_s,
        critical_s=None if critical_s is None else float(critical_s),
    )
    keys: list[Key] = [
        (str(service), str(template), bool(warning))
        for service, template, warning in kept["keys"][:MOST_KEYS]
    ]
    return incident, keys, bool(kept["told"])

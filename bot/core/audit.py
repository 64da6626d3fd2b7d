"""The audit: who did what, from where, and what it changed; entries are only ever added."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.core.alert import LARKWATCH, Alert, Person


class Source(StrEnum):
    """The way an action came in."""

    CLICK = "click"
    COMMAND = "command"
    REACTION = "reaction"
    SYSTEM = "system"
    CONFIG = "config"
    API = "api"
    """A program, with a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Person):
    """A person who acts, and from where: wherever a `Person` acts, the audit reads these too.

    Attributes:
        source: The way the action came in.
        chat: Feishu's chat_id, "" outside of chats.
    """

    source: Source
    chat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One action.

    Attributes:
        id: Grows by one with each; 0 while not stored.
        at: Aware, UTC.
        action: Named, e.g. ``acknowledged``, ``unsubscribed``, ``refused``.
        subject: What it was done to: ``#42``, ``m3``, ``s1``, ``config``.
        alert_id: The alert that it is about, None for others.
        before: The values that changed, as they were; JSON-ready.
        after: The same values now.
    """

    id: int = 0
    at: datetime
    actor: Actor
    action: str
    subject: str
    alert_id: int | None = None
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """JSON-ready; the keys are part of the product."""
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "actor": {"id": self.actor.id, "name": self.actor.name},
            "source": self.actor.source.value,
            "chat": self.actor.chat,
            "action": self.action,
            "subject": self.subject,
            "alert": self.alert_id,
            "before": dict(self.before),
            "after": dict(self.after),
        }

    def changes(self) -> tuple[str, ...]:
        """What changed, each as ``key: before → after``, or ``key: value`` where one is empty."""
        found = []
        for key in dict.fromkeys((*self.before, *self.after)):
            old, new = self.before.get(key, ""), self.after.get(key, "")
            if old and new:
                found.append(f"{key}: {old} → {new}")
            elif old or new:
                found.append(f"{key}: {new or old}")
        return tuple(found)

    def __str__(self) -> str:
        """One line for people."""
        changes = ", ".join(self.changes())
        at, actor = self.at.isoformat(timespec="seconds"), self.actor
        who = actor.name or actor.id
        return f"{at} {who} ({actor.source.value}) {self.action} {self.subject} {changes}".rstrip()


def acting(person: Person) -> Actor:
    """The person with the way they came; nobody is Larkwatch itself, others came by command."""
    if isinstance(person, Actor):
        return person
    source = Source.COMMAND if person.id else Source.SYSTEM
    name = person.name or ("" if person.id else LARKWATCH.name)
    return Actor(id=person.id, name=name, source=source)


_FIGURES = frozenset(
    {
        "promise",
        "flaps",
        "quiet_at",
        "tell_at",
        "version",
        "count",
        "held_back",
        "samples",
        "annotations",
        "changed_at",
        "seen_at",
    }
)
"""What grows by itself, or follows from the rest, is no action."""


def changed(before: Alert, after: Alert) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What an action changed of an alert: the values before, and after."""
    names = [one.name for one in fields(Alert) if one.name not in _FIGURES]
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    differing = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return (
        {name: said(old) for name, (old, _) in differing.items()},
        {name: said(new) for name, (_, new) in differing.items()},
    )


def said(value: object) -> str:
    """A value as the audit writes it."""
    match value:
        case None:
            return ""
        case Person():
            return value.name or value.id
        case datetime():
            return value.isoformat(timespec="seconds")
        case tuple():
            return ", ".join(said(one) for one in value)
        case _ if is_dataclass(value):
            parts = ((one.name, said(getattr(value, one.name))) for one in fields(value))
            return ", ".join(f"{name} {text}" for name, text in parts if text)
        case _:
            return str(value)

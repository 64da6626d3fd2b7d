"""One incident: its keys, services and lines."""

from collections import deque
from dataclasses import dataclass, field

from watchers.finding import MOST_TEMPLATES_TOLD, Severity, TemplateCount
from watchers.incidents.activity import Activity, Key
from watchers.incidents.entry import Entry, Joined, Kind, News, Why

EVIDENCE = 20
_FIRST = 12
"""Of the evidence, so many lines from its beginning; the others are the newest."""
_MOST_HEADS = 5
_SPREAD_SERVICES = 3
_SPREAD_TEMPLATES = 6


@dataclass(slots=True, eq=False)
class Incident:
    """What breaks at once and for one cause, from its first line to its last.

    Attributes:
        began_s: When the oldest of its lines was written.
        opened_s: When it was noticed.
        send_at_s: It is told then; None once it is.
        last_s: When something of it was seen last.
        critical_s: When it was last told as critical.
        names: Services that its lines name.
        kinds: Templates of its lines by their ids, as verdicts know them.
        untold: Some of its lines are of kinds that are not known.
        heads: The first line of each of its kinds, as far as they are shown.
        changed: It has services or a severity that nobody was told of.
    """

    number: int
    service: str
    template: str
    began_s: float
    opened_s: float
    send_at_s: float | None
    last_s: float
    severity: Severity
    keys: dict[Key, Activity] = field(default_factory=dict)
    joined: dict[str, Joined] = field(default_factory=dict)
    templates: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    kinds: dict[str, TemplateCount] = field(default_factory=dict)
    untold: bool = False
    heads: list[Entry] = field(default_factory=list)
    first: list[Entry] = field(default_factory=list)
    newest: deque[Entry] = field(default_factory=lambda: deque(maxlen=EVIDENCE - _FIRST))
    lines: int = 0
    told_lines: int = 0
    told_s: float = 0.0
    critical_s: float | None = None
    changed: bool = False

    @property
    def sent(self) -> bool:
        """Whether people were told of it."""
        return self.send_at_s is None

    @property
    def spread(self) -> bool:
        """Whether it is so wide that whatever else breaks in its services is part of it."""
        return len(self.joined) >= _SPREAD_SERVICES or len(self.templates) >= _SPREAD_TEMPLATES

    def hold(self, key: Key, activity: Activity, why: Why, now_s: float) -> None:
        """Make a key part of it."""
        self.keys[key] = activity
        activity.burn(burning=True)
        service, template, _ = key
        if service != "*" and service not in self.joined:
            self.joined[service] = Joined(service, now_s, why)
            self.changed = True
        if template != "*":
            self.templates.add(template)
            # All lines of a service are everyday ones too: they do not say when this began.
            self.began_s = min(self.began_s, activity.risen_s)

    def count(self, entry: Entry) -> None:
        """One more line of it."""
        self.lines += 1
        if len(self.first) < _FIRST:
            self.first.append(entry)
        else:
            self.newest.append(entry)
        if not self.untold:
            self.know(entry, 1)
        if entry.severity is not self.severity and entry.severity.rank > self.severity.rank:
            self.severity = entry.severity
            self.changed = True

    def know(self, entry: Entry, count: int) -> None:
        """Of which kinds so many lines are; with any that are not known, no verdict is on all."""
        if not entry.kinds or len(self.kinds) > MOST_TEMPLATES_TOLD:
            self.untold = True
        for one in entry.kinds:
            self._add(one.id, count)

    def _add(self, kind: str, count: int) -> None:
        known = self.kinds.get(kind)
        count += known.count if known is not None else 0
        # Without its text: it is counted with the findings that the lines came in.
        self.kinds[kind] = TemplateCount(id=kind, text="", count=count)

    def head(self, entry: Entry) -> None:
        """Show the first line of a kind that joins."""
        if len(self.heads) < _MOST_HEADS:
            self.heads.append(entry)

    def absorb(self, other: "Incident", now_s: float) -> None:
        """Make another one, of which nobody was told, part of this."""
        for key, activity in other.keys.items():
            self.hold(key, activity, Why.SAME_LINES, now_s)
        for service, joined in other.joined.items():
            if service not in self.joined:
                self.joined[service] = joined
                self.changed = True
        self.templates |= other.templates
        self.names |= other.names
        self.began_s = min(self.began_s, other.began_s)
        self.last_s = max(self.last_s, other.last_s)
        if other.severity.rank > self.severity.rank:
            self.severity = other.severity
            self.changed = True
        self.lines += other.lines
        self.untold = self.untold or other.untold
        for one in other.kinds.values():
            self._add(one.id, one.count)
        self.heads = [*self.heads, *other.heads][:_MOST_HEADS]
        lines = sorted([*self.first, *other.first], key=lambda one: one.at_s)
        self.first = lines[:_FIRST]
        self.newest.extend([*lines[_FIRST:], *other.newest])

    def news(self, kind: Kind, now_s: float, lead: Entry | None = None) -> News:
        """What is to be told of it; `lead` is the line that it is about."""
        early = dict.fromkeys([*([lead] if lead is not None else []), *self.heads, *self.first])
        late = [one for one in dict.fromkeys(self.newest) if one not in early]
        shown = [*early][: max(_FIRST, EVIDENCE - len(late))]
        shown += late[len(shown) - EVIDENCE :]
        fresh, self.told_lines, self.changed = self.lines - self.told_lines, self.lines, False
        return News(
            kind=kind,
            incident=self.number,
            at_s=now_s,
            began_at_s=self.began_s,
            severity=self.severity,
            service=self.service,
            template=self.template,
            services=tuple(self.joined),
            templates=len(self.templates),
            lines=fresh,
            total=self.lines,
            evidence=tuple(shown),
            joined=tuple(self.joined.values()),
            kinds=() if self.untold else tuple(self.kinds.values()),
        )

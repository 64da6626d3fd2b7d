"""Tells incidents from everyday lines: opens them, lets others join, learns, and closes them."""

import math
from collections.abc import Callable

from watchers.finding import Severity
from watchers.incidents import keeping
from watchers.incidents.activity import LONG_S, SHORT_S, Activity, Level
from watchers.incidents.entry import Entry, Kind, News, Why
from watchers.incidents.incident import Incident, Key
from watchers.incidents.linking import Links
from watchers.incidents.naming import named_in
from watchers.incidents.settings import IncidentTerms
from watchers.numbers.rates import Rate

_ANY = "*"
_HIGH, _CRITICAL = Severity.HIGH, Severity.CRITICAL
_MOST_KEYS = 20_000
_MOST_SERVICES = 10_000
_ALIVE_EVERY_S = 1.0
"""Within this of its last sign of life an incident needs no other one."""
_GREW_EVERY_S = 10.0
_CRITICAL_AGAIN_S = 120.0
"""What else becomes critical in an incident within this is shown without a ring."""
_NORMAL_AFTER_S = 86_400.0
"""What goes on for a day is everyday by then."""
_SEEN_AGAIN = 2
_READ_FOR_NAMES = 5
"""Lines of a key that are read for names: all of them name the same."""


class Incidents:
    """The incidents in one stream of lines; not thread-safe.

    Time is that of the lines: it goes forwards only, and a late line counts as of now.

    Attributes:
        lines: How many were fed, in earlier runs too.
    """

    def __init__(self, template_of: Callable[[str], str], terms: IncidentTerms) -> None:
        """`template_of` leads from a message to its constant part."""
        self.lines = 0
        self._template_of = template_of
        self._terms = terms
        self._keys: dict[Key, Activity] = {}
        self._owners: dict[Key, Incident] = {}
        self._open: list[Incident] = []
        self._services: set[str] = set()
        self._unusual: dict[Key, float] = {}
        self._started_s: float | None = None
        self._now_s = -math.inf
        self._due_s = math.inf
        self._number = 0
        self._singles = Rate(_NORMAL_AFTER_S)
        self._links = Links(self._open)

    @property
    def holding(self) -> bool:
        """Whether an incident waits to be told."""
        return any(not one.sent for one in self._open)

    def known_s(self, now_s: float) -> float:
        """Since how many seconds lines are known, those of earlier runs included."""
        return 0.0 if self._started_s is None else now_s - self._started_s

    def go_on(self, text: str) -> None:
        """Begin with what an earlier run wrote down, "" for nothing.

        Raises:
            ValueError: If it cannot be read.
        """
        if text:
            self._keys, self._started_s, self.lines = keeping.read(text)

    def written(self, now_s: float) -> str:
        """What is known of the everyday, for `go_on`."""
        started_s = now_s if self._started_s is None else self._started_s
        return keeping.written(self._keys.items(), started_s, self.lines)

    def observe(self, at_s: float) -> list[News]:
        """Time passes, also by lines that are of no interest; what is to be told by then."""
        if self._started_s is None:
            self._started_s = at_s
        self._now_s = max(self._now_s, at_s)
        return self._tick() if self._now_s >= self._due_s else []

    def feed(self, entry: Entry) -> list[News]:
        """Take a warning, an error or worse; what is to be told then."""
        news: list[News] = []
        if entry.at_s > self._now_s or self._now_s >= self._due_s:
            news = self.observe(entry.at_s)
        now = self._now_s
        self.lines += 1
        service, severity = entry.service, entry.severity
        if len(self._services) < _MOST_SERVICES:
            self._services.add(service)
        warning = severity is not _HIGH and severity is not _CRITICAL
        key = (service, self._template_of(entry.message), warning)
        activity = self._keys.get(key)
        if activity is None:
            activity = self._begin_key(key)
        activity.take(entry, now)
        if activity.seen <= _SEEN_AGAIN and not warning:
            self._note_single(activity, now)
        incident = self._owners.get(key)
        if incident is not None:
            news += self._go_on(incident, key, activity, entry)
        elif severity is _CRITICAL:
            news += self._burn(key, activity, entry)
        elif now - (self._started_s or now) >= self._terms.least_known_s:
            news += self._consider(key, activity, entry)
        else:
            for wide in self._wide(key):
                self._activity(wide).take(entry, now)
        return news

    def close(self) -> list[News]:
        """The stream ends: what waited to be told."""
        news = [self._send(one, one.send_at_s) for one in self._open if one.send_at_s is not None]
        self._set_due()
        return news

    def _activity(self, key: Key) -> Activity:
        return self._keys.get(key) or self._begin_key(key)

    def _begin_key(self, key: Key) -> Activity:
        if len(self._keys) >= _MOST_KEYS:
            self._forget()
        activity = self._keys[key] = Activity()
        activity.start(self._started_s or self._now_s, self._now_s)
        return activity

    def _note_single(self, activity: Activity, now: float) -> None:
        """Keep how many keys were seen just once, of late."""
        self._singles.fade(now)
        change = 1.0 if activity.seen < _SEEN_AGAIN else -1.0
        self._singles.known = max(0.0, self._singles.known + change)

    def _forget(self) -> None:
        """Let go of the keys that were not seen for longest."""
        idle = sorted((a.last_s, k) for k, a in self._keys.items() if k not in self._owners)
        for _, key in idle[: _MOST_KEYS // 4]:
            del self._keys[key]
            self._unusual.pop(key, None)

    @staticmethod
    def _wide(key: Key) -> tuple[Key, ...]:
        service, template, warning = key
        return () if warning else ((service, _ANY, False), (_ANY, template, False))

    def _go_on(self, incident: Incident, key: Key, activity: Activity, entry: Entry) -> list[News]:
        """A line of an open incident."""
        now = self._now_s
        incident.count(entry)
        critical = entry.severity is _CRITICAL
        if now - incident.last_s >= _ALIVE_EVERY_S:
            if now - incident.opened_s >= _NORMAL_AFTER_S:
                activity.burn(burning=False)
            if critical or self._level(key, activity) is not Level.NORMAL:
                incident.last_s = now
        if activity.of_late <= _READ_FOR_NAMES:
            incident.names.update(named_in(entry.message, self._services))
        return self._ring(incident, entry, again=False) if critical else []

    def _level(self, key: Key, activity: Activity) -> Level:
        return activity.judge(self._singles.known, careful=key[2])

    def _consider(self, key: Key, activity: Activity, entry: Entry) -> list[News]:
        """A line of no incident: does its kind of line fire, or join one?"""
        now = self._now_s
        level = self._level(key, activity)
        firing: list[Key] = [key] if level is Level.FIRING else []
        for wide in self._wide(key):
            wider = self._activity(wide)
            wider.take(entry, now)
            of = self._owners.get(wide)
            if of is None:
                if wide[1] == _ANY and wider.new:
                    continue  # a service that never logged an error: its own lines decide
                if self._level(wide, wider) is Level.FIRING:
                    firing.append(wide)
            elif wide[1] == _ANY and self._level(wide, wider) is not Level.NORMAL:
                of.count(entry)
                of.last_s = now
        if firing:
            news: list[News] = []
            for one in firing:
                if one not in self._owners:
                    news += self._burn(one, self._keys[one], entry)
            return news
        if level is Level.UNUSUAL:
            self._unusual[key] = now
        return []

    def _burn(self, key: Key, activity: Activity, entry: Entry) -> list[News]:
        """A key fires: it joins an incident, or begins one."""
        now = self._now_s
        names = named_in(entry.message, self._services)
        own = (entry.service, self._template_of(entry.message), key[2])
        incident, why, others = self._links.find(own, activity, names, now)
        if incident is None:
            incident = self._begin(key, entry)
        for other in others:
            self._merge(incident, other)
        self._hold(incident, key, activity, why)
        if own not in self._owners:
            self._hold(incident, own, self._keys[own], why)
        incident.names.update(names)
        incident.last_s = now
        if not incident.sent and entry.severity is not _CRITICAL:
            self._gather(incident)
        self._set_due()
        if entry.severity is _CRITICAL:
            return self._ring(incident, entry, again=True)
        return []

    def _begin(self, key: Key, entry: Entry) -> Incident:
        self._number += 1
        incident = Incident(
            number=self._number,
            service=entry.service,
            template=self._template_of(entry.message) if key[1] == _ANY else key[1],
            began_s=self._now_s,
            opened_s=self._now_s,
            send_at_s=self._now_s + self._terms.hold_s,
            last_s=self._now_s,
            severity=entry.severity,
        )
        self._open.append(incident)
        return incident

    def _merge(self, incident: Incident, other: Incident) -> None:
        incident.absorb(other, self._now_s)
        self._open.remove(other)
        self._owners |= dict.fromkeys(other.keys, incident)

    def _hold(self, incident: Incident, key: Key, activity: Activity, why: Why) -> None:
        """Make a key part of an incident, with its lines of late."""
        incident.hold(key, activity, why, self._now_s)
        self._owners[key] = incident
        self._unusual.pop(key, None)
        if key[0] == _ANY:
            since = self._now_s - LONG_S
            for one, other in list(self._keys.items()):
                if one[1:] == key[1:] and one not in self._owners and other.last_s >= since:
                    self._hold(incident, one, other, Why.SAME_LINES)
        elif key[1] != _ANY:
            for entry in activity.recent:
                if entry.at_s >= activity.began_s:
                    incident.count(entry)

    def _gather(self, incident: Incident) -> None:
        """Let unusual lines of just now join what shares their service or kind."""
        since = self._now_s - SHORT_S
        for key in [key for key, seen in self._unusual.items() if seen < since]:
            del self._unusual[key]
        found = True
        while found:
            found = False
            for key in list(self._unusual):
                service, template, warning = key
                if not warning and (service in incident.joined or template in incident.templates):
                    self._hold(incident, key, self._keys[key], Why.SAME_LINES)
                    found = True

    def _ring(self, incident: Incident, entry: Entry, *, again: bool) -> list[News]:
        """A critical line is told at once: with the first message, or with one more."""
        now = self._now_s
        if not incident.sent:
            incident.critical_s = now
            return [self._send(incident, now, entry)]
        told = incident.critical_s
        known = not again or incident.spread or now - (told or now) < _CRITICAL_AGAIN_S
        if told is not None and known:
            return []
        incident.critical_s = now
        return [incident.news(Kind.UPDATE, now, entry)]

    def _send(self, incident: Incident, at_s: float, lead: Entry | None = None) -> News:
        incident.send_at_s = None
        incident.told_s = at_s
        self._set_due()
        return incident.news(Kind.FIRE, at_s, lead)

    def _tick(self) -> list[News]:
        """What is due by now, oldest first."""
        now = self._now_s
        news: list[News] = []
        for incident in list(self._open):
            if incident.send_at_s is not None and now >= incident.send_at_s:
                self._gather(incident)
                if (other := self._links.sent_with(incident, now)) is not None:
                    self._merge(other, incident)
                    continue
                news.append(self._send(incident, incident.send_at_s))
            if now - incident.last_s >= self._terms.quiet_s:
                news.append(self._end(incident))
            elif incident.sent and now - incident.told_s >= _GREW_EVERY_S:
                incident.told_s = now
                if incident.changed or incident.lines > incident.told_lines:
                    news.append(incident.news(Kind.GREW, now))
        self._set_due()
        return sorted(news, key=lambda one: one.at_s)

    def _end(self, incident: Incident) -> News:
        self._open.remove(incident)
        for key, activity in incident.keys.items():
            activity.burn(burning=False)
            self._owners.pop(key, None)
        return incident.news(Kind.RESOLVE, incident.last_s + self._terms.quiet_s)

    def _set_due(self) -> None:
        """When there is something to do by the clock."""
        self._due_s = min(
            (
                one.send_at_s if one.send_at_s is not None else one.told_s + _GREW_EVERY_S
                for one in self._open
            ),
            default=math.inf,
        )

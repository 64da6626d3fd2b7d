"""Tells incidents from everyday lines: opens them, lets others join, learns, and closes them."""

import math
from collections.abc import Callable, Collection

from watchers.finding import Severity
from watchers.incidents import keeping, resuming
from watchers.incidents.activity import Activity, Key, Level
from watchers.incidents.ages import LONG_S, SHORT_S
from watchers.incidents.entry import Entry, Kind, News, Why
from watchers.incidents.incident import Incident
from watchers.incidents.known import SEEN_AGAIN, Known
from watchers.incidents.linking import Links
from watchers.incidents.naming import named_in
from watchers.incidents.settings import IncidentTerms
from watchers.incidents.unusual import Unusual

_ANY = "*"
_HIGH, _CRITICAL = Severity.HIGH, Severity.CRITICAL
_MOST_SERVICES = 10_000
_ALIVE_EVERY_S = 1.0
"""Within this of its last sign of life an incident needs no other one."""
_GREW_EVERY_S = 10.0
_CRITICAL_AGAIN_S = 120.0
"""What else becomes critical in an incident within this is shown without a ring."""
_NORMAL_AFTER_S = 86_400.0
"""What goes on for a day is everyday by then."""
_GOES_ON = 1e-3
"""With this chance more lines of an incident come that counts as over."""
_HOLDS = 2.0
"""Times `hold_s`, where only several kinds together are evidence: what links others comes later."""
_LONGEST_QUIET = 2.0
"""Times `quiet_s`; whoever is told of it waits for longer still."""
_READ_FOR_NAMES = 5
"""Lines of a key that are read for names: all of them name the same."""


class Incidents:
    """The incidents in one stream of lines; not thread-safe.

    Time is that of the lines: it goes forwards only, and a late line counts as of now.

    Attributes:
        lines: How many were fed, in earlier runs too.
        changes: How often what `open_ones` tells has changed in a way that matters.
    """

    def __init__(self, template_of: Callable[[str], str], terms: IncidentTerms) -> None:
        """`template_of` leads from a message to its constant part."""
        self.lines = 0
        self.changes = 0
        self._template_of = template_of
        self._terms = terms
        self._known = Known()
        self._keys = self._known.activities
        self._owners: dict[Key, Incident] = {}
        self._open: list[Incident] = []
        self._services: set[str] = set()
        self._unusual = Unusual(self._keys)
        self._started_s: float | None = None
        self._now_s = -math.inf
        self._due_s = math.inf
        self._number = 0
        self._links = Links(self._open)

    @property
    def holding(self) -> bool:
        """Whether an incident waits to be told."""
        return any(not one.sent for one in self._open)

    def known_s(self, now_s: float) -> float:
        """Since how many seconds lines are known, those of earlier runs included."""
        return 0.0 if self._started_s is None else now_s - self._started_s

    def template(self, message: str) -> str:
        """The constant part of a message."""
        return self._template_of(message)

    def never_seen(self, template: str) -> bool:
        """Whether no service ever wrote an error of a kind."""
        return (_ANY, template, False) not in self._keys

    def burns(self, template: str) -> bool:
        """Whether a kind of line is part of an open incident."""
        return any(template in one.templates for one in self._open)

    def new_kinds(self, span_s: float, now_s: float) -> float:
        """How many kinds that were never seen are to be expected in a span.

        By Good and Turing: as many as were seen just once, for as long as that took.
        """
        return span_s * self._known.singles / max(1.0, min(self.known_s(now_s), _NORMAL_AFTER_S))

    def go_on(self, text: str) -> None:
        """Begin with what an earlier run wrote down, "" for nothing.

        Raises:
            ValueError: If it cannot be read.
        """
        if text:
            kept, self._started_s, self.lines = keeping.read(text)
            self._keys |= kept

    def written(self, now_s: float) -> str:
        """What is known of the everyday, for `go_on`."""
        started_s = now_s if self._started_s is None else self._started_s
        return keeping.written(self._keys.items(), started_s, self.lines)

    def resume(self, text: str, lines: str, now_s: float) -> set[int]:
        """Go on with the open incidents of an earlier run; numbers of those that were told.

        Raises:
            ValueError: If they cannot be read.
        """
        told: set[int] = set()
        for incident, keys, known in resuming.read(text, lines, now_s):
            self._number = max(self._number, incident.number)
            self._open.append(incident)
            for key in keys:
                activity = self._keys.get(key)
                if activity is None:
                    activity = self._known.begin(key, self._started_s or now_s, now_s, self._owners)
                activity.burn(burning=True)
                incident.keys[key] = activity
                self._owners[key] = incident
            self._services |= incident.joined.keys()
            if known:
                told.add(incident.number)
        self._set_due()
        return told

    def open_ones(self, told: Collection[int]) -> str:
        """The open incidents for `resume`, with whether people know of them."""
        return resuming.written(self._open, told)

    @property
    def open_lines(self) -> str:
        """How many lines they have, for `resume`."""
        return resuming.lines_written(self._open)

    def observe(self, at_s: float) -> list[News]:
        """Time passes, also by lines that are of no interest; what is to be told by then."""
        if self._started_s is None:
            self._started_s = at_s
        if at_s < self._due_s:
            self._now_s = max(self._now_s, at_s)
            return []
        news: list[News] = []
        while self._due_s <= at_s:  # each at its time, however seldom this is called
            self._now_s = max(self._now_s, self._due_s)
            # How it grew until then is of no interest by now.
            news += self._tick(growing=at_s < self._due_s + _GREW_EVERY_S)
        self._now_s = max(self._now_s, at_s)
        return news

    def feed(self, entry: Entry) -> list[News]:
        """Take a warning, an error or worse; what is to be told then."""
        news: list[News] = []
        if entry.at_s > self._now_s:
            news = self.observe(entry.at_s)
        now = self._now_s
        key, activity = self._taken(entry)
        incident = self._owners.get(key)
        if incident is not None:
            news += self._go_on(incident, key, activity, entry)
        elif entry.severity is _CRITICAL:
            news += self._burn(key, activity, entry)
        elif now - (self._started_s or now) >= self._terms.least_known_s:
            news += self._consider(key, activity, entry)
        else:
            for _, wider in self._wide(key, activity):
                wider.take(entry, now)
        return news

    def feed_more(self, entry: Entry, count: int) -> None:
        """Count more lines just like the one that was fed last."""
        if count <= 0:
            return
        self.lines += count
        warning = entry.severity is not _HIGH and entry.severity is not _CRITICAL
        key = (entry.service, self._template_of(entry.message), warning)
        incident = self._owners.get(key)
        activity = self._activity(key)
        activity.add(count)
        if incident is not None:
            incident.lines += count
            if not incident.untold:
                incident.know(entry, count)
            return
        for _, wider in self._wide(key, activity):
            wider.add(count)

    def learn(self, entry: Entry, count: int) -> None:
        """Count so many lines of just now as everyday ones: no incident is made of them."""
        key, activity = self._taken(entry)
        activity.add(count - 1)
        self.lines += count - 1
        if key not in self._owners:
            for _, wider in self._wide(key, activity):
                wider.take(entry, self._now_s)
                wider.add(count - 1)

    def close(self) -> list[News]:
        """The stream ends: what waited to be told."""
        news = [self._send(one, one.send_at_s) for one in self._open if one.send_at_s is not None]
        self._set_due()
        return news

    def _taken(self, entry: Entry) -> tuple[Key, Activity]:
        """Count a line with its kind."""
        self.lines += 1
        service, severity = entry.service, entry.severity
        if len(self._services) < _MOST_SERVICES:
            self._services.add(service)
        warning = severity is not _HIGH and severity is not _CRITICAL
        key = (service, self._template_of(entry.message), warning)
        activity = self._keys.get(key)
        if activity is None:
            activity = self._begin_key(key)
        activity.take(entry, self._now_s)
        if activity.seen <= SEEN_AGAIN and not warning:
            self._known.note(activity, self._now_s)
        return key, activity

    def _activity(self, key: Key) -> Activity:
        return self._keys.get(key) or self._begin_key(key)

    def _begin_key(self, key: Key) -> Activity:
        now_s = self._now_s
        return self._known.begin(key, self._started_s or now_s, now_s, self._owners)

    def _wide(self, key: Key, activity: Activity) -> tuple[tuple[Key, Activity], ...]:
        """Its service with any kind, and its kind in any service; of warnings, neither."""
        if activity.wide is None:
            service, template, warning = key
            wide = () if warning else ((service, _ANY, False), (_ANY, template, False))
            pairs = tuple((one, self._activity(one)) for one in wide)
            activity.wide = pairs
            return pairs
        return activity.wide

    def _go_on(self, incident: Incident, key: Key, activity: Activity, entry: Entry) -> list[News]:
        """A line of an open incident."""
        now = self._now_s
        incident.count(entry)
        critical = entry.severity is _CRITICAL
        if now - incident.last_s >= _ALIVE_EVERY_S:
            if activity.burning and now - incident.opened_s >= _NORMAL_AFTER_S:
                activity.learn_anew()
            if critical or self._level(key, activity) is not Level.NORMAL:
                incident.last_s = now
        if activity.names_read < _READ_FOR_NAMES:
            activity.names_read += 1
            incident.names.update(named_in(entry.message, self._services))
        return self._ring(incident, entry, again=False) if critical else []

    def _level(self, key: Key, activity: Activity) -> Level:
        if activity.seen < activity.look_seen and activity.last_s < activity.look_s:
            return activity.level
        return activity.judge(self._known.singles, careful=key[2], narrow=_ANY not in key)

    def _consider(self, key: Key, activity: Activity, entry: Entry) -> list[News]:
        """A line of no incident: does its kind of line fire, or join one?"""
        now = self._now_s
        level = self._level(key, activity)
        firing: list[Key] = [key] if level is Level.FIRING else []
        for wide, wider in self._wide(key, activity):
            wider.take(entry, now)
            of = self._owners.get(wide)
            if of is None:
                # Of a service that never logged an error, its own lines decide.
                fires = self._level(wide, wider) is Level.FIRING
                if fires and not (wide[1] == _ANY and wider.new):
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
            self._unusual.note(key, now)
            # While something else begins, it is likelier to be part of that.
            calm = all(now - one.opened_s >= SHORT_S for one in self._open)
            if calm and self._unusual.breaks_out(key[0], self._known.singles, now):
                return self._burn(key, activity, entry, hold_s=_HOLDS * self._terms.hold_s)
        return []

    def _burn(
        self, key: Key, activity: Activity, entry: Entry, hold_s: float | None = None
    ) -> list[News]:
        """A key fires: it joins an incident, or begins one that is held for others to join."""
        now = self._now_s
        names = named_in(entry.message, self._services)
        own = (entry.service, self._template_of(entry.message), key[2])
        incident, why, others = self._links.find(own, activity, names, now)
        if incident is None:
            incident = self._begin(key, entry, self._terms.hold_s if hold_s is None else hold_s)
        elif hold_s is None and incident.send_at_s is not None:
            due_s = max(now, incident.opened_s + self._terms.hold_s)
            incident.send_at_s = min(incident.send_at_s, due_s)
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

    def _begin(self, key: Key, entry: Entry, hold_s: float) -> Incident:
        self._number += 1
        incident = Incident(
            number=self._number,
            service=entry.service,
            template=self._template_of(entry.message) if key[1] == _ANY else key[1],
            began_s=self._now_s,
            opened_s=self._now_s,
            send_at_s=self._now_s + hold_s,
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
        self.changes += 1
        incident.hold(key, activity, why, self._now_s)
        self._owners[key] = incident
        self._unusual.drop(key)
        if key[0] == _ANY:
            since = self._now_s - LONG_S
            for one, other in list(self._keys.items()):
                if one[1:] == key[1:] and one not in self._owners and other.last_s >= since:
                    self._hold(incident, one, other, Why.SAME_LINES)
        elif key[1] != _ANY:
            since_s = activity.risen_s
            risen = [entry for entry in activity.recent if entry.at_s >= since_s]
            for entry in risen:
                incident.count(entry)
            if risen:
                incident.head(risen[0])

    def _gather(self, incident: Incident) -> None:
        """Let unusual lines of just now join what shares their service or kind."""
        # Everyday kinds that are gathered gather nothing: chains of them would lead anywhere.
        services, templates = set(incident.joined), set(incident.templates)
        for key, activity in self._unusual.of_late(self._now_s):
            service, template, _ = key
            if service in services or template in templates:
                self._hold(incident, key, activity, Why.SAME_LINES)
                kind = self._keys.get((_ANY, template, False))
                if template not in templates and kind is not None and not kind.new:
                    incident.templates.discard(template)

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
        self.changes += 1
        incident.send_at_s = None
        incident.told_s = at_s
        self._set_due()
        return incident.news(Kind.FIRE, at_s, lead)

    def _tick(self, *, growing: bool) -> list[News]:
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
            if now - incident.last_s >= self._quiet_s(incident):
                news.append(self._end(incident))
            elif incident.sent and now >= incident.told_s + _GREW_EVERY_S:
                incident.told_s = now
                if growing and (incident.changed or incident.lines > incident.told_lines):
                    self.changes += 1
                    news.append(incident.news(Kind.GREW, now))
        self._set_due()
        return sorted(news, key=lambda one: one.at_s)

    def _end(self, incident: Incident) -> News:
        self.changes += 1
        self._open.remove(incident)
        for key, activity in incident.keys.items():
            activity.burn(burning=False)
            self._owners.pop(key, None)
        return incident.news(Kind.RESOLVE, incident.last_s + self._quiet_s(incident))

    def _quiet_s(self, incident: Incident) -> float:
        """So long nothing of it is seen when it is over: what comes slowly is waited for longer.

        Of n lines with a span s from the first to the last, of which a rate is all that is known,
        the next one is more than q away with chance (1 + q/s)^-(n-1).
        """
        quiet_s, lines = self._terms.quiet_s, max(2, incident.lines)
        # What was before a restart says nothing: nobody knows when the last line came.
        span_s = incident.last_s - incident.first[0].at_s if incident.first else 0.0
        wait_s = span_s * (math.pow(_GOES_ON, -1.0 / (lines - 1)) - 1.0)
        return min(_LONGEST_QUIET * quiet_s, max(quiet_s, wait_s))

    def _set_due(self) -> None:
        """When there is something to do by the clock."""
        self._due_s = min(
            (
                one.send_at_s if one.send_at_s is not None else one.told_s + _GREW_EVERY_S
                for one in self._open
            ),
            default=math.inf,
        )

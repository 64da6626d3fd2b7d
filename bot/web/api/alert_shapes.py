"""Alerts as the API shows them, and what it can be told of them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from bot.core.alert import Alert as Kept
from bot.core.alert import AlertState, Transition
from bot.core.mute import OPEN_END, Effect
from bot.core.sifting import Standing
from bot.engine.views import AlertView
from bot.web.api.shapes import Flag, Page, Paged, Person, Shape, person
from watchers.finding import Severity

Condition = Annotated[
    str,
    Field(
        min_length=3,
        max_length=200,
        pattern=r"^[\w.-]*(>=|=~|!~|!=|=)",
        description="As in chats: `service=pay`, `host!=web-1`, `rule=~disk.*`, `level>=high`.",
    ),
]
Conditions = Annotated[list[Condition], Field(max_length=20)]
Words = Annotated[str, Field(max_length=200)]


class Hidden(Shape):
    """The mute that hides an alert now."""

    number: int
    ends_at: datetime | None = Field(description="Null where no clock knows.")


class Alert(Shape):
    """All findings of one fingerprint from first firing to resolved."""

    number: int
    version: int = Field(description="Grows with every change; what `If-Match` is of.")
    title: str
    rule: str
    severity: Severity
    state: AlertState
    labels: dict[str, str]
    annotations: dict[str, str]
    fingerprint: str
    count: int = Field(description="Records so far.")
    held_back: int = Field(description="Of these, how many a cap kept from being shown singly.")
    reopened: int
    first_at: datetime
    seen_at: datetime
    opened_at: datetime
    changed_at: datetime
    acknowledged_by: Person | None
    acknowledged_at: datetime | None
    acknowledged_until: datetime | None
    resolved_by: Person | None
    resolved_at: datetime | None
    assignee: Person | None
    followers: list[Person]
    agent: str
    watch: str
    previous: int | None = Field(description="The alert of the same fingerprint before this one.")
    muted_by: Hidden | None


class Alerts(Page[Alert]):
    """Some alerts."""

    total: int = Field(description="How many were asked for in all.")


class Record(Shape):
    """A record that was found; untrusted text, secrets taken out."""

    at: datetime
    written_at: datetime | None
    place: str
    text: str


class Minute(Shape):
    """Records in one minute."""

    at: datetime
    count: int


class Event(Shape):
    """A recorded change of an alert."""

    at: datetime
    by: Person
    why: str
    source: AlertState | None = Field(description="The state before; null for the first.")
    target: AlertState
    version: int
    note: str


class WholeAlert(Alert):
    """One alert with what its card shows besides."""

    records: list[Record] = Field(description="The newest few, oldest first.")
    rate: list[Minute] = Field(description="Of the last 30 minutes, those with records.")
    comments: list[Event] = Field(description="The newest few, oldest first.")


class Events(Page[Event]):
    """Some of what happened to an alert, oldest first."""

    total: int


class AlertsAsked(Paged):
    """Which alerts."""

    standing: Standing | None = Field(
        default=None, description="`open` unless it says so, or `any` with `since`."
    )
    match: Conditions = Field(default_factory=list)
    since: Words = Field(default="", description="How far back, as in chats: `2h`, `today`.")
    text: Words = Field(default="", description="Stands in the title.")
    mine: Flag = Field(default=False, description="Taken with, or assigned to, this token.")
    order: Literal["number", "worst"] = Field(
        default="number",
        description="`number`: the newest number first; nothing moves between pages. `worst`: "
        "as in chats; what changes meanwhile may come twice or not at all.",
    )


class Acknowledge(Shape):
    """How to take an alert on."""

    until: Words = Field(
        default="", description='As in chats: "2h", "until 18:00", "never"; as configured without.'
    )


class Assign(Shape):
    """Who is to see to an alert."""

    to: str | None = Field(
        pattern="^(ou_[A-Za-z0-9_]{1,64}|me)$",
        description='An open_id, "me" for this token, null for nobody.',
    )


class Comment(Shape):
    """What is to be said of an alert."""

    text: str = Field(min_length=1, max_length=500, pattern=r"\S")


class Grade(Shape):
    """How bad an alert is."""

    severity: Severity


class MuteOne(Shape):
    """How to hide an alert."""

    until: Words = Field(
        default="1h",
        description='As in chats: "2h", "until 18:00", "until resolved", "until x10", '
        '"every weekday 22:00-07:00".',
    )
    reason: Words = ""
    effect: Effect = Effect.FULL


def alert(view: AlertView) -> Alert:
    """As lists show it."""
    return Alert.model_validate(_members(view))


def whole_alert(view: AlertView) -> WholeAlert:
    """As it is shown alone."""
    samples = [
        Record(at=one.at, written_at=one.written_at, place=one.place, text=one.text)
        for one in view.alert.samples
    ]
    more = {
        "records": samples,
        "rate": [Minute(at=one.at, count=one.count) for one in view.rate if one.count],
        "comments": [event(one) for one in view.comments],
    }
    return WholeAlert.model_validate(_members(view) | more)


def event(found: Transition) -> Event:
    """One change."""
    return Event(
        at=found.at,
        by=Person(id=found.by.id, name=found.by.name),
        why=found.why.value,
        source=found.source,
        target=found.target,
        version=found.version,
        note=found.note,
    )


def version_of(found: Kept) -> str:
    """What `If-Match` is of."""
    return f"v{found.version}"


def _members(view: AlertView) -> dict[str, object]:
    found = view.alert
    same = (
        *("version", "title", "rule", "severity", "state", "fingerprint", "count", "held_back"),
        *("reopened", "first_at", "seen_at", "opened_at", "changed_at", "acknowledged_at"),
        *("resolved_at", "agent", "watch", "previous"),
    )
    return {name: getattr(found, name) for name in same} | {
        "number": found.id,
        "labels": dict(found.labels),
        "annotations": dict(found.annotations),
        "acknowledged_by": person(found.acknowledged_by),
        "acknowledged_until": found.promise.expires_at if found.promise else None,
        "resolved_by": person(found.resolved_by),
        "assignee": person(found.assignee),
        "followers": [Person(id=one.id, name=one.name) for one in found.followers],
        "muted_by": hidden(view),
    }


def hidden(view: AlertView) -> Hidden | None:
    """What hides it."""
    if (mute := view.mute) is None:
        return None
    return Hidden(number=mute.id, ends_at=mute.ends_at if mute.ends_at != OPEN_END else None)

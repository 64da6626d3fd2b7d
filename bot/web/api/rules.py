"""Rules over the API: listed, shown, paused, tried on a line."""

from datetime import datetime

from pydantic import Field

from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.rule import RuleState, Verdict
from bot.core.token import Scope
from bot.engine.rule_views import RuleView
from bot.engine.views import RuleRow
from bot.feishu.commands.limits import LONGEST_LINE
from bot.feishu.commands.rule import judged, read_pause
from bot.web.api.alert_shapes import Words
from bot.web.api.operation import Call, Operation, Reply
from bot.web.api.paging import page_of
from bot.web.api.problem import words_of
from bot.web.api.shapes import Nothing, Page, Paged, Person, Shape
from watchers.finding import Severity

_ALL = 100_000


class Rule(Shape):
    """What is looked for, and how that goes."""

    name: str
    title: str
    severity: Severity
    state: RuleState
    until: datetime | None = Field(description="When a pause or a training ends.")
    origin: str = Field(description="`default`, `file` or `chat`.")
    place: str = Field(description='Where it is written, "" when nobody knows.')
    kind: str = Field(description='What it counts, "" for one that finds single records.')
    pattern: str
    exclude: str
    recovery: str
    files: list[str]
    records_24h: int
    last_at: datetime | None


class Rules(Page[Rule]):
    """Some rules, by name."""


class RuleHit(Shape):
    """Records that a rule found at once."""

    at: datetime
    count: int
    text: str
    place: str


class Pausing(Shape):
    """Why a rule is not looked for now."""

    by: Person
    at: datetime
    until: datetime | None


class WholeRule(Rule):
    """One rule with what it found."""

    threshold: str = Field(description='Of one made in a chat, e.g. "5 in 10m"; else "".')
    paused: Pausing | None
    hits: list[RuleHit] = Field(description="The newest few, oldest first.")
    records_1h: int
    records_7d: int
    alerted_7d: int = Field(description="How often it alerted, or would have in the shadow.")
    problem: str = Field(description='Why it cannot be used, "" when it can.')


class PauseWanted(Shape):
    """How long a rule is to pause."""

    until: Words = Field(
        default="", description='As in chats: "2h", "until 18:00"; until resumed without.'
    )


class Line(Shape):
    """A line of a log."""

    line: str = Field(min_length=1, max_length=LONGEST_LINE)


class Judged(Shape):
    """What a rule makes of a line."""

    verdict: Verdict


def _list(call: Call) -> Reply:
    asked = call.asked(Paged)
    rows, _ = call.desk.views.ruling.page(call.now, 0, _ALL)
    shown, following = page_of(rows, lambda one: one.rule.name, str, "rules", asked)
    items = [Rule.model_validate(_members(one)) for one in shown]
    return Reply(shape=Rules(items=items, next=following or None), next=following)


def _show(call: Call) -> Reply:
    return Reply(shape=_whole(_view(call)))


def _view(call: Call) -> RuleView:
    view = call.desk.views.ruling.rule(call.path["rule"], call.now)
    if view is None:
        raise InvalidTransitionError(Refusal.UNKNOWN_RULE)
    return view


def _pause(call: Call) -> Reply:
    with words_of("body.until", call.reader):
        until = read_pause(call.said(PauseWanted).until.strip(), call.moment)
    call.desk.engine.ruling.pause(call.path["rule"], until, call.actor, call.now)
    return _show(call)


def _resume(call: Call) -> Reply:
    _view(call)
    call.desk.engine.ruling.resume(call.path["rule"], call.actor, call.now)
    return _show(call)


def _test(call: Call) -> Reply:
    return Reply(shape=Judged(verdict=judged(_view(call), call.said(Line).line)))


def _whole(view: RuleView) -> WholeRule:
    pause = view.pause
    by = Person(id=pause.by.id, name=pause.by.name) if pause is not None else None
    more = {
        "threshold": str(view.made.threshold) if view.made is not None else "",
        "paused": Pausing(by=by, at=pause.at, until=pause.until) if pause and by else None,
        "hits": [
            RuleHit(at=one.at, count=one.count, text=one.text, place=one.place) for one in view.hits
        ],
        "records_1h": view.hour,
        "records_7d": view.week,
        "alerted_7d": view.fired,
        "problem": view.problem,
    }
    return WholeRule.model_validate(_members(view.row) | more)


def _members(row: RuleRow) -> dict[str, object]:
    found = row.rule
    same = (
        *("name", "title", "severity", "origin", "place", "kind"),
        *("pattern", "exclude", "recovery"),
    )
    return {name: getattr(found, name) for name in same} | {
        "state": row.state,
        "until": row.until,
        "files": list(found.files),
        "records_24h": row.count,
        "last_at": row.last_at,
    }


OPERATIONS = (
    Operation(
        name="listRules",
        method="GET",
        path="/rules",
        scope=Scope.RULES_READ,
        about="All rules, of the configuration and of chats.",
        run=_list,
        query=Paged,
        answer=Rules,
    ),
    Operation(
        name="getRule",
        method="GET",
        path="/rules/{rule}",
        scope=Scope.RULES_READ,
        about="One rule with what it found.",
        run=_show,
        answer=WholeRule,
    ),
    Operation(
        name="pauseRule",
        method="POST",
        path="/rules/{rule}/pause",
        scope=Scope.RULES_WRITE,
        about="Look for it no more, whatever its origin.",
        run=_pause,
        body=PauseWanted,
        answer=WholeRule,
        once=True,
    ),
    Operation(
        name="resumeRule",
        method="POST",
        path="/rules/{rule}/resume",
        scope=Scope.RULES_WRITE,
        about="Look for it again.",
        run=_resume,
        body=Nothing,
        answer=WholeRule,
        once=True,
        conflicts=True,
    ),
    Operation(
        name="testRule",
        method="POST",
        path="/rules/{rule}/test",
        scope=Scope.RULES_READ,
        about="What it makes of a line; nothing is kept.",
        run=_test,
        body=Line,
        answer=Judged,
    ),
)

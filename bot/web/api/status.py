"""How everything stands, and who asks, over the API."""

from datetime import datetime

from pydantic import Field

from bot.core.token import Scope
from bot.engine.views import AgentRow, StatusView
from bot.web.api.operation import Call, Operation, Reply
from bot.web.api.shapes import Shape
from watchers.finding import Severity


class SourceShown(Shape):
    """How one watched source stands."""

    name: str
    state: str = Field(description="`ok`, `behind`, `absent` or `error`.")
    files: int
    lines: int
    lag_bytes: int
    lag_s: float
    last_line_at: datetime | None
    error: str


class AgentShown(Shape):
    """One agent and its sources."""

    agent: str
    heard_at: datetime
    sources: list[SourceShown]


class DeliveryShown(Shape):
    """How telling people went in the last 24 hours."""

    sent: int
    given_up: int
    retried: int
    waiting: int
    oldest_waiting_s: float
    latency_p50_s: float | None
    latency_p99_s: float | None
    last_fault: str


class Trouble(Shape):
    """A receiver that is not told everything in time."""

    name: str
    waiting: int
    waits_s: float
    fault: str
    suspended: str


class Status(Shape):
    """How everything stands."""

    version: str
    started_at: datetime = Field(description="Of the process that answers.")
    agents: list[AgentShown]
    open: dict[str, int] = Field(description="Open alerts by severity, muted ones included.")
    muted: int
    subscriptions: int
    delivery: DeliveryShown
    troubles: list[Trouble]
    configuration_read_at: datetime | None
    configuration_refused: list[str] = Field(description="What is wrong with the file as it is.")


class TokenShown(Shape):
    """The token that asks."""

    name: str
    scopes: list[Scope]
    expires_at: datetime | None


def _status(call: Call) -> Reply:
    return Reply(shape=_shape(call.desk.views.status(call.now)))


def _token(call: Call) -> Reply:
    token = call.token
    shown = TokenShown(name=token.name, scopes=sorted(token.scopes), expires_at=token.expires_at)
    return Reply(shape=shown)


def _shape(view: StatusView) -> Status:
    delivery = {name: getattr(view.delivery, name) for name in DeliveryShown.model_fields}
    facts = view.configuration
    return Status(
        version=view.version,
        started_at=view.started_at,
        agents=[_agent(one) for one in view.agents],
        open={one.value: view.open_by_severity[one] for one in Severity},
        muted=view.muted,
        subscriptions=view.subscriptions,
        delivery=DeliveryShown.model_validate(delivery),
        troubles=[
            Trouble.model_validate({name: getattr(one, name) for name in Trouble.model_fields})
            for one in view.troubles
        ],
        configuration_read_at=facts.read_at if facts is not None else None,
        configuration_refused=list(facts.refused) if facts is not None else [],
    )


def _agent(row: AgentRow) -> AgentShown:
    sources = [
        SourceShown.model_validate({name: getattr(one, name) for name in SourceShown.model_fields})
        for one in row.sources
    ]
    return AgentShown(agent=row.agent, heard_at=row.heard_at, sources=sources)


OPERATIONS = (
    Operation(
        name="getStatus",
        method="GET",
        path="/status",
        scope=Scope.STATUS_READ,
        about="How everything stands.",
        run=_status,
        answer=Status,
    ),
    Operation(
        name="getToken",
        method="GET",
        path="/token",
        scope=None,
        about="What the token that asks may do.",
        run=_token,
        answer=TokenShown,
    ),
)

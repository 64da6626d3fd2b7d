"""An engine and views over a database of their own, and people who ask."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.core.permission import Chat
from bot.core.subscription import Language
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.feishu.commands.base import Request
from bot.store.database import open_database
from bot.store.store import Store
from tests.bot.feishu import samples
from watchers.finding import Finding, Report, Severity


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Engine and views, with one open alert (number 1) of service pay."""

    engine: Engine
    views: Views
    request: Request

    def fire(self, service: str, severity: Severity = Severity.HIGH) -> None:
        """Let another alert fire."""
        finding = Finding(
            id=service,
            rule="error",
            severity=severity,
            labels={"service": service},
            title=f"{service} fails",
            first_at=samples.NOW,
            seen_at=samples.NOW,
        )
        self.engine.report(Report(agent="web-03", findings=(finding,)), samples.NOW)

    def asking(self, **changes: object) -> Request:
        """The request of somebody else, or elsewhere."""
        return replace(self.request, **changes)  # type: ignore[arg-type]

    def later(self, minutes: int = 1, **changes: object) -> Request:
        """The request some time on."""
        return self.asking(now=samples.NOW + timedelta(minutes=minutes), **changes)


GROUP = Chat(
    id="oc_ops",
    name="生产告警群",
    private=False,
    owner=samples.LIN.id,
    managers=frozenset(),
    seen_at=samples.NOW,
)


@pytest.fixture(params=Language)
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture
def desk(url: str, language: Language) -> Iterator[Desk]:
    database = open_database(url)
    store = Store(database)
    rules = tuple(row.rule for row in samples.rules())
    desk = Desk(
        engine=Engine(store, Terms(), lambda: None),
        views=Views(store, rules, samples.NOW - timedelta(hours=1), "0.1.0"),
        request=Request(
            person=samples.LIN,
            chat=GROUP,
            language=language,
            zone=samples.SHANGHAI,
            now=samples.NOW,
        ),
    )
    desk.fire("pay")
    yield desk
    store.disconnect()

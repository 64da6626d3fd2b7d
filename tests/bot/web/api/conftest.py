"""The API in this process, over the real database."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from bot.core.alert import LARKWATCH
from bot.core.permission import Chat
from bot.core.subscription import Language
from bot.core.token import Scope
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.tokens import Tokens
from bot.store.store import Store
from bot.web.api.desk import ApiDesk
from bot.web.factory import Doors, create_app
from tests.builders import NOW
from tests.fakes import MovableClock


@dataclass
class Api:
    """A program that asks, and what it asks."""

    web: Flask
    store: Store
    engine: Engine
    clock: MovableClock
    token: str
    desk: ApiDesk

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **more: str
    ) -> TestResponse:
        """One request; further words are headers, with _ for -."""
        headers = {"Authorization": f"Bearer {self.token if token is None else token}"}
        headers |= {name.replace("_", "-"): text for name, text in more.items()}
        client = self.web.test_client()
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    def get(self, path: str, **more: str) -> Any:
        """What is there, which must be."""
        answer = self.ask("GET", path, **more)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def with_pace(self, per_minute: int) -> "Api":
        """The same for a token that may ask so often."""
        desk = replace(self.desk, per_minute=per_minute)
        web = create_app(clock=self.clock, unready=list, doors=Doors(api=lambda: desk))
        return replace(self, web=web, desk=desk)

    def give(self, name: str, *scopes: Scope) -> str:
        """A token as it is shown."""
        return Tokens(self.store).give(name, scopes, LARKWATCH, NOW).shown


@pytest.fixture
def api(store: Store, engine: Engine, views: Views) -> Api:
    """The API with a token that may do everything."""
    clock = MovableClock()

    def meet(chat_id: str, now: datetime) -> Chat:
        return store.chats.get(chat_id) or Chat(
            id=chat_id, name="", private=False, owner="", managers=frozenset(), seen_at=now
        )

    desk = ApiDesk(
        store=store,
        engine=engine,
        views=views,
        meet=meet,
        zone=ZoneInfo("Asia/Shanghai"),
        language=Language.EN,
        per_minute=100_000,
    )
    web = create_app(clock=clock, unready=list, doors=Doors(api=lambda: desk))
    shown = Tokens(store).give("ci", tuple(Scope), LARKWATCH, NOW).shown
    return Api(web=web, store=store, engine=engine, clock=clock, token=shown, desk=desk)

"""The custom bot of a Feishu group, against the sandbox and its limits."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from bot.core.errand import ErrandKind, ErrandState
from bot.core.subscription import TargetKind
from bot.core.template import Format
from bot.notifiers.base import FeishuBotSettings
from bot.notifiers.feishu_bot import FeishuBot
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP
from bot.sandbox.wire import stable_id
from bot.store.store import Store
from tests.bot.feishu.cards.drawn import seen
from tests.bot.notifiers.counter import Counter, errand, table
from tests.builders import finding, report, sample
from tests.fakes import MovableClock

OPS = stable_id("oc_", FIRST_GROUP)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def sandbox(clock: MovableClock) -> Iterator[Sandbox]:
    sandbox = Sandbox(Settings(), clock)
    sandbox.start()
    yield sandbox
    sandbox.stop()


def at_counter(
    store: Store, sandbox: Sandbox, clock: MovableClock, secret: str = "", **fields: object
) -> Counter:
    counter = Counter(store, table(errand(ErrandKind.FEISHU, "team")))
    counter.clock = clock
    hook = sandbox.webhooks.add(OPS, "机器人", secret="shared", keywords=("告警",))
    settings = FeishuBotSettings.model_validate({"name": "team", "url_file": "u", **fields})
    counter.notifiers[TargetKind.FEISHU_BOT] = FeishuBot(
        (settings,),
        {"team": f"{sandbox.address}{hook.path}"},
        {"team": secret} if secret else {},
        counter.views,
        ZoneInfo("UTC"),
        counter.templates,
    )
    return counter


@pytest.mark.parametrize("form", [Format.TEXT, Format.POST, Format.CARD])
def test_each_form_is_signed_has_the_keyword_and_fits(
    store: Store, sandbox: Sandbox, clock: MovableClock, form: Format
) -> None:
    counter = at_counter(store, sandbox, clock, "shared", format=form, keyword="告警")
    long = tuple(sample("\n".join(f"ERROR {n} " + "中" * 400 for n in range(40))) for _ in range(5))
    now = clock.now()
    annotations = {f"key{n}": "值" * 400 for n in range(20)}
    found = finding(samples=long, annotations=annotations)
    counter.engine.report(report(found), now)
    counter.run(seconds=1)
    assert counter.runs() == {"feishu:team": ErrandState.DONE}
    (message,) = sandbox.messages(OPS)
    shown = seen(message.body) if form is Format.CARD else str(message.body)
    assert "card declined" in shown
    assert "告警" in str(message.body)
    if form is Format.CARD:
        assert "'button'" not in str(message.body)


def test_its_errors_are_read_from_the_answer(
    store: Store, sandbox: Sandbox, clock: MovableClock
) -> None:
    counter = at_counter(store, sandbox, clock, "another", keyword="告警")
    counter.fire()
    counter.run(seconds=1)
    assert counter.one().outcome.startswith("19021 sign match fail")
    second = at_counter(store, sandbox, clock, "shared", format=Format.TEXT)
    second.fire("f2", service="cart")
    second.run(seconds=1)
    assert "set keyword in [[feishu_bot]]" in second.one(2).outcome
    assert sandbox.messages(OPS) == []


def test_a_storm_keeps_to_five_a_second_and_loses_nothing(
    store: Store, sandbox: Sandbox, clock: MovableClock
) -> None:
    counter = at_counter(store, sandbox, clock, "shared", keyword="告警", format=Format.TEXT)
    for number in range(12):
        counter.fire(f"f{number}", service=f"s{number}")
    for _ in range(8):
        counter.run(seconds=2)
    assert len(sandbox.messages(OPS)) == 12
    assert {run.state for n in range(1, 13) for run in store.errands.of(n)} == {ErrandState.DONE}

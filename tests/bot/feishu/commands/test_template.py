"""``/template`` shows admins what a template makes; a click approves what an alert asks for."""

import pytest

from bot.core.alert import AlertState
from bot.core.errand import ADMINS, EVERYONE, LEADERS, Errand, ErrandKind, ErrandState
from bot.core.template import Format, Template
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.feishu.actions import DecideErrand, ResolveAlert, decode, encode
from bot.feishu.commands.parse import respond
from bot.feishu.outcome import Outcome, ToastType
from bot.feishu.performing import perform
from bot.feishu.texts import texts_in
from bot.store.store import Store
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import labels, seen
from tests.bot.feishu.conftest import Desk
from watchers.finding import Severity

ADMIN = frozenset({samples.CHEN.id})
CARD = '{"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": "own"}]}}'
OWN = (
    Template(name="short", format=Format.TEXT, source="{{ title }}: <at id=all></at>"),
    Template(name="broken", format=Format.TEXT, source="{{ tilte }}"),
    Template(name="card", format=Format.CARD, source=CARD),
)


def test_what_a_template_makes_is_shown_to_admins_only(desk: Desk, store: Store) -> None:
    views = Views(store, (), samples.NOW, "0", Terms(templates=OWN))
    say = texts_in(desk.request.language)

    def ask(line: str, admins: frozenset[str] = frozenset({samples.LIN.id})) -> str:
        return str(respond(line, desk.asking(admins=admins), desk.engine, views).card)

    alert = views.alert(1, samples.NOW)
    assert alert is not None
    assert alert.alert.title in ask("/template short")
    assert "<at id" not in ask("/template short 1")
    assert "'own'" in ask("/template card 1")
    assert "'tilte' is undefined" in ask("/template broken")
    assert say.errand.unknown_template in ask("/template shrot")
    assert say.people.may_not_administer in ask("/template short", frozenset())


def press(desk: Desk, engine: Engine, views: Views, wants: DecideErrand, **who: object) -> Outcome:
    assert decode(encode(wants)) == wants
    return perform(wants, desk.asking(**who), engine, views)


@pytest.mark.parametrize(
    ("approvers", "refused"), [((ADMINS,), True), ((LEADERS,), True), ((EVERYONE,), False)]
)
def test_who_has_the_right_approves_and_the_card_says_what_comes(
    desk: Desk, store: Store, approvers: tuple[str, ...], refused: bool
) -> None:
    restart = Errand(
        kind=ErrandKind.COMMAND,
        name="restart",
        about="restarts pay",
        approval=True,
        approvers=approvers,
        dry_run=True,
    )
    terms = Terms(errands={Severity.HIGH: (restart,)})
    engine, views = Engine(store, terms, lambda: None), Views(store, (), samples.NOW, "0", terms)
    engine.set_severity(1, Severity.LOW, samples.LIN, samples.NOW)
    engine.set_severity(1, Severity.HIGH, samples.LIN, samples.NOW)
    (asked,) = store.errands.of(1)
    say = texts_in(desk.request.language).errand
    yes = DecideErrand(run_id=asked.id, alert_id=1, approved=True)
    if refused:
        outcome = press(desk, engine, views, yes, person=samples.CHEN)
        assert outcome.toast_text == say.may_not(say.who[approvers[0]])
        assert outcome.card is not None
        assert say.approve in labels(outcome.card)
        assert f"command:restart ({say.dry_run}) restarts pay" in seen(outcome.card)
        assert any(one.action == "refused" for one in store.audit.newest(5))
    outcome = press(desk, engine, views, yes, person=samples.CHEN, admins=ADMIN)
    assert outcome.toast_type is ToastType.SUCCESS
    assert outcome.card is not None
    assert say.states[ErrandState.OWED] in seen(outcome.card)
    again = press(desk, engine, views, yes, admins=frozenset({samples.LIN.id}))
    assert again.toast_text == say.decided(samples.CHEN.name)


def test_what_is_over_is_not_approved(desk: Desk, store: Store) -> None:
    restart = Errand(kind=ErrandKind.COMMAND, name="restart", approval=True)
    terms = Terms(errands={Severity.HIGH: (restart,)})
    engine, views = Engine(store, terms, lambda: None), Views(store, (), samples.NOW, "0", terms)
    engine.set_severity(1, Severity.LOW, samples.LIN, samples.NOW)
    engine.set_severity(1, Severity.HIGH, samples.LIN, samples.NOW)
    (asked,) = store.errands.of(1)
    over = perform(ResolveAlert(alert_id=1), desk.request, engine, views)
    say = texts_in(desk.request.language).errand
    assert over.card is not None
    assert say.approve not in labels(over.card)
    no = DecideErrand(run_id=asked.id, alert_id=1, approved=False)
    admins = frozenset({samples.LIN.id})
    assert press(desk, engine, views, no, admins=admins).toast_text == say.over
    alert = store.alerts.get(1)
    assert alert is not None
    assert alert.state is AlertState.RESOLVED

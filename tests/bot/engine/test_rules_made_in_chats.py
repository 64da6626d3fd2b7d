"""Rules made in chats: proposed, started, changed, paused, and what they let through."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alert import LARKWATCH, AlertState
from bot.core.errors import InvalidTransitionError, Refusal
from bot.core.notification import Purpose
from bot.core.rule import ChatRule, Flaw, RuleStage, RuleState, Threshold
from bot.engine.engine import Engine, Terms
from bot.engine.reading import Views
from bot.engine.ruling import RuleFaultsError
from bot.store.store import Store
from tests.builders import LIN, NOW, WANG, chat, finding, later, report, sample
from watchers.finding import Finding, Response, Severity

PATTERN = r"card (?P<card>\d+) declined"


def rule(name: str = "declined", **fields: object) -> ChatRule:
    made = ChatRule(
        name=name,
        pattern=PATTERN,
        severity=Severity.HIGH,
        by=LIN,
        created_at=NOW,
        changed_by=LIN,
        changed_at=NOW,
        chat="oc_ops",
        line="ERROR pay: card 8841 declined",
    )
    return replace(made, **fields)  # type: ignore[arg-type]


def found(name: str, count: int = 1, of: str = "declined", **fields: object) -> Finding:
    given = {"samples": (sample("ERROR pay: card 1 declined"),), "count": count, **fields}
    return finding(name, rule=of, **given)


@pytest.fixture
def engine(store: Store) -> Engine:
    return Engine(store, Terms(rules=frozenset({"error"})), lambda: None)


@pytest.fixture
def started(engine: Engine) -> Callable[..., ChatRule]:
    """Proposes a rule and starts it."""

    def start(stage: RuleStage = RuleStage.LIVE, **fields: object) -> ChatRule:
        proposed = engine.ruling.propose(rule(**fields))
        span = timedelta(days=1) if stage is RuleStage.TRAINING else None
        return engine.ruling.start(proposed, stage, LIN, NOW, span)

    return start


def test_what_is_proposed_is_no_rule_yet(engine: Engine, store: Store, views: Views) -> None:
    proposed = engine.ruling.propose(rule())
    assert proposed.handle == "p1"
    assert store.rules.all() == ()
    assert views.ruling.rule("declined", NOW) is None
    engine.ruling.drop(proposed.id)
    with pytest.raises(InvalidTransitionError) as caught:
        engine.ruling.proposed(proposed.id)
    assert caught.value.reason is Refusal.UNKNOWN_RULE


def test_a_live_rule_alerts_with_its_own_severity(
    engine: Engine, store: Store, started: Callable[..., ChatRule]
) -> None:
    started(severity=Severity.CRITICAL)
    # An agent that has not heard of the change yet still only records.
    lagging = found("f1", responses=frozenset({Response.RECORD}), severity=Severity.LOW)
    engine.report(report(lagging), NOW)
    alert = store.alerts.get(1)
    assert alert is not None
    assert (alert.rule, alert.severity) == ("declined", Severity.CRITICAL)


@pytest.mark.parametrize("stage", [RuleStage.SHADOW, RuleStage.TRAINING])
def test_in_the_shadow_all_is_counted_and_nobody_told(
    engine: Engine,
    store: Store,
    views: Views,
    started: Callable[..., ChatRule],
    stage: RuleStage,
) -> None:
    started(stage)
    for number in range(4):
        at = later(hours=number)
        engine.report(report(found(f"f{number}", 3, seen_at=at)), at)
        engine.report(report(found(f"g{number}", seen_at=at)), at)
    assert store.alerts.get(1) is None
    assert store.outbox.claim(later(hours=5), later(hours=6), "me", ()) is None
    view = views.ruling.rule("declined", later(hours=3, minutes=5))
    assert view is not None
    assert (view.day, view.fired) == (16, 4)
    assert view.hits[-1].text == "ERROR pay: card 1 declined"
    assert all(hit.quiet for hit in view.hits)


def test_a_shadow_becomes_live_and_alerts_from_then_on(
    engine: Engine, store: Store, started: Callable[..., ChatRule]
) -> None:
    quiet = started(RuleStage.SHADOW)
    engine.report(report(found("f1")), NOW)
    live = engine.ruling.start(quiet, RuleStage.LIVE, WANG, later(minutes=1))
    assert (live.version, live.changed_by) == (3, WANG)
    engine.report(report(found("f2")), later(minutes=2))
    assert store.alerts.get(1) is not None
    with pytest.raises(InvalidTransitionError) as caught:
        engine.ruling.start(live, RuleStage.LIVE, WANG, later(minutes=3))
    assert caught.value.reason is Refusal.NOTHING_CHANGES


def test_training_ends_in_the_shadow_and_with_a_question(
    engine: Engine, store: Store, started: Callable[..., ChatRule]
) -> None:
    started(RuleStage.TRAINING)
    engine.sweep(later(hours=23))
    assert [one.stage for one in store.rules.all()] == [RuleStage.TRAINING]
    engine.sweep(later(hours=25))
    (after,) = store.rules.all()
    assert (after.stage, after.until, after.changed_by) == (RuleStage.SHADOW, None, LARKWATCH)
    asked = store.outbox.claim(later(hours=25), later(hours=99), "me", ())
    assert asked is not None
    assert (asked.purpose, asked.target) == (Purpose.RULE_TRAINED, chat())
    assert asked.content == {"rule": "declined"}
    engine.sweep(later(hours=26))
    assert store.outbox.claim(later(hours=26), later(hours=27), "you", ()) is None


def test_a_threshold_lets_through_only_what_reaches_it_and_then_all_that_goes_on(
    engine: Engine, store: Store, started: Callable[..., ChatRule]
) -> None:
    started(threshold=Threshold(count=5, span=timedelta(minutes=10)))
    engine.report(report(found("f1", 2)), NOW)
    engine.report(report(found("f2", 2)), later(minutes=5))
    engine.report(report(found("f3", 2)), later(minutes=12))  # the first two are too long ago
    assert store.alerts.get(1) is None
    engine.report(report(found("f4", 1)), later(minutes=13))
    alert = store.alerts.get(1)
    assert alert is not None
    assert alert.count == 5
    engine.report(report(found("f5", 1)), later(minutes=14))
    alert = store.alerts.get(1)
    assert alert is not None
    assert alert.count == 6


def test_a_finding_that_comes_twice_counts_once_under_a_threshold(
    engine: Engine, store: Store, started: Callable[..., ChatRule]
) -> None:
    started(threshold=Threshold(count=2, span=timedelta(minutes=10)))
    engine.report(report(found("f1")), NOW)
    engine.report(report(found("f1")), later(seconds=1))
    assert store.alerts.get(1) is None


@pytest.mark.parametrize("name", ["declined", "error"])
def test_a_paused_rule_finds_nothing_until_it_is_resumed(
    engine: Engine, store: Store, started: Callable[..., ChatRule], name: str
) -> None:
    started()
    engine.ruling.pause(name, None, LIN, NOW)
    engine.report(report(found("f1", of=name)), later(minutes=1))
    assert store.alerts.get(1) is None
    assert store.series.total(f"rule:{name}", NOW) == (0, None)
    again = Engine(store, Terms(rules=frozenset({"error"})), lambda: None)  # a restart
    again.report(report(found("f2", of=name)), later(minutes=2))
    assert store.alerts.get(1) is None
    again.ruling.resume(name, WANG, later(minutes=3))
    engine.report(report(found("f3", of=name)), later(minutes=4))
    assert store.alerts.get(1) is not None
    with pytest.raises(InvalidTransitionError) as caught:
        engine.ruling.resume(name, LIN, later(minutes=5))
    assert caught.value.reason is Refusal.NOT_PAUSED


def test_a_pause_with_an_end_ends_by_itself(engine: Engine, store: Store) -> None:
    engine.ruling.pause("error", later(hours=1), LIN, NOW)
    before = store.rules.revision()
    engine.sweep(later(minutes=59))
    assert len(store.rules.pauses()) == 1
    engine.sweep(later(minutes=61))
    assert store.rules.pauses() == ()
    assert store.rules.revision() > before
    assert [entry.action for entry in store.audit.newest(2)] == ["rule_resumed", "rule_paused"]


def test_nobody_pauses_what_nobody_knows(engine: Engine) -> None:
    with pytest.raises(InvalidTransitionError) as caught:
        engine.ruling.pause("nonsense", None, LIN, NOW)
    assert caught.value.reason is Refusal.UNKNOWN_RULE
    # A rule of another host's configuration is known by what it found.
    engine.report(report(found("f1", of="theirs")), NOW)
    engine.ruling.pause("theirs", None, LIN, later(minutes=1))


def test_a_rule_that_is_wrong_is_not_kept_and_all_of_it_is_said(
    engine: Engine, started: Callable[..., ChatRule], store: Store
) -> None:
    good = started()
    bad = replace(good, name="error", pattern="(", exclude="a(?=b)", threshold=Threshold(count=0))
    with pytest.raises(RuleFaultsError) as caught:
        engine.ruling.edit(bad, LIN, later(minutes=1))
    flaws = [one.flaw for one in caught.value.faults]
    assert flaws == [Flaw.NAME_TAKEN, Flaw.PATTERN, Flaw.EXCLUDE, Flaw.COUNT]
    assert store.rules.all() == (good,)


def test_versions_are_counted_and_what_changed_is_in_the_audit(
    engine: Engine, started: Callable[..., ChatRule], store: Store
) -> None:
    made = started()
    engine.ruling.edit(replace(made, severity=Severity.LOW, files=("pay",)), WANG, later(minutes=1))
    (after,) = store.rules.all()
    assert (after.version, after.changed_by, after.by) == (3, WANG, LIN)
    newest, first = store.audit.newest(2)
    assert (newest.action, newest.subject) == ("rule_changed", "declined")
    assert newest.before == {"severity": "high"}
    assert newest.after == {"severity": "low", "files": "pay"}
    assert (first.action, first.after["pattern"]) == ("rule_made", PATTERN)


def test_two_rules_never_have_one_name(engine: Engine, started: Callable[..., ChatRule]) -> None:
    assert [started().name, started().name] == ["declined", "declined-2"]
    one, two = engine.ruling.propose(rule()), engine.ruling.propose(rule())
    assert [
        engine.ruling.start(one, RuleStage.LIVE, LIN, NOW).name,
        engine.ruling.start(two, RuleStage.LIVE, LIN, NOW).name,
    ] == ["declined-3", "declined-3-2"]
    assert engine.ruling.propose(rule(name="error")).name == "error-2"


def test_a_deleted_rule_takes_its_open_alerts_and_its_pause_along(
    engine: Engine, started: Callable[..., ChatRule], store: Store
) -> None:
    started()
    engine.report(report(found("f1")), NOW)
    engine.ruling.pause("declined", None, LIN, later(minutes=1))
    engine.ruling.delete("declined", LIN, later(minutes=2))
    alert = store.alerts.get(1)
    assert alert is not None
    assert alert.state is AlertState.RESOLVED
    assert store.rules.all() == ()
    assert store.rules.pauses() == ()
    with pytest.raises(InvalidTransitionError) as caught:
        engine.ruling.delete("error", LIN, later(minutes=3))
    assert caught.value.reason is Refusal.RULE_OF_FILE


def test_a_rule_that_nobody_can_read_is_shown_and_can_be_deleted(
    engine: Engine, started: Callable[..., ChatRule], store: Store, views: Views
) -> None:
    started()
    started(name="other")
    store.rules._database.execute_sql("UPDATE chat_rules SET body = '{}' WHERE name = 'declined'")
    assert [one.name for one in store.rules.all()] == ["other"]
    rows, total = views.ruling.page(NOW, 0, 10)
    assert total == 2
    assert {row.rule.name: row.state for row in rows}["declined"] is RuleState.BROKEN
    engine.report(report(found("f1", of="other")), NOW)
    assert store.alerts.get(1) is not None
    engine.ruling.delete("declined", LIN, NOW)
    assert store.rules.broken() == ()


def test_old_proposals_and_counts_are_forgotten(
    engine: Engine, started: Callable[..., ChatRule], store: Store
) -> None:
    started(RuleStage.SHADOW)
    engine.ruling.propose(rule(name="other"))
    engine.report(report(found("f1")), NOW)
    engine.prune(later(days=7))
    assert store.rules.hits("declined", 5)
    engine.prune(later(days=9))
    assert store.rules.hits("declined", 5) == ()
    assert store.rules.counts("declined", NOW) == ()
    assert store.rules.get(2) is None
    assert [one.name for one in store.rules.all()] == ["declined"]


def test_of_many_hits_the_newest_are_kept(engine: Engine, store: Store) -> None:
    for number in range(30):
        engine.report(report(found(f"f{number}", of="error")), later(seconds=number))
    hits = store.rules.hits("error", 100)
    assert len(hits) == 20
    assert hits[-1].at == NOW


def test_a_rule_of_the_file_in_training_counts_nothing_as_sent(
    store: Store,
) -> None:
    names = frozenset({"error"})
    engine = Engine(store, Terms(rules=names, training=names), lambda: None)
    engine.report(report(found("f1", of="error", responses=frozenset[Response]())), NOW)
    counts = store.rules.counts("error", NOW - timedelta(days=1))
    assert [(count, fired) for _, count, fired in counts] == [(1, 0)]
    assert store.alerts.open_of_rule("error") == ()


def test_a_rule_of_the_file_in_the_shadow_counts_what_it_would_have_sent(
    engine: Engine, store: Store
) -> None:
    def shadow(name: str, minutes: int, **fields: object) -> None:
        seen = found(name, of="error", responses=frozenset[Response](), **fields)
        engine.report(report(seen), later(minutes=minutes))

    shadow("f1", 0)
    shadow("f2", 1)  # belongs to what would be open
    shadow("f3", 40)  # that would be over by itself
    shadow("f4", 41, recovers=True)
    shadow("f5", 42)
    assert store.alerts.open_of_rule("error") == ()
    counts = store.rules.counts("error", NOW - timedelta(days=1))
    assert (sum(count for _, count, _ in counts), sum(fired for _, _, fired in counts)) == (4, 3)
    assert all(one.quiet for one in store.rules.hits("error", 5))

"""Any history through engine and store: nothing uncounted, nothing unexplained, nothing double."""

import tempfile
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.core.alert import Alert, AlertState
from bot.core.errors import InvalidTransitionError
from bot.core.fingerprint import fingerprint
from bot.core.notification import Receipt
from bot.core.subscription import Wish
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.store.database import migrate, open_database
from bot.store.store import Store
from tests.builders import LIN, NOW, WANG, chat, finding, report

SERVICES = st.sampled_from(["pay", "cart"])


class Histories(RuleBasedStateMachine):
    """Findings, repeats of findings, clicks, mutes, deliveries and time in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = open_database(f"sqlite:///{self.folder.name}/l.db")
        migrate(self.database, NOW)
        self.store = Store(self.database)
        self.engine = Engine(self.store, Terms(), lambda: None)
        self.now: datetime = NOW
        self.counted = {"pay": 0, "cart": 0}
        self.numbers = 0
        self.sent: list[tuple[int | None, str]] = []
        self.engine.subscribe(chat(), Wish(), LIN, NOW)

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def latest(self, service: str) -> Alert | None:
        return self.store.alerts.latest(fingerprint("error", {"service": service}))

    @rule(service=SERVICES, count=st.integers(1, 5))
    def occurs(self, service: str, count: int) -> None:
        self.numbers += 1
        self.report(service, self.numbers, count)
        self.counted[service] += count

    @rule(service=SERVICES)
    def the_same_finding_comes_again(self, service: str) -> None:
        if self.numbers:
            self.report(service, self.numbers, 5)

    def report(self, service: str, number: int, count: int) -> None:
        found = finding(
            f"f{number}",
            labels={"service": service},
            count=count,
            first_at=self.now,
            seen_at=self.now,
        )
        self.engine.report(report(found), self.now)

    @rule(service=SERVICES, what=st.sampled_from(["ack", "resolve", "mute", "unmute"]))
    def somebody_clicks(self, service: str, what: str) -> None:
        alert = self.latest(service)
        if alert is None:
            return
        try:
            match what:
                case "ack":
                    self.engine.acknowledge(alert.id, LIN, self.now)
                case "resolve":
                    self.engine.resolve(alert.id, WANG, self.now)
                case "mute":
                    self.engine.mute_alert(alert.id, self.now + timedelta(minutes=5), LIN, self.now)
                case _:
                    self.engine.unmute_alert(alert.id, LIN, self.now)
        except InvalidTransitionError:
            pass

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.engine.report(report(), self.now)
        self.engine.sweep(self.now)

    @rule()
    def something_is_delivered(self) -> None:
        until = self.now + timedelta(minutes=1)
        owed = self.store.outbox.claim(self.now, until, "me", ())
        if owed is not None:
            self.sent.append((owed.alert_id, owed.purpose.value))
            name = f"om_{len(self.sent)}"
            self.store.outbox.sent(owed, Receipt(message_id=name, version=1), self.now)

    @invariant()
    def every_record_counts_once(self) -> None:
        for service, count in self.counted.items():
            query = "SELECT COALESCE(SUM(count), 0) FROM alerts WHERE labels LIKE ?"
            (found,) = self.database.execute_sql(query, (f'%"{service}"%',)).fetchone()
            assert found == count

    @invariant()
    def at_most_one_alert_of_a_fingerprint_is_open(self) -> None:
        names = [alert.identity["fingerprint"] for alert in self.store.alerts.open_briefly()]
        assert len(names) == len(set(names))

    @invariant()
    def the_newest_transition_explains_the_state(self) -> None:
        for service in self.counted:
            alert = self.latest(service)
            if alert is not None:
                transitions = self.store.alerts.transitions(alert.id, 1000)
                assert transitions[-1].target is alert.state
                states = [None, *(one.target for one in transitions)]
                assert [one.source for one in transitions] == states[:-1]
                assert (alert.state is AlertState.RESOLVED) == (alert.resolved_at is not None)

    @invariant()
    def no_alert_is_sent_first_twice(self) -> None:
        firsts = [alert for alert, purpose in self.sent if purpose == "first"]
        assert len(firsts) == len(set(firsts))


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=25, stateful_step_count=25)

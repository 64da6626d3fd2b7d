"""A post office: engine, store, worker and the real client before a sandbox with the same clock."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.alert import Alert
from bot.core.routing import Route
from bot.core.subscription import Language, Target, TargetKind, Wish
from bot.delivery.meter import Meter
from bot.delivery.pace import Pace
from bot.delivery.terms import DeliveryTerms
from bot.delivery.worker import Worker
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.terms import Terms
from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.people import Contacts
from bot.notifiers.feishu_chat import FeishuChat, Sender
from bot.notifiers.feishu_urgent import FeishuUrgent
from bot.notifiers.record import Record
from bot.sandbox.server import Sandbox
from bot.sandbox.state import Message
from bot.sandbox.town import FIRST_GROUP, OWNER, SECOND_GROUP
from bot.sandbox.wire import stable_id
from bot.store.store import Store
from tests.bot.feishu.cards.drawn import seen
from tests.builders import LIN, finding, report
from tests.fakes import MovableClock
from watchers.delay import Delay

OPS = Target(kind=TargetKind.FEISHU_CHAT, address=stable_id("oc_", FIRST_GROUP))
TEAM = Target(kind=TargetKind.FEISHU_CHAT, address=stable_id("oc_", SECOND_GROUP))
ADMIN = Target(kind=TargetKind.FEISHU_CHAT, address=stable_id("ou_", OWNER))
ADMINS_CHAT = stable_id("oc_", f"p2p {OWNER}")
MESSAGES = "/open-apis/im/v1/messages"
LONG = Delay(down=timedelta(days=60), limit=timedelta(days=60))
TO_ADMIN = Route(target=ADMIN, language=Language.EN, subscription_id=0)
TERMS = Terms(admins=(TO_ADMIN,), delay=LONG, ack_timeout={})


class Office:
    """Everything between a finding and the sandbox's chats; time stands until it is moved."""

    def __init__(
        self,
        store: Store,
        sandbox: Sandbox,
        clock: MovableClock,
        record: Path,
        terms: Terms = TERMS,
        delivery: DeliveryTerms = DeliveryTerms(),  # noqa: B008 - frozen
    ) -> None:
        self.store = store
        self.record = record
        self.sandbox = sandbox
        self.clock = clock
        self.meter = Meter()
        self.engine = Engine(store, terms, lambda: None)
        self.views = Views(store, (), clock.now(), "0")
        settings = sandbox.settings
        credentials = Credentials(
            app_id=settings.app_id, app_secret=settings.app_secret, domain=sandbox.address
        )
        self.client = FeishuClient(credentials, self.meter.note)
        self.client.warm()
        self.pace = Pace()
        self.delivery = delivery
        self.worker = self.hire("me")

    def hire(self, name: str, notifier: Any = None) -> Worker:
        """A worker of another process, or of this one after a restart."""
        chats = notifier or self.chats(self.client)
        return Worker(
            self.store,
            {
                TargetKind.FEISHU_CHAT: chats,
                TargetKind.FEISHU_URGENT: FeishuUrgent(
                    self.client, self.views, self.store.outbox.cards, ZoneInfo("UTC")
                ),
                TargetKind.RECORD: Record(self.record),
            },
            self.pace,
            self.clock,
            name,
            self.engine,
            self.delivery,
        )

    def chats(self, sender: Sender) -> FeishuChat:
        """The notifier for chats, over this client."""
        contacts = Contacts(self.store, self.client)
        return FeishuChat(sender, self.views, ZoneInfo("UTC"), contacts)

    def subscribe(self, *targets: Target) -> None:
        """These chats want everything."""
        for target in targets or (OPS,):
            wish = Wish(language=Language.EN)
            self.engine.subscribe(target, wish, LIN, self.clock.now())

    def fire(self, name: str = "pay", **fields: Any) -> Alert:
        """An alert of this service, seen now."""
        now = self.clock.now()
        about = {"title": f"{name} fails", "first_at": now, "seen_at": now} | fields
        count = len(self.store.alerts.open_briefly())
        identity = f"{name}-{now.isoformat()}-{count}"
        self.engine.report(report(finding(identity, labels={"service": name}, **about)), now)
        ids = [
            one.id for one in self.store.alerts.open_briefly() if one.identity["service"] == name
        ]
        alert = self.store.alerts.get(ids[0])
        assert alert is not None
        return alert

    def run(self, steps: int = 500, **span: float) -> None:
        """Let time pass second by second, sweeping and delivering what falls due."""
        passed = timedelta(**span)
        ends = self.clock.now() + passed
        while True:
            self.engine.report(report(), self.clock.now())  # the agent is heard
            self.engine.sweep(self.clock.now())
            for _ in range(steps):
                if self.worker.step() > 0:
                    break
            left = (ends - self.clock.now()).total_seconds()
            if left <= 0:
                return
            self.clock.move(seconds=min(left, max(1.0, passed.total_seconds() / 120)))

    def cards(self, target: Target = OPS) -> list[Message]:
        """The bot's messages in a chat, oldest first."""
        address = ADMINS_CHAT if target == ADMIN else target.address
        found = self.sandbox.messages(address)
        return [one for one in found if not one.deleted and one.sender_type == "app"]

    def said(self, target: Target = OPS) -> list[str]:
        """What each of them shows."""
        return [seen(one.body) for one in self.cards(target)]

    def sends(self) -> int:
        """Calls that write messages."""
        return len([c for c in self.sandbox.calls(MESSAGES) if c.method in ("POST", "PATCH")])

"""All tables behind one kind of transaction: `core.ports.Store` over the database."""

from contextlib import AbstractContextManager

from bot.store.agents import Agents
from bot.store.alerts import Alerts
from bot.store.aliases import Aliases
from bot.store.attempts import Attempts
from bot.store.audit import Audit
from bot.store.breakers import Breakers
from bot.store.calendars import Calendars
from bot.store.catalogue import Catalogue
from bot.store.chats import Chats
from bot.store.counters import Counters
from bot.store.database import Database
from bot.store.digests import Digests
from bot.store.errands import Errands
from bot.store.escalations import Escalations
from bot.store.fields import Fields
from bot.store.groups import Groups
from bot.store.health import Health
from bot.store.inbox import Inbox
from bot.store.kept import KeptAlerts
from bot.store.leases import Leases
from bot.store.lookups import Lookups
from bot.store.mass_actions import MassActions
from bot.store.mutes import Mutes
from bot.store.noise import Noise
from bot.store.numbers import Numbers
from bot.store.outbox import Outbox
from bot.store.passages import Passages
from bot.store.pushed import KeptEvents, Silences
from bot.store.pushed_lines import PushedLines
from bot.store.recorded import RecordedLines
from bot.store.rules import Rules
from bot.store.series import Series
from bot.store.sifted import SiftedAlerts
from bot.store.subscriptions import Subscriptions
from bot.store.tallies import Tallies
from bot.store.timelines import Timelines
from bot.store.tokens import Tokens
from bot.store.verdicts import Verdicts


class Store:
    """The tables of one database; safe to use from several threads.

    Every thread has its own connection; a thread that ends calls `disconnect` first.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.alerts = Alerts(database)
        self.aliases = Aliases(database)
        self.sifted = SiftedAlerts(database)
        self.mutes = Mutes(database)
        self.escalations = Escalations(database)
        self.errands = Errands(database)
        self.calendars = Calendars(database)
        self.mass_actions = MassActions(database)
        self.subscriptions = Subscriptions(database)
        self.audit = Audit(database)
        self.kept = KeptAlerts(database)
        self.outbox = Outbox(database)
        self.attempts = Attempts(database)
        self.groups = Groups(database, self.alerts)
        self.noise = Noise(database)
        self.inbox = Inbox(database)
        self.series = Series(database)
        self.numbers = Numbers(database)
        self.pushed_lines = PushedLines(database)
        self.kept_events = KeptEvents(database)
        self.silences = Silences(database)
        self.verdicts = Verdicts(database)
        self.catalogue = Catalogue(database)
        self.rules = Rules(database)
        self.fields = Fields(database)
        self.tallies = Tallies(database)
        self.passages = Passages(database)
        self.digests = Digests(database)
        self.agents = Agents(database)
        self.health = Health(database)
        self.chats = Chats(database)
        self.recorded = RecordedLines(database)
        self.lookups = Lookups(database)
        self.timelines = Timelines(database)
        self.leases = Leases(database)
        self.tokens = Tokens(database)
        self.breakers = Breakers(database)
        self.counters = Counters(database)

    def transaction(self) -> AbstractContextManager[None]:
        """One atomic change; a nested one can fail alone, and commits with the outermost."""
        return self._database.change()

    def reachable(self) -> bool:
        """Whether the database answers."""
        return self._database.answers()

    def disconnect(self) -> None:
        """Close this thread's connection."""
        if not self._database.is_closed():
            self._database.close()

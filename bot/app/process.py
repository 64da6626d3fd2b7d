"""One process of the bot: listens, and runs the rest while it has the lease."""

import importlib.metadata
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.app.backstage import LEASE, Backstage, Loop, Watching
from bot.app.checkup import Checkup
from bot.app.doctor.building import problems_of
from bot.app.doctor.doctor import Doctor
from bot.app.doctor.platform import Platform
from bot.app.doctor.scene import Scene
from bot.app.exporting import exports_of
from bot.app.health import EVERY_KEY, health_of, watches_itself
from bot.app.incidents import with_incidents
from bot.app.kafka import ship
from bot.app.kafka_reports import reports_of
from bot.app.looking import looking_of, own_answers
from bot.app.looking_back import LocalLookBack
from bot.app.number_rules import AGENT as NUMBERS_AGENT
from bot.app.number_rules import NumberJudging
from bot.app.outbound import senders_of, templates_of
from bot.app.paging import loops_of, pagers_of
from bot.app.pushing import PushedHere, Pushing
from bot.app.rule_feed import RuleFeed
from bot.app.senders import Receiving, door_of, silenced_of
from bot.app.shared import Repeats, shared_of, store_counts, telling_loop
from bot.app.terms import facts_of, terms_of
from bot.app.traces import traced, traces_of
from bot.config.errors import ConfigError
from bot.config.load import database_url, rules_of, watches_of
from bot.config.look import beside
from bot.config.mutes import provisioned
from bot.config.reload import ConfigFile
from bot.config.schema import Config
from bot.config.secrets import Secrets, read_secrets
from bot.core.errors import BusyError, DeliveryError, Fault
from bot.core.numbers import Taken
from bot.core.shared_ports import Rates
from bot.core.subscription import TargetKind
from bot.delivery.meter import Meter
from bot.delivery.pace import Pace
from bot.delivery.terms import DeliveryTerms
from bot.delivery.traced import Traced
from bot.delivery.wake import Wake
from bot.delivery.worker import Worker
from bot.engine.delivering import Figures
from bot.engine.engine import Engine
from bot.engine.gauging import Gauges, gauges_of
from bot.engine.reading import Views
from bot.engine.views import ConfigFacts
from bot.feishu.answering import Answering
from bot.feishu.cache import Cache
from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.commands.doctor import EXAMINE
from bot.feishu.desk import Desk, Manners
from bot.feishu.listener import Listener
from bot.feishu.long_connection import LongConnection
from bot.feishu.people import Acquaintance, Contacts, Identity
from bot.feishu.remembered import RememberedDirectory
from bot.ingest.door import Reply
from bot.ingest.sender import SenderKind
from bot.jobs.scheduler import Scheduler
from bot.jobs.silences import Silencer
from bot.notifiers.feishu_chat import FeishuChat
from bot.notifiers.record import Record
from bot.store.database import migrate, open_database
from bot.store.leases import is_gone, this_process
from bot.store.store import Store
from bot.web.api.desk import ApiDesk
from watchers.agent import Agent
from watchers.clock import Clock, SystemClock
from watchers.detectors.base import RuleSettings
from watchers.errors import SinkError
from watchers.finding import Report
from watchers.measured import Measured
from watchers.questions import questions_to_dict
from watchers.redaction.redactor import Redactor
from watchers.rules.rulebook import RULES_KEY, RuleBook, rule_set_to_dict
from watchers.sinks.direct import DirectSink
from watchers.sinks.redacting import RedactingSink
from watchers.streams.pushed import PushedLine

if TYPE_CHECKING:
    from bot.core.ports import Notifier

_log = logging.getLogger(__name__)

LEASE_FOR = timedelta(seconds=10)
KEEP_EVERY_S = 2.0
DELIVERY_THREADS = 3
HELPERS_REST_S = 2.0
"""The first delivery thread looks often; the others come when the bell rings."""
HELPERS_LATE_S = 0.03
"""A single card is the first thread's: three that claim it at once only keep it waiting."""


class Larkwatch:
    """One process of the bot: listens, and runs the rest while it has the lease.

    The file of the configuration is looked at every few seconds: a sound change takes effect, all
    but what is opened at the start; one with an error leaves the old configuration in force.

    Attributes:
        store: For whoever asks whether the database answers.
    """

    def __init__(
        self,
        config: Config,
        secrets: Secrets,
        file: str,
        clock: Clock | None = None,
        beat: Callable[[], object] = bool,
    ) -> None:
        """Open the database, bring its tables up to date, build everything, start nothing.

        `beat` is called every few seconds while the process goes on.

        Raises:
            DatabaseUrlError: If the database cannot be opened.
        """
        self._secrets = secrets
        self._beat = beat
        self._clock = clock or SystemClock()
        self._holder = this_process()
        self._file = file
        now = self._clock.now()
        database = open_database(database_url(config, file))
        migrate(database, now)
        self.store = Store(database)
        self._wake = Wake()
        self._traces = traces_of(config, secrets)
        self._credentials = Credentials(
            app_id=secrets.app_id, app_secret=secrets.app_secret, domain=config.feishu.origin
        )
        self._meter = Meter()
        self._client = FeishuClient(self._credentials, self._meter.note)
        self._identity = Identity(self._client.bot_open_id)
        self._shared = shared_of(config, secrets.redis_password, self._clock)
        self._cache = Cache(self._shared, self._clock)
        self._directory = RememberedDirectory(self._client, self._cache)
        self._acquaintance = Acquaintance(self.store, self._directory, self._directory.forget)
        self._started_at = now
        self._config_file = ConfigFile(file)
        self._read_anew = threading.Event()
        self._assemble(config, ConfigFacts(read_at=now))
        self._backstage: Backstage | None = None
        self._stop = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def _assemble(self, config: Config, facts: ConfigFacts) -> None:
        """Build what depends on the configuration; what still runs of the old ends by itself."""
        self._config, self._config_facts = config, facts
        self._redactor = Redactor(config.redaction)
        terms = terms_of(config)
        self._engine = Engine(self.store, terms, self._wake.ring, self._traces)
        self._feed = RuleFeed(self.store, self._engine, self._clock)
        self._pushing = Pushing(
            config, self._fresh_secrets().otlp, self.store, self._clock, self._shared
        )
        self._pushed = PushedHere(config, self.store, self._clock, self.store.disconnect)
        rules = tuple(facts_of(rule, config, self._file) for rule in rules_of(config))
        version = importlib.metadata.version("larkwatch")
        look_back = LocalLookBack(
            watches_of(config, self._file),
            rules_of(config),
            self._redactor,
            self.store,
            config.agent.name if config.watch else "",
            config.alerts.quiet,
            self._clock,
        )
        self._views = Views(self.store, rules, self._started_at, version, terms, facts, look_back)
        desk = Desk(
            store=self.store,
            engine=self._engine,
            views=self._views,
            acquaintance=self._acquaintance,
            manners=_manners(config),
            clock=self._clock,
            bot_open_id=self._identity,
            tracer=self._traces,
        )
        self._listener = Listener(desk)
        self._answering = Answering(desk)
        self._repeats = Repeats(self._shared, config.alerts.dedup)
        receiving = Receiving(self._engine, self._redactor, self._clock, self._repeats)
        self._door = door_of(config, self._file, receiving, self._clock, self._shared)

    def check_credentials(self) -> None:
        """Ask Feishu for a token, so that a wrong secret is said at the start.

        Raises:
            DeliveryError: If Feishu refuses the app; an unreachable Feishu is only logged, since
                watching must go on without it.
        """
        try:
            self._client.warm()
        except DeliveryError as error:
            if error.fault in (Fault.APP_REFUSED, Fault.TOKEN):
                raise
            _log.warning("Feishu cannot be reached yet", extra={"detail": error.detail})

    def start(self) -> None:
        """Start listening for the lease; returns at once."""
        self._keeper.start()

    def stop(self, timeout_s: float = 2.5) -> None:
        """Stop everything in order: first what reads, last what sends."""
        self._stop.set()
        self._wake.ring()
        self._keeper.join(timeout_s)
        self._traces.close()
        self.store.disconnect()

    def read_anew(self) -> None:
        """Read the configuration again soon, also when its file looks the same; any thread."""
        self._read_anew.set()

    def receive(self, envelope: Mapping[str, Any]) -> dict[str, Any] | None:
        """Take what Feishu sends; the answer to a click, None for an event.

        Raises:
            BusyError: If an event could not be stored; Feishu sends it again.
        """
        return self._listener.receive(envelope)

    def figures(self) -> Figures:
        """How delivery goes, over all processes of this database."""
        return self._views.delivering.figures(self._clock.now())

    def gauges(self) -> Gauges:
        """How what is watched stands, over all processes of this database."""
        pushed = tuple(one.name for one in self._config.watch if one.otlp is not None)
        return gauges_of(self.store, pushed, self._clock.now())

    def receive_report(self, report: Report) -> Mapping[str, object]:
        """Take a report of another process's agent; what it is answered.

        Raises:
            BusyError: If the store could not take it; nothing was counted.
        """
        # Whoever reported may have left in what this side takes out.
        now = self._clock.now()
        safe = self._redactor.report(report)
        self._engine.report(replace(safe, findings=self._repeats.fresh(safe.findings)), now)
        self._repeats.stored(safe.findings)
        every, given = self._views.health.every(), self._feed.given(now)
        answer: dict[str, object] = {**questions_to_dict(self._engine.questions(report.agent, now))}
        if every is not None:
            answer[EVERY_KEY] = every.total_seconds()
        if report.rules != given.version:
            answer[RULES_KEY] = rule_set_to_dict(given)
        return answer

    def receive_numbers(self, numbers: Sequence[Measured]) -> Taken:
        """Take numbers that others pushed.

        Raises:
            BusyError: If the store could not take them, or rules are too far behind.
        """
        safe = tuple(map(self._redactor.measured, numbers))
        return self._engine.take_numbers(safe, self._clock.now())

    def who_pushes(self, token: str) -> str | None:
        """The watch whose senders have a token, None for nobody's."""
        return self._pushing.who(token)

    def receive_lines(self, watch: str, lines: Sequence[PushedLine]) -> float:
        """Keep lines that others pushed for a watch; seconds to come again after, 0.0 when kept.

        Raises:
            BusyError: If too many wait, or the store could not take them.
        """
        return self._pushing.take(watch, lines)

    def api_desk(self) -> ApiDesk:
        """What the API works with, as the configuration is now."""
        manners = _manners(self._config)
        return ApiDesk(
            store=self.store,
            engine=self._engine,
            views=self._views,
            meet=self._acquaintance.fresh,
            zone=manners.zone,
            language=manners.language,
            per_minute=self._config.api.per_minute,
        )

    def receive_pushed(
        self, kind: SenderKind, name: str, headers: Mapping[str, str], raw: bytes
    ) -> Reply:
        """Take what somebody outside pushes; what it is answered, as the senders are now."""
        return self._door.take(kind, name, headers, raw)

    @property
    def rates(self) -> Rates | None:
        """The flows of all servers, where they share any."""
        return self._shared

    def _keep(self) -> None:
        try:
            with suppress(BusyError):
                self._warm_up()
            while not self._stop.is_set():
                self._beat()
                try:
                    self._keep_once()
                    self._keep_pace()
                    self._store_calls()
                    self._look_at_config()
                except Exception:  # noqa: BLE001 - the top of the thread that must not end
                    _log.exception("the lease could not be kept")
                self._stop.wait(KEEP_EVERY_S)
        finally:
            self._step_down()
            self._store_calls()
            self.store.disconnect()

    def _warm_up(self) -> None:
        """Take over what other servers know of the chats that are told things."""
        if self._shared is not None:
            told = (one.target for one in self.store.subscriptions.all())
            chats = {one.address for one in told if one.kind is TargetKind.FEISHU_CHAT}
            self._directory.warm(chats)

    def _keep_once(self) -> None:
        try:
            mine = self.store.leases.take(LEASE, self._holder, self._clock.now(), LEASE_FOR)
        except BusyError:
            _log.warning("the database is busy: the lease could not be kept")
            return
        if mine and self._backstage is None:
            _log.info("this process has the lease", extra={"holder": self._holder})
            self._release_the_dead()
            self._provision_mutes()
            self._backstage = self._build_backstage()
            self._backstage.start()
        elif not mine and self._backstage is not None:
            _log.warning("the lease went to another process", extra={"holder": self._holder})
            self._step_down()

    def _keep_pace(self) -> None:
        """Sample the own host as often as a chat said, whichever process it said it to."""
        if self._backstage is not None:
            self._backstage.sample_every(self._views.health.every())

    def _look_at_config(self) -> None:
        """Let a changed configuration take effect, and tell admins what came of it."""
        changed = self._config_file.changed()
        if not (changed or self._read_anew.is_set()):
            return
        self._read_anew.clear()
        reading, now = self._config_file.read(self._config), self._clock.now()
        tells = self._backstage is not None
        if reading.problems:
            lines = tuple(str(problem) for problem in reading.problems)
            _log.error("the configuration is refused, the old one stays", extra={"why": lines})
            self._config_facts = replace(self._config_facts, refused=lines)
            self._views.configuration = self._config_facts
            if tells:
                self._engine.configuration_refused(lines, now)
            return
        if not reading.differences:
            self._config_facts = replace(self._config_facts, refused=())
            self._views.configuration = self._config_facts
            return
        _log.info("the configuration was read anew", extra={"changed": len(reading.differences)})
        self._assemble(reading.config, ConfigFacts(read_at=now))
        if self._backstage is not None:
            self._backstage.stop()
            self._backstage = self._build_backstage()
            self._backstage.start()
        if tells:
            later = [one.path for one in reading.differences if one.at_start_only]
            before = {one.path: one.before for one in reading.differences}
            after = {one.path: one.after for one in reading.differences}
            self._engine.configuration_changed(before, after, later, now)

    def _store_calls(self) -> None:
        """Count this process's calls where all processes count theirs."""
        with suppress(BusyError):
            store_counts(self.store, self._cache, self._shared)
        calls = self._meter.take()
        if not calls:
            return
        try:
            self._engine.count_calls(calls, self._clock.now())
        except BusyError:
            self._meter.put_back(calls)

    def _step_down(self) -> None:
        if self._backstage is not None:
            self._backstage.stop()
            self._backstage = None
            with self.store.transaction():
                self.store.leases.give_back(LEASE, self._holder)

    def _release_the_dead(self) -> None:
        outbox = self.store.outbox
        with self.store.transaction():
            outbox.release(holder for holder in outbox.holders() if is_gone(holder))

    def _provision_mutes(self) -> None:
        now = self._clock.now()
        zone = ZoneInfo(self._config.feishu.time_zone)
        self._engine.provision_mutes(provisioned(self._config.mute, zone, now), now)

    def _fresh_secrets(self) -> Secrets:
        """As they are now, for what the configuration got since the start."""
        try:
            return read_secrets(self._config, self._file)
        except ConfigError:
            _log.exception("secrets cannot be read anew: those of the start hold")
            return self._secrets

    def _build_backstage(self) -> Backstage:
        record = Record(beside(self._file, self._config.record.path))
        zone = ZoneInfo(self._config.feishu.time_zone)
        secrets = self._fresh_secrets()
        connection = None
        if self._config.feishu.mode == "long_connection":
            connection = LongConnection(self._credentials, self.receive)
        doctor = Doctor(lambda: self._scene(connection))
        checkup = Checkup(doctor.examine, self._engine, self._clock, zone)
        notifiers: Mapping[TargetKind, Notifier] = {
            TargetKind.FEISHU_CHAT: FeishuChat(
                self._client,
                self._views,
                zone,
                Contacts(self.store, self._client),
                {EXAMINE: checkup.ask},
                self._engine.concern,
            ),
            TargetKind.RECORD: record,
            **pagers_of(
                self._config,
                secrets,
                self._client,
                self.store,
                self._views,
                templates_of(self._config, self._engine),
            ),
            **senders_of(
                self._config,
                secrets,
                self._views,
                self._engine,
                self._redactor.text,
                self._file,
            ),
        }
        terms = DeliveryTerms(
            digest_after=self._config.delivery.digest_after,
            monthly_calls=self._config.delivery.monthly_calls,
        )
        worker = Worker(
            self.store,
            {kind: Traced(one, self._traces) for kind, one in notifiers.items()},
            Pace(),
            self._clock,
            self._holder,
            self._engine,
            terms,
        )
        own = rules_of(self._config) if self._config.watch else ()
        self._engine.know_rules(
            self._config.agent.name, {rule.name: _written(rule) for rule in own}, self._clock.now()
        )
        scheduler = Scheduler(self._engine, self._clock, self.store.disconnect)
        book = RuleBook(own, self._feed.given(self._clock.now()))
        return Backstage(
            loops=(
                Loop(name="delivery-1", step=worker.step),
                *(
                    Loop(
                        name=f"delivery-{n + 1}",
                        step=worker.step,
                        rest_s=HELPERS_REST_S,
                        late_s=HELPERS_LATE_S,
                    )
                    for n in range(1, DELIVERY_THREADS)
                ),
                Loop(name="answering", step=self._answering.step),
                Loop(name="identity", step=self._identity.step),
                *self._looking_loop(),
                *self._numbers_loop(),
                *self._pushed_loop(),
                Loop(name="rules", step=partial(self._feed.bring, book)),
                Loop(name="doctor", step=checkup.step),
                *self._silences_loop(),
                *telling_loop(self._shared, self._config.redis.url, self.store, self._clock),
                *reports_of(
                    self._config,
                    self._file,
                    secrets.ingest_secret,
                    self.receive_report,
                    self._clock,
                ),
                *exports_of(self._config, self._fresh_secrets(), self.store, self._clock),
                *loops_of(
                    self._config, self._file, self._engine, self.store, self._clock, scheduler
                ),
            ),
            wake=self._wake,
            scheduler=scheduler,
            connection=connection,
            watching=self._build_watching(book) if watches_itself(self._config) else None,
            disconnect=self.store.disconnect,
        )

    def _looking_loop(self) -> tuple[Loop, ...]:
        """Looks into the own files for whoever asks; none without watches."""
        if not self._config.watch:
            return ()
        looking = looking_of(self._config, self._file, self._redactor, self._clock)
        step = own_answers(self._config.agent.name, looking, self._engine, self._clock)
        return (Loop(name="looking", step=step),)

    def _pushed_loop(self) -> tuple[Loop, ...]:
        """Forgets pushed lines that were read; none where nothing can be pushed."""
        if not any(watch.otlp for watch in self._config.watch):
            return ()
        return (Loop(name="pushed", step=self._pushed.step),)

    def _numbers_loop(self) -> tuple[Loop, ...]:
        """Judges numbers of series; none without rules on any."""
        rules = [one for one in rules_of(self._config) if one.series]
        texts = {one.name: _written(one) for one in rules}
        self._engine.know_rules(NUMBERS_AGENT, texts, self._clock.now())
        if not rules:
            return ()
        judging = NumberJudging(
            rules, self.store, self._engine, self._feed, self._redactor, self._clock
        )
        return (Loop(name="numbers", step=judging.step),)

    def _silences_loop(self) -> tuple[Loop, ...]:
        """Silences elsewhere what is muted here; none where nothing can be silenced."""
        silenced = silenced_of(self._config, self._file)
        if not silenced:
            return ()
        silencer = Silencer(silenced, self.store, self._engine, self._clock)
        return (Loop(name="silences", step=silencer.step),)

    def _scene(self, connection: LongConnection | None) -> Scene:
        """What the doctor looks at from within."""
        return Scene(
            file=self._file,
            config=self._config,
            problems=problems_of(self._file),
            secrets=self._secrets,
            clock=self._clock,
            platform=Platform(self._client, self._secrets.app_id),
            store=self.store,
            connection=connection.state if connection is not None else None,
        )

    def _build_watching(self, book: RuleBook) -> Watching:
        sink = DirectSink(self._receive_own)
        name = self._config.agent.name
        positions = self.store.agents.positions(name)
        redacting = RedactingSink(traced(sink, self._traces), self._redactor)
        agent = Agent(
            name=name,
            host=self._config.agent.host,
            watches=watches_of(self._config, self._file),
            rules=book,
            sink=with_incidents(redacting, self._config, positions, self._clock),
            positions=positions,
            clock=self._clock,
            clean=self._redactor.text,
            pushed=self._pushed,
            durable=self._durable,
        )
        ship(agent, self._config, self._file, self._redactor)
        health, endpoint = health_of(self._config, self._fresh_secrets(), self._file, self._clock)
        agent.look_after(health)
        return Watching(agent=agent, sink=sink, endpoint=endpoint)

    def _durable(self) -> Mapping[str, str]:
        """The positions that are stored by now, for the thread of a watch."""
        try:
            return self.store.agents.positions(self._config.agent.name)
        finally:
            self.store.disconnect()

    def _receive_own(self, report: Report) -> None:
        """Take a report of the own agent, unless another process reads on from here by now."""
        now = self._clock.now()
        try:
            with self.store.transaction():
                if self.store.leases.holder(LEASE, now) not in ("", self._holder):
                    raise SinkError("another process has the lease")
                self._engine.report(report, now)
        except BusyError as error:
            raise SinkError(str(error)) from error
        if report.findings:
            self._wake.ring()  # the engine rang before this commit: who looked then saw nothing


def _manners(config: Config) -> Manners:
    return Manners(
        language=config.feishu.language,
        zone=ZoneInfo(config.feishu.time_zone),
        admins=frozenset(config.feishu.admins),
        reactions=dict.fromkeys(config.feishu.ack_reactions, "ack")
        | dict.fromkeys(config.feishu.resolve_reactions, "resolve"),
    )


def _written(rule: RuleSettings) -> "Mapping[str, str]":
    """A rule as its alerts keep it."""
    said = {
        "pattern": rule.pattern,
        "severity": rule.severity.value,
        "exclude": rule.exclude,
        "recovery": rule.recovery,
        "quiet": rule.quiet,
        "delay": rule.delay,
    }
    return {key: text for key, text in said.items() if text}

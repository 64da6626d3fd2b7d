"""A sandbox and a bot whose every step is taken by the test, in one thread."""

import copy
import functools
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.app.process import Larkwatch
from bot.config.load import load
from bot.config.secrets import Secrets
from bot.core.ports import Notifier
from bot.core.subscription import TargetKind
from bot.feishu.security import Keys
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.state import Message
from bot.sandbox.town import FIRST_GROUP, OWNER, SECOND_GROUP
from bot.sandbox.wire import stable_id
from bot.store.database import migrate, open_database
from bot.web.factory import CallbackDoor, Doors, create_app
from tests.builders import NOW, report
from tests.chaos.door import Door, Push
from tests.chaos.killing import Killed
from tests.fakes import MovableClock
from watchers.finding import Finding, Report

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from bot.app.backstage import Backstage

CHATS = (stable_id("oc_", FIRST_GROUP), stable_id("oc_", SECOND_GROUP))
PEOPLE = tuple(stable_id("ou_", name) for name in (OWNER, "王磊"))
ENCRYPT_KEY = "test key"
CONFIG = """
[feishu]
domain = "{domain}"
mode = "http"
admins = ["{admin}"]
[database]
url = "{url}"
"""
STEPS_TO_QUIET = 3000
_LOG = logging.getLogger("bot")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - a database there need not wait for a disk
FAST = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else None
LOOK_S = 0.003
PATIENCE = 10.0
"""The longer nothing happens, the longer the steps: by this part of that time."""


@functools.cache
def file_with_tables() -> bytes:
    """A database file, for copies: to make the tables takes longer than a short history."""
    with tempfile.TemporaryDirectory(prefix="larkwatch-chaos-", dir=FAST) as folder:
        file = Path(folder) / "larkwatch.db"
        database = open_database(f"sqlite:///{file}")
        migrate(database, NOW)
        database.close()
        return file.read_bytes()


class Underway(ThreadPoolExecutor):
    """The threads in which the sandbox pushes, and whether any of them does just now."""

    def __init__(self) -> None:
        super().__init__(8)
        self._begun: list[Future[Any]] = []

    def submit(self, *what: Any, **more: Any) -> Future[Any]:
        """Count it among those under way."""
        future = super().submit(*what, **more)
        self._begun.append(future)
        return future

    @property
    def busy(self) -> bool:
        """Whether a push is on its way to the door, or its answer on the way back."""
        self._begun = [one for one in self._begun if not one.done()]
        return bool(self._begun)


class World:
    """Everything of one history; `bot` is the process that lives just now."""

    def __init__(self, url: str = "") -> None:
        self._level = _LOG.level
        _LOG.setLevel(logging.CRITICAL)
        self.clock = MovableClock()
        self.door = Door()
        self.sandbox = Sandbox(
            Settings(request_url=self.door.url, encrypt_key=ENCRYPT_KEY), clock=self.clock
        )
        self._underway = self.sandbox._delivery._pool = Underway()
        self.folder = Path(tempfile.mkdtemp(prefix="larkwatch-chaos-", dir=FAST))
        if not url:
            (self.folder / "larkwatch.db").write_bytes(file_with_tables())
        self._file = self.folder / "larkwatch.toml"
        self._file.write_text(
            CONFIG.format(
                domain=self.sandbox.start(),
                admin=PEOPLE[0],
                url=url or f"sqlite:///{self.folder}/larkwatch.db",
            )
        )
        self._config = load(str(self._file))
        settings = self.sandbox.settings
        self._secrets = Secrets(
            app_id=settings.app_id,
            app_secret=settings.app_secret,
            encrypt_key=ENCRYPT_KEY,
            verification_token=settings.verification_token,
        )
        self.unreported: list[Report] = []
        self.reported: dict[str, Finding] = {}
        self.kills = 0
        self.living_now = False
        self.bot: Larkwatch
        self.start()

    def start(self) -> None:
        """A new process of the bot."""
        self.bot = Larkwatch(self._config, self._secrets, str(self._file), self.clock)
        self.backstage: Backstage = self.bot._build_backstage()
        keys = Keys(
            encrypt_key=ENCRYPT_KEY,
            verification_token=self.sandbox.settings.verification_token,
        )
        self._web: FlaskClient = create_app(
            clock=self.clock,
            unready=lambda: (),
            doors=Doors(callback=CallbackDoor(keys=keys, receive=self.bot.receive)),
        ).test_client()
        self.living_now = True

    def kill(self, *, noticed: bool) -> None:
        """End the process as SIGKILL would, and start another.

        With `noticed`, the new one knows that the old one is gone, as on one host; otherwise its
        claims run out.
        """
        self.kills += 1
        gone = self.bot._holder
        self._cut()
        self.start()
        if noticed:
            with self.bot.store.transaction():
                self.bot.store.outbox.release([gone])

    def living(self, work: Callable[[], object], *, noticed: bool = True) -> bool:
        """Do something; if the process is killed in it, start another. Whether it lived."""
        try:
            work()
        except Killed:
            self.kill(noticed=noticed)
            return False
        return True

    def report(self, *findings: Finding) -> None:
        """What an agent does: it reports until it was told that the report is kept."""
        if findings:
            self.unreported.append(report(*findings))
            self.reported |= {finding.id: finding for finding in findings}
        while self.unreported:
            sent = self.unreported[0]
            self.bot.receive_report(sent)
            self.unreported = [one for one in self.unreported if one is not sent]

    def heartbeat(self) -> None:
        """An agent says that it is there."""
        self.bot.receive_report(report())

    def deliver(self, steps: int = 1) -> None:
        """The delivery thread."""
        for _ in range(steps):
            self._loop("delivery-1")

    def answer(self) -> None:
        """The answering thread."""
        while self._loop("answering") == 0.0:
            pass

    def sweep(self) -> None:
        """The scheduler's thread."""
        self.bot._engine.sweep(self.clock.now())

    def hear(self, within_s: float = 0.0) -> bool:
        """Answer one push of the sandbox, if there is any, or one on its way that comes in time."""
        ends, seen_idle = time.monotonic() + within_s, 0
        while (push := self.door.take(LOOK_S if within_s else 0.0)) is None:
            # Thrice, since what waited for its turn is for a moment neither due nor under way.
            seen_idle = 0 if self._moving() else seen_idle + 1
            if seen_idle == 3 or time.monotonic() >= ends:
                return False
        self._answer(push)
        return True

    def press(self, message_id: str, by: str, keys: dict[str, Any]) -> dict[str, Any]:
        """Somebody acts on a card; what the client is told."""
        told: list[dict[str, Any]] = []

        def act() -> None:
            told.append(self.sandbox.press(message_id, by, **keys))

        thread = threading.Thread(target=act)
        thread.start()
        try:
            while thread.is_alive():
                self.hear(within_s=0.02)
        finally:
            # Killed in between: the client hears nothing, at once.
            while thread.is_alive():
                push = self.door.take(0.02)
                if push is not None:
                    push.answered.put(None)
        thread.join()
        return told[0] if told else {}

    def say(self, chat: str, text: str, by: str) -> None:
        """Somebody writes to the bot in a group; its push is on its way when this returns."""
        self.sandbox.post_text(chat, text, by, mention_bot=True)

    def close(self) -> None:
        """Stop everybody."""
        _LOG.setLevel(self._level)
        self._cut()
        self.door.close()
        self.sandbox.stop()
        shutil.rmtree(self.folder)

    def cards(self, chat: str) -> list[Message]:
        """What the bot posted in a chat and nobody recalled, oldest first."""
        return [
            message
            for message in self.sandbox.messages(chat)
            if message.msg_type == "interactive" and not message.deleted
        ]

    def notifier(self, sender: object) -> Notifier:
        """What draws and sends into chats, with another sender."""
        twin = copy.copy(self.bot)
        twin._client = sender  # type: ignore[assignment]
        (thread,) = (one for one in twin._build_backstage()._threads if one.name == "delivery-1")
        (loop,) = thread._args
        notifiers: Mapping[TargetKind, Notifier] = loop.step.__self__._notifiers
        return notifiers[TargetKind.FEISHU_CHAT]

    def until_quiet(self) -> None:
        """Let time pass until nothing is owed, asked or due any more.

        Raises:
            AssertionError: If that does not come.
        """
        happened, rests = self.clock.now(), True
        for step in range(STEPS_TO_QUIET):
            self.report()
            while self.hear(within_s=10.0 if step < 3 else 0.0):
                pass
            self.answer()
            if rests:
                self.sweep()
            now = self.clock.now()
            due = self.bot.store.outbox.next_due(now)
            waits_s = self._loop("delivery-1")
            swept, rests = rests, waits_s > 0
            if due is None and not self.bot.store.inbox.pending(now + timedelta(days=1), 1):
                if swept and not self._pushed_again():
                    return
                continue
            if rests:
                later = (due - now).total_seconds() if due is not None and due > now else 0.0
                patience = (now - happened).total_seconds() / PATIENCE
                self.clock.move(seconds=max(waits_s, patience, min(later, 60.0)))
            else:
                happened = now
        raise AssertionError(f"not quiet after {STEPS_TO_QUIET} steps: {self.owed()}")

    def owed(self, columns: str = "*") -> list[Any]:
        """What waits in the outbox."""
        return self.rows(f"SELECT {columns} FROM outbox WHERE state = 'waiting'")  # noqa: S608

    def rows(self, query: str) -> list[Any]:
        """What the database answers."""
        return list(self.bot.store._database.execute_sql(query).fetchall())

    def _moving(self) -> bool:
        """Whether the sandbox pushes just now, or should."""
        due = self.sandbox._delivery._due[:1]
        late = bool(due) and due[0][0] <= self.clock.monotonic()
        return late or self._underway.busy

    def _pushed_again(self) -> bool:
        """Let the sandbox push the next event that was not answered; whether there was one."""
        waiting = self.sandbox._delivery._due
        if not waiting:
            return False
        # The clock moves in whole microseconds: a little more reaches the instant for sure.
        self.clock.move(seconds=max(0.0, waiting[0][0] - self.clock.monotonic()) + 0.001)
        self.hear(within_s=10.0)
        return True

    def _cut(self) -> None:
        """End the connection as the end of a process does: what was not committed is gone."""
        self.living_now = False
        database = self.bot.store._database
        if not database.is_closed():
            connection = database.connection()
            connection.rollback()  # closing alone waits for cursors that a traceback holds
            connection.close()
            database.dispose()

    def _loop(self, name: str) -> float:
        (thread,) = (one for one in self.backstage._threads if one.name == name)
        (loop,) = thread._args
        return float(loop.step())

    def _answer(self, push: Push) -> None:
        answer: tuple[int, bytes] | None = None
        try:
            with suppress(OSError):
                response = self._web.post("/feishu/callback", data=push.body, headers=push.headers)
                answer = (response.status_code, response.data)
        finally:
            push.answered.put(answer)

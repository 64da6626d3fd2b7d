"""A client in a process of its own, and the town that it takes for Feishu."""

import json
import os
import queue
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest

from bot.sandbox.server import Sandbox
from bot.sandbox.town import FIRST_GROUP, GROUP_WITHOUT_BOT, OWNER
from bot.sandbox.wire import stable_id
from tests.waiting import until

PATIENCE_S = 60.0
GROUP, OUTSIDE = stable_id("oc_", FIRST_GROUP), stable_id("oc_", GROUP_WITHOUT_BOT)
PRIVATE, PERSON = stable_id("oc_", f"p2p {OWNER}"), stable_id("ou_", OWNER)
IDS = {"open_id": PERSON, "union_id": stable_id("on_", OWNER), "user_id": stable_id("", OWNER, 8)}
Start = Callable[[str, dict[str, str]], "Judge"]


class Judge:
    """A client's process: what it tells, one JSON value a line, and its end."""

    def __init__(self, command: list[str], folder: Path, environ: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._told: queue.Queue[Any] = queue.Queue()
        self._errors: list[str] = []
        self._readers = [threading.Thread(target=one) for one in (self._hear, self._complain)]
        for reader in self._readers:
            reader.start()

    def told(self) -> Any:
        """The next value it tells."""
        try:
            value = self._told.get(timeout=PATIENCE_S)
        except queue.Empty:
            pytest.fail(f"the client said nothing more; on stderr: {self.complaints}")
        if value is None:
            pytest.fail(f"the client ended; on stderr: {self.complaints}")
        return value

    def rest(self) -> list[Any]:
        """Everything it still tells until it ends well."""
        self._end_stdin()
        assert self._process.wait(PATIENCE_S) == 0, self.complaints
        return list(iter(self._told.get, None))

    @property
    def complaints(self) -> str:
        """What it wrote to stderr."""
        return "".join(self._errors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_stdin()
        try:
            self._process.wait(PATIENCE_S)
        finally:
            self._process.kill()
            self._process.wait()
            for reader in self._readers:
                reader.join()
            for pipe in (self._process.stdout, self._process.stderr):
                assert pipe is not None
                pipe.close()

    def _end_stdin(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told.put(json.loads(line))
        self._told.put(None)

    def _complain(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(self._process.stderr)


def environ_of(town: Sandbox) -> dict[str, str]:
    """What a client must know to find the town."""
    return {
        "SANDBOX": town.address,
        "APP_ID": town.settings.app_id,
        "APP_SECRET": town.settings.app_secret,
        "GROUP": GROUP,
        "PERSON": PERSON,
        "USER_ID": IDS["user_id"],
    }


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def the_card(town: Sandbox, chat_id: str) -> str:
    """The id of the card that the bot puts last into this chat, as soon as it is there."""
    until(lambda: town.messages(chat_id)[-1].msg_type == "interactive")
    return town.messages(chat_id)[-1].message_id

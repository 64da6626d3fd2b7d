"""A town for stories: the sandbox, log files, and the bot as a process of its own."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.state import Message
from bot.sandbox.town import FIRST_GROUP, GROUP_WITHOUT_BOT, OWNER, SECOND_GROUP
from bot.sandbox.wire import stable_id
from tests.processes import Forked, Process
from tests.waiting import WITHIN_S, until

T = TypeVar("T")

OPS, TEAM, OUTSIDE = FIRST_GROUP, SECOND_GROUP, GROUP_WITHOUT_BOT
LIN, WANG, ALICE, CHEN = OWNER, "王磊", "Alice Chen", "陈默"
ENCRYPT_KEY = "test key"

CONFIG = """
[feishu]
domain = "{domain}"
mode = "{mode}"

[server]
port = {port}

[alerts]
quiet = "{quiet}"
reopen = "{reopen}"

[[watch]]
name = "pay"
files = ["pay*.log"]
service = "pay"
from_start = true
wake = "{wake}"
poll_interval_s = 0.5
{extra}
"""


def texts_in(node: Any) -> Iterator[str]:
    """Every text that a reader of a card sees, in order."""
    if isinstance(node, dict):
        content = node.get("content")
        if isinstance(content, str):
            yield content
        if node.get("tag") == "table":
            yield from (str(cell) for row in node["rows"] for cell in row.values())
        for key, value in node.items():
            if key not in ("behaviors", "config", "chart_spec"):
                yield from texts_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from texts_in(item)


def nodes(node: Any, tag: str) -> Iterator[dict[str, Any]]:
    """Every component of this tag."""
    if isinstance(node, dict):
        if node.get("tag") == tag:
            yield node
        for value in node.values():
            yield from nodes(value, tag)
    elif isinstance(node, list):
        for item in node:
            yield from nodes(item, tag)


class Card:
    """A card in a chat, looked at anew each time."""

    def __init__(self, town: "Town", message_id: str) -> None:
        self.town = town
        self.message_id = message_id

    @property
    def message(self) -> Message:
        return self.town.sandbox.state.message(self.message_id)

    @property
    def body(self) -> Any:
        return self.message.body

    @property
    def text(self) -> str:
        return "\n".join(texts_in(self.body))

    @property
    def header(self) -> str:
        return "\n".join(texts_in(self.body["header"]))

    @property
    def colour(self) -> str:
        return str(self.body["header"]["template"])

    @property
    def buttons(self) -> list[str]:
        return [node["text"]["content"] for node in nodes(self.body, "button")]

    def shows(self, text: str, within_s: float = WITHIN_S) -> "Card":
        """Wait until the card shows this text."""

        def seen() -> str:
            return f"{text!r} on the card, which shows {self.text!r}"

        until(lambda: text in self.text, seen, within_s)
        return self

    def turns(self, colour: str, within_s: float = WITHIN_S) -> "Card":
        """Wait until the header has this colour."""
        until(
            lambda: self.colour == colour, lambda: f"a {colour} card, not {self.colour}", within_s
        )
        return self

    def press(self, label: str, by: str = LIN) -> dict[str, Any]:
        """Press the button whose text holds `label`; what the client is told."""
        for node in nodes(self.body, "button"):
            if label in node["text"]["content"]:
                value = next(b["value"] for b in node["behaviors"] if b["type"] == "callback")
                return self.town.act(self.message_id, by, tag="button", value=value)
        raise AssertionError(f"no button {label!r} among {self.buttons}")

    def choose(self, option: str, by: str = LIN) -> dict[str, Any]:
        """Choose an entry of the card's menu by its text."""
        for node in (*nodes(self.body, "select_static"), *nodes(self.body, "overflow")):
            for one in node["options"]:
                if option in one["text"]["content"]:
                    value = next(b["value"] for b in node["behaviors"] if b["type"] == "callback")
                    keys = {"tag": node["tag"], "value": value, "option": one["value"]}
                    return self.town.act(self.message_id, by, **keys)
        raise AssertionError(f"no entry {option!r}")

    def submit(self, fields: dict[str, Any], by: str = LIN) -> dict[str, Any]:
        """Send the card's form with these fields."""
        (form,) = nodes(self.body, "form")
        for node in nodes(form, "button"):
            if node.get("form_action_type") == "submit":
                value = next(b["value"] for b in node["behaviors"] if b["type"] == "callback")
                keys = {"name": node["name"], "value": value, "form_value": fields}
                return self.town.act(self.message_id, by, tag="button", **keys)
        raise AssertionError("no submit button")


class Chat:
    """One chat of the town."""

    def __init__(self, town: "Town", chat_id: str) -> None:
        self.town = town
        self.id = chat_id

    def cards(self, text: str = "") -> list[Card]:
        """Cards of the bot that show this text, oldest first."""
        found = [
            Card(self.town, message.message_id)
            for message in self.town.sandbox.messages(self.id)
            if message.msg_type == "interactive" and not message.deleted
        ]
        return [card for card in found if text in card.text]

    def expect_card(self, text: str, within_s: float = WITHIN_S) -> Card:
        """Wait for a card that shows this text; the newest of them."""
        return until(
            lambda: self.cards(text)[-1:],
            lambda: f"a card with {text!r} among {[card.text for card in self.cards()]}",
            within_s,
        )[0]

    def expect_alert(self, title: str, within_s: float = WITHIN_S) -> Card:
        """Wait for an alert's card by its title: lines around may show other alerts' words."""

        def titled() -> list[Card]:
            return [card for card in self.cards(title) if title in card.header]

        def all_of_them() -> str:
            return f"a card titled {title!r} among {[card.text for card in self.cards()]}"

        return until(titled, all_of_them, within_s)[-1]

    def say(self, text: str, by: str = LIN, *, mention: bool = True) -> str:
        """Write a message to the bot; its id."""
        return self.town.sandbox.post_text(self.id, text, stable_id("ou_", by), mention_bot=mention)

    def ask(self, text: str, by: str = LIN) -> Card:
        """Write a command and wait for its answer."""
        question = self.say(text, by)

        def answer() -> list[Card]:
            return [card for card in self.cards() if card.message.parent_id == question]

        return until(answer, f"an answer to {text!r}")[0]


@dataclass(kw_only=True)
class Bot:
    """The bot as a process."""

    process: Process
    log: Path

    def kill(self) -> None:
        """SIGKILL: no chance to tidy up."""
        self.process.kill()
        self.process.wait()

    def stop(self, within_s: float = WITHIN_S) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within_s)

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")


class Town:
    """Sandbox, folder with logs, and whoever runs the bot in it."""

    def __init__(self, folder: Path, port: int = 0, **choices: Any) -> None:
        self.folder = folder
        self.mode = choices.pop("mode", "long_connection")
        self.choices = {"quiet": "15m", "reopen": "10m", "wake": "inotify", "extra": ""} | choices
        self.port = port
        url = f"http://127.0.0.1:{port}/feishu/callback" if self.mode == "http" else None
        self.sandbox = Sandbox(
            Settings(
                ping_interval_s=1,
                encrypt_key=ENCRYPT_KEY if url else "",
                request_url=url,
                retry_scale=0.02,
            )
        )
        self.domain = self.sandbox.start()
        self.file = folder / "larkwatch.toml"
        self.write_config()
        self.bots: list[Bot] = []

    def write_config(self) -> None:
        """Write the configuration for this sandbox."""
        self.file.write_text(
            CONFIG.format(
                domain=self.domain, mode=self.mode, port=self.port or 8380, **self.choices
            )
        )

    @property
    def environment(self) -> dict[str, str]:
        settings = self.sandbox.settings
        return os.environ | {
            "LARKWATCH_APP_ID": settings.app_id,
            "LARKWATCH_APP_SECRET": settings.app_secret,
            "LARKWATCH_ENCRYPT_KEY": ENCRYPT_KEY,
            "LARKWATCH_VERIFICATION_TOKEN": settings.verification_token,
            "LARKWATCH_INGEST_SECRET": "between agents and server",
            "NO_PROXY": "127.0.0.1,localhost",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def command(self, *words: str) -> Bot:
        """Start a command of the product in this town's folder."""
        log = self._next_log()
        return self._has(Forked(words, self.folder, self.environment, log), log)

    def cold(self, *words: str, **options: Any) -> Bot:
        """The same from nothing, as a shell would: imports and all."""
        return self.python("-c", "from bot.cli.main import main; main()", *words, **options)

    def python(self, *words: str, **options: Any) -> Bot:
        """Start a Python program in this town's folder."""
        log = self._next_log()
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=self.folder,
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                **options,
            )
        return self._has(process, log)

    def run(self) -> Bot:
        """Start `larkwatch run` and wait until it is online."""
        bot = self.command("run")
        self.online(bot)
        return bot

    def online(self, bot: Bot) -> None:
        """Wait until this bot is connected."""

        def connected() -> bool:
            assert bot.process.poll() is None, bot.said
            return self.sandbox.online > 0

        until(connected, lambda: f"the bot to come online, which said {bot.said}")

    def _next_log(self) -> Path:
        log = self.folder / f"bot-{len(self.bots)}.log"
        log.touch()
        return log

    def _has(self, process: Process, log: Path) -> Bot:
        self.bots.append(Bot(process=process, log=log))
        return self.bots[-1]

    def log(self, *lines: str, file: str = "pay.log") -> None:
        """Write whole lines into a log file, in one write."""
        with (self.folder / file).open("a", encoding="utf-8", errors="surrogateescape") as out:
            out.write("".join(f"{line}\n" for line in lines))

    def chat(self, name: str = OPS) -> Chat:
        """A group by its name."""
        return Chat(self, stable_id("oc_", name))

    def private(self, name: str = LIN) -> Chat:
        """A person's conversation with the bot."""
        open_id = stable_id("ou_", name)
        for chat in self.sandbox.state.chats():
            if chat.peer == open_id:
                return Chat(self, chat.chat_id)
        raise AssertionError(f"{name} has no private chat")

    def feishu_comes_back(self) -> None:
        """A new sandbox at the address of the one that was stopped; it has no messages yet."""
        port = int(self.domain.rpartition(":")[2])
        self.sandbox = Sandbox(dataclasses.replace(self.sandbox.settings, port=port))
        self.sandbox.start()

    def act(self, message_id: str, by: str, **keys: Any) -> dict[str, Any]:
        """A person acts on a card."""
        return self.sandbox.press(message_id, stable_id("ou_", by), **keys)

    def close(self) -> None:
        """Stop everybody."""
        for bot in self.bots:
            if bot.process.poll() is None:
                self._stop(bot)
        self.sandbox.stop()

    @staticmethod
    def _stop(bot: Bot) -> None:
        """Stop a bot; how bots stop is judged by the stories about that, here it is only told."""
        try:
            bot.stop()
        except subprocess.TimeoutExpired:
            bot.process.send_signal(signal.SIGUSR1)
            threading.Event().wait(1.0)
            said = f"!! A BOT DID NOT STOP, AND STANDS HERE:\n{bot.said}\n"
            (sys.__stderr__ or sys.stderr).write(said)
            bot.kill()


def toast(answer: dict[str, Any]) -> str:
    """What the toast says; fails unless the click was answered."""
    assert answer["ok"], answer
    return str(answer["toast"]["content"])


def compact(value: Any) -> str:
    """JSON for comparing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)

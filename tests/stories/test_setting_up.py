"""From nothing to a bot that runs: `larkwatch init` as its users meet it."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import segno
from terminal import Terminal, clean_environment
from town import LIN, WITHIN_S, nodes, until

from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.state import Message
from bot.sandbox.wire import stable_id

PERSON = stable_id("ou_", LIN)
COMMAND = [sys.executable, "-c", "from bot.cli.main import main; main()"]


@pytest.fixture
def feishu() -> Iterator[Sandbox]:
    """A Feishu whose app may nothing yet."""
    sandbox = Sandbox(Settings(registration_interval_s=0, ping_interval_s=1, scopes=frozenset()))
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def open_terminal(tmp_path: Path, feishu: Sandbox) -> Iterator[Callable[..., Terminal]]:
    """Starts `larkwatch init` in a terminal, against that Feishu."""
    terminals: list[Terminal] = []

    def start(*words: str, columns: int = 100) -> Terminal:
        whole = ("init", "--domain", feishu.address, *words)
        terminals.append(Terminal(tmp_path, whole, columns))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def address_in(terminal: Terminal) -> str:
    """What the terminal offers to open."""
    terminal.expect("Waiting for you to agree")
    found = re.search(r"http://\S+user_code=\S+", terminal.said)
    assert found
    return found[0]


def scan(feishu: Sandbox, address: str) -> None:
    """What the page behind the address does when somebody agrees."""
    query = parse_qs(urlsplit(address).query)
    url = f"{feishu.address}/sandbox/registrations/{query['user_code'][0]}/approve"
    body = {"as": PERSON, "addons": query["addons"][0]}
    if "clientID" in query:
        body["client_id"] = query["clientID"][0]
    assert requests.post(url, json=body, timeout=5).status_code == 200


def last_message(feishu: Sandbox) -> Message:
    """The newest in the person's conversation with the bot."""

    def newest() -> list[Message]:
        chat = feishu.state.p2p_chat(PERSON)
        return feishu.messages(chat.chat_id)[-1:] if chat else []

    return until(newest, "a message to the person")[0]


def press(feishu: Sandbox, message: Message) -> dict[str, Any]:
    """Press the button of a card."""
    (button,) = nodes(message.body, "button")
    value = button["behaviors"][0]["value"]
    return feishu.press(message.message_id, PERSON, tag="button", value=value)


def rows_of_code(terminal: Terminal) -> list[str]:
    """The modules of the QR code, ``X`` for dark ones."""
    colour = "\x1b[38;5;16;48;5;231m"
    lines = [line for line in terminal.raw.splitlines() if line.startswith(colour)]
    rows: list[str] = []
    for line in lines:
        halves = line.removeprefix(colour).partition("\x1b")[0]
        rows.append("".join("X" if one in "█▀" else " " for one in halves))
        rows.append("".join("X" if one in "█▄" else " " for one in halves))
    return rows


def test_a_scan_and_a_press_and_the_bot_runs(
    open_terminal: Callable[..., Terminal], feishu: Sandbox, tmp_path: Path
) -> None:
    log = tmp_path / "pay.log"
    log.touch()
    terminal = open_terminal()
    terminal.expect("A number, or files of your own").type("pay.log")
    address = address_in(terminal)
    code = segno.make(address, error="l", boost_error=False)
    border = 2 if code.symbol_size(border=2)[0] <= terminal.columns else 1
    wanted = code.matrix_iter(border=border)
    rows = ["".join("X" if dark else " " for dark in row) for row in wanted]
    assert rows_of_code(terminal)[: len(rows)] == rows
    scan(feishu, address)
    terminal.expect("press its button")
    assert press(feishu, last_message(feishu))["toast"]["content"] == "一切正常"
    assert terminal.ended() == 0
    assert "✓ The round trip works" in terminal.said
    assert feishu.settings.app_secret not in terminal.raw

    checked = subprocess.run(
        [*COMMAND, "check"],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "1 watch, 3 rules" in checked.stdout

    with runs(tmp_path, feishu):
        with log.open("a") as file:
            file.write("ERROR pay: card declined by issuer\n")
        until(lambda: "card declined" in str(last_message(feishu).body), "the alert")


class runs:  # noqa: N801 - reads as a word of the story
    """The bot, as the terminal said it is started next."""

    def __init__(self, folder: Path, feishu: Sandbox) -> None:
        self._folder, self._feishu = folder, feishu

    def __enter__(self) -> None:
        self._bot = subprocess.Popen(
            [*COMMAND, "run"],
            cwd=self._folder,
            env=clean_environment(),
            stderr=subprocess.DEVNULL,
        )
        until(lambda: self._feishu.online, "the bot to come online")

    def __exit__(self, *_: object) -> None:
        self._bot.send_signal(signal.SIGTERM)
        assert self._bot.wait(WITHIN_S) == 0


def test_ctrl_c_before_the_scan_leaves_nothing(
    open_terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    terminal = open_terminal("--no-input")
    address_in(terminal)
    terminal.interrupt()
    assert terminal.ended() == 130
    assert "Stopped; nothing was written." in terminal.said
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_instead_of_the_press_goes_on_and_the_press_may_come_later(
    open_terminal: Callable[..., Terminal], feishu: Sandbox, tmp_path: Path
) -> None:
    terminal = open_terminal("--no-input")
    scan(feishu, address_in(terminal))
    terminal.expect("Waiting for the click").interrupt()
    assert terminal.ended() == 0
    assert "Skipped; the button works once Larkwatch runs." in terminal.said
    assert {one.name for one in tmp_path.iterdir()} == {"larkwatch.toml", "larkwatch.app-secret"}
    hello = last_message(feishu)
    with runs(tmp_path, feishu):
        assert press(feishu, hello)["toast"]["content"] == "一切正常"
    assert "双向通信正常" in str(last_message(feishu).body)


def test_a_secret_is_typed_unseen_and_a_wrong_one_is_asked_for_again(
    open_terminal: Callable[..., Terminal], feishu: Sandbox, tmp_path: Path
) -> None:
    app = feishu.settings
    terminal = open_terminal("--app-id", app.app_id, "--watch", "x.log", "--no-click")
    terminal.expect("App Secret of")
    until(lambda: not terminal.echoes, "the echo to be off")
    terminal.type("mistyped")
    terminal.expect("Wrong app id or app secret")
    until(lambda: not terminal.echoes, "the echo to be off")
    terminal.type(app.app_secret)
    assert terminal.ended() == 0
    assert "mistyped" not in terminal.raw
    assert app.app_secret not in terminal.raw
    assert (tmp_path / "larkwatch.app-secret").read_text() == f"{app.app_secret}\n"


def test_ctrl_c_at_the_secret_gives_the_terminal_back(
    open_terminal: Callable[..., Terminal], feishu: Sandbox, tmp_path: Path
) -> None:
    terminal = open_terminal("--app-id", feishu.settings.app_id, "--watch", "x.log")
    terminal.expect("App Secret of")
    until(lambda: not terminal.echoes, "the echo to be off")
    terminal.interrupt()
    assert terminal.ended() == 130
    assert terminal.echoes
    assert list(tmp_path.iterdir()) == []


def test_an_app_that_lacks_something_gets_it_by_a_scan(
    open_terminal: Callable[..., Terminal], feishu: Sandbox
) -> None:
    app_id = feishu.settings.app_id
    terminal = open_terminal("--app-id", app_id, "--no-click", "--watch", "x.log", columns=70)
    terminal.expect("App Secret of")
    until(lambda: not terminal.echoes, "the echo to be off")
    terminal.type("")
    address = address_in(terminal)
    assert "No room for the code" in terminal.said
    assert f"clientID={app_id}" in address
    scan(feishu, address)
    assert terminal.ended() == 0
    assert "The app has what it needs" in terminal.said

"""The command `larkwatch init` against the sandbox, with a person who scans and presses."""

import contextlib
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from bot.cli.check import check
from bot.cli.init import init
from bot.config.load import load
from bot.config.secrets import read_secrets
from bot.feishu.manifest import read_manifest
from bot.sandbox.faults import Fault
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.state import Message
from bot.sandbox.town import OWNER
from bot.sandbox.wire import stable_id
from watchers.clock import Clock, SystemClock

ROOT = Path(__file__).parents[3]
LIN = stable_id("ou_", OWNER)
SELF = "application:application:self_manage"
PATCH = "application:application:patch"
REGISTRATION = "/oauth/v1/app/registration"
NONE_SET = dict.fromkeys(("LARKWATCH_APP_ID", "LARKWATCH_APP_SECRET"))


@dataclass(kw_only=True)
class Lin:
    """A person with a phone: decides what is scanned, and presses what is sent.

    Attributes:
        decision: ``approve``, ``deny``, or "" to do nothing.
        grants_after_s: How long Feishu takes to give the app what it asked for.
    """

    town: Sandbox
    decision: str = "approve"
    presses: bool = True
    grants_after_s: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._live)
        self.thread.start()

    def _live(self) -> None:
        pressed: set[str] = set()
        while not self.over.wait(0.02):
            for waiting in self.town.registrations.to_json()["registrations"]:
                if self.decision:
                    self._decide(waiting["user_code"])
            for message in self.messages:
                if self.presses and message.message_id not in pressed:
                    pressed.add(message.message_id)
                    value = {"do": "prove"}
                    self.town.press(message.message_id, LIN, tag="button", value=value)

    def _decide(self, code: str) -> None:
        """As a scan of the address would; its rest is what the manifest says, as is tested."""
        approve = self.decision == "approve"
        self.town.registrations.decide(code, LIN, approve=approve)
        if approve:
            self.over.wait(self.grants_after_s)
            manifest = read_manifest()
            self.town.application.change(
                scopes=frozenset(manifest.scopes) | self.town.application.live.scopes,
                events=frozenset(manifest.events),
                callbacks=frozenset(manifest.callbacks),
            )
            self.town.application.publish({})

    @property
    def messages(self) -> list[Message]:
        chat = self.town.state.p2p_chat(LIN)
        return self.town.messages(chat.chat_id) if chat else []

    def close(self) -> None:
        self.over.set()
        self.thread.join()


class Place:
    """A folder, the sandbox, and Lin."""

    def __init__(self, folder: Path, clock: Clock | None = None, **choices: Any) -> None:
        self.folder = folder
        self.file = folder / "larkwatch.toml"
        self.secret = folder / "larkwatch.app-secret"
        choices = {"registration_interval_s": 0, "ping_interval_s": 1} | choices
        self.town = Sandbox(Settings(**choices), clock)
        self.address = self.town.start()
        self.lin = Lin(town=self.town)
        self.app_id, self.app_secret = self.town.settings.app_id, self.town.settings.app_secret

    def init(self, *words: str, environment: dict[str, str] | None = None) -> Result:
        runner = CliRunner(env=NONE_SET | (environment or {}))
        domain = () if self.file.exists() and "--force" not in words else ("--domain", self.address)
        log = str(self.folder / "app.log")
        watch = () if self.file.exists() else ("--watch", log)
        return runner.invoke(init, ["-c", str(self.file), *domain, *watch, *words])

    def named(self, *words: str, secret: str = "") -> Result:
        """An app that is there, by id and the file of its secret."""
        given = self.folder / "given"
        given.write_text(secret or self.app_secret)
        return self.init("--app-id", self.app_id, "--secret-file", str(given), *words)

    def check(self) -> Result:
        return CliRunner(env=NONE_SET).invoke(check, ["-c", str(self.file)])

    def close(self) -> None:
        self.lin.close()
        self.town.stop()

    @property
    def files(self) -> set[str]:
        return {one.name for one in self.folder.iterdir()}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Place]]:
    places: list[Place] = []

    def start(**choices: Any) -> Place:
        places.append(Place(tmp_path, **choices))
        return places[-1]

    yield start
    for place in places:
        place.close()


@pytest.fixture
def place(make: Callable[..., Place]) -> Place:
    return make(scopes=frozenset())


def test_a_scan_and_a_click_are_all_it_takes(place: Place) -> None:
    (place.folder / "app.log").touch()
    done = place.init()
    assert done.exit_code == 0, done.output
    assert place.secret.read_text() == f"{place.app_secret}\n"
    assert stat.S_IMODE(place.secret.stat().st_mode) == 0o600
    config = load(str(place.file))
    assert config.feishu.admins == (LIN,)
    assert read_secrets(config, str(place.file), {}).app_secret == place.app_secret
    assert f"{len(read_manifest().scopes)} scopes, 8 events, 1 callback" in done.output
    assert "The round trip works" in done.output
    assert "larkwatch run" in done.output
    assert place.app_secret not in done.output
    (card,) = place.lin.messages
    assert card.body["header"]["template"] == "green"
    checked = place.check()
    assert (checked.exit_code, checked.stderr) == (0, "")


def test_feishu_may_take_a_moment_to_have_the_app(place: Place) -> None:
    place.lin.grants_after_s = 0.5
    place.town.faults.set(Fault.SERVER_ERROR, api="/open-apis/bot/v3/info", count=1)
    done = place.init("--no-click")
    assert done.exit_code == 0, done.output
    assert f"{len(read_manifest().scopes)} scopes, 8 events, 1 callback" in done.output


def test_a_terminal_that_knows_no_ticks_is_written_to_without_them(
    place: Place, tmp_path: Path
) -> None:
    code = "from bot.cli.main import main; main()"
    words = ["init", "--no-input", "--no-click", "--domain", place.address, "--watch", "x"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"? larkwatch.toml: a short one" in done.stdout


def test_the_address_carries_the_manifest(place: Place) -> None:
    done = place.init("--no-click")
    address = next(line.strip() for line in done.output.splitlines() if "user_code=" in line)
    query = parse_qs(urlsplit(address).query)
    assert {"user_code", "addons", "name", "source"} <= set(query)
    assert "█" not in done.output, "no code is drawn where there is no screen"
    assert "round trip" not in done.output


def test_who_refuses_leaves_nothing(place: Place) -> None:
    place.lin.decision = "deny"
    done = place.init()
    assert (done.exit_code, place.files) == (2, set())
    assert "You refused in Feishu; nothing was written" in done.output


class LeapingClock(SystemClock):
    """Ten minutes pass between any two looks."""

    _passed = 0.0

    def monotonic(self) -> float:
        self._passed += 600.0
        return self._passed


def test_an_expired_code_leaves_nothing_and_says_how_to_get_a_new_one(tmp_path: Path) -> None:
    place = Place(tmp_path, LeapingClock())
    try:
        place.lin.decision = ""
        done = place.init()
        assert (done.exit_code, place.files) == (2, set())
        again = f"larkwatch init -c {place.file}"
        assert f"The code expired; nothing was written. For a new one: {again}" in done.output
    finally:
        place.close()


def test_without_a_network_it_is_said_what_cannot_be_reached(place: Place) -> None:
    place.town.faults.set(Fault.DROPPED, api=REGISTRATION)
    done = place.init()
    assert (done.exit_code, place.files) == (2, set())
    assert f"Cannot reach {place.address} (ConnectionError); nothing was written" in done.output
    assert "HTTPS_PROXY" in done.output


def test_a_company_of_lark_gets_a_configuration_for_lark(make: Callable[..., Place]) -> None:
    place = make(brand="lark")
    done = place.init("--no-click")
    assert done.exit_code == 0, done.output
    config = load(str(place.file))
    assert (config.feishu.brand, config.feishu.language) == ("lark", "en")
    assert place.init("--force", "--language", "zh", "--watch", "x").exit_code == 0
    assert load(str(place.file)).feishu.language == "zh"


def test_an_app_that_is_there_is_named_with_its_secret(make: Callable[..., Place]) -> None:
    place = make()
    done = place.named()
    assert done.exit_code == 0, done.output
    assert f"Feishu knows the app {place.app_id}" in done.output
    assert load(str(place.file)).feishu.admins == (LIN,), "to whom the app belongs"
    assert "The round trip works" in done.output
    assert place.secret.read_text() == f"{place.app_secret}\n"


def test_id_and_secret_may_come_from_the_environment(make: Callable[..., Place]) -> None:
    place = make()
    environment = {"LARKWATCH_APP_ID": place.app_id, "LARKWATCH_APP_SECRET": place.app_secret}
    assert place.init("--no-click", environment=environment).exit_code == 0
    assert place.town.registrations.to_json() == {"registrations": []}
    assert load(str(place.file)).feishu.app_id == place.app_id


def test_a_wrong_secret_is_said_and_nothing_is_written(place: Place) -> None:
    done = place.named(secret="wrong")
    assert (done.exit_code, place.files) == (2, {"given"})
    assert "Wrong app id or app secret" in done.output
    assert "app secret invalid (code 10014)" in done.output
    assert f"https://open.feishu.cn/app/{place.app_id}/baseinfo" in done.output
    assert "--brand lark" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--app-id", "cli_1"), "found no secret of cli_1, wanted --secret-file FILE or LARKWATCH"),
        (("--app-id", "ou_1"), 'an App ID begins with "cli_"'),
        (("--secret-file", "x"), "--secret-file goes with --app-id"),
        (("--app-id", "cli_1", "--secret-file", "/nowhere"), "/nowhere: No such file"),
        (("--app-id", "cli_1", "--secret-file", os.devnull), "an empty file"),
        (("--domain", "http://feishu.example"), "wanted https://"),
    ],
)
def test_what_cannot_be_meant_is_refused(place: Place, words: tuple[str, ...], said: str) -> None:
    done = place.init(*words)
    assert (done.exit_code, place.files) == (2, set())
    assert said in done.output


def test_a_folder_that_is_not_there_is_said_before_anybody_scans(place: Place) -> None:
    done = CliRunner().invoke(init, ["-c", str(place.folder / "no" / "larkwatch.toml")])
    assert done.exit_code == 2
    assert "there is no folder" in done.output
    done = CliRunner().invoke(init, ["--force", "-c", str(place.folder)])
    assert "is a folder" in done.output


def test_a_configuration_that_is_there_is_never_overwritten(place: Place) -> None:
    place.init("--no-click")
    text = place.file.read_text() + "# mine\n"
    place.file.write_text(text)
    done = place.init("--watch", "x")
    assert done.exit_code == 0, done.output
    assert "is there and stays as it is (--force begins anew)" in done.output
    assert "--watch and --language change nothing" in done.output
    assert "The round trip works" in done.output
    assert place.file.read_text() == text
    assert place.files == {"larkwatch.toml", "larkwatch.app-secret"}
    assert place.init("--force", "--no-click").exit_code == 0
    assert (place.folder / "larkwatch.toml.bak").read_text() == text
    assert "# mine" not in place.file.read_text()


def test_a_lost_secret_is_got_again_by_a_scan(place: Place) -> None:
    place.init("--no-click")
    text = place.file.read_text()
    for lose in (place.secret.unlink, lambda: place.secret.write_text("of another app")):
        lose()
        done = place.init("--no-click")
        assert done.exit_code == 0, done.output
        assert f"clientID={place.app_id}" in done.output
        assert place.secret.read_text() == f"{place.app_secret}\n"
        assert "Put this into [feishu]" not in done.output
    assert place.file.read_text() == text
    place.secret.unlink()
    assert place.named("--no-click").exit_code == 0
    assert place.secret.read_text() == f"{place.app_secret}\n"


def test_a_wrong_secret_of_the_environment_is_named(place: Place) -> None:
    place.init("--no-click")
    done = place.init(environment={"LARKWATCH_APP_SECRET": "wrong"})
    assert done.exit_code == 2
    assert "It is that of LARKWATCH_APP_SECRET." in done.output


def test_a_file_without_an_app_is_told_what_to_add(place: Place) -> None:
    place.file.write_text(f'[feishu]\ndomain = "{place.address}"\n')
    done = place.init("--no-click")
    assert done.exit_code == 0, done.output
    for line in (
        'app_secret_file = "larkwatch.app-secret"',
        f'app_id = "{place.app_id}"',
        f'admins = ["{LIN}"]',
    ):
        assert line in done.output
    assert place.secret.exists()
    place.file.write_text(f'[feishu]\ndomain = "{place.address}"\nmode = "http"\n')
    environment = {"LARKWATCH_APP_ID": place.app_id, "LARKWATCH_APP_SECRET": place.app_secret}
    done = place.init(environment=environment)
    assert "round trip" not in done.output, "in this mode clicks go to the server"
    assert "larkwatch serve" in done.output


def test_a_file_with_errors_must_be_mended_first(place: Place) -> None:
    place.file.write_text("[fieshu]\n")
    done = place.init()
    assert done.exit_code == 2
    assert "did you mean 'feishu'" in done.output
    assert "begin anew with --force: it is kept as larkwatch.toml.bak" in done.output
    place.file.write_text('[agent]\nreport_to = "https://larkwatch.example"\n')
    assert "needs no app" in place.init().output


def test_another_app_needs_a_new_configuration(place: Place) -> None:
    place.init("--no-click")
    done = place.init("--app-id", "cli_0000000000000000")
    assert done.exit_code == 2
    assert f"is of the app {place.app_id}, not of cli_0000000000000000" in done.output


def test_what_an_app_lacks_is_added_where_it_may_change_itself(make: Callable[..., Place]) -> None:
    place = make(scopes=frozenset({SELF, PATCH, "im:message:send_as_bot"}))
    place.town.application.change(events=frozenset(), event_mode="webhook")
    place.town.application.publish({})
    done = place.named()
    assert done.exit_code == 0, done.output
    lacking = len(read_manifest().scopes) - 3  # it may change and read itself, and send
    assert f"Added what was missing ({lacking} scopes, 8 events) and published" in done.output
    assert "The round trip works" in done.output
    live = place.town.application.live
    assert set(read_manifest().events) == live.events
    assert live.event_mode == "websocket"


def test_what_an_app_lacks_is_explained_where_it_may_not(make: Callable[..., Place]) -> None:
    place = make(scopes=frozenset({SELF, "im:message", "im:chat"}))
    place.town.application.change(events=frozenset(), callback_mode="webhook")
    place.town.application.publish({})
    done = place.named("--no-click")
    assert done.exit_code == 0, done.output
    said = done.output
    assert "may not change itself" in said
    start, end = said.index("{"), said.rindex("}") + 1
    asked = json.loads(said[start:end])["scopes"]["tenant"]
    assert "im:message.urgent" in asked
    assert "im:chat:readonly" not in asked, "im:chat stands in for it"
    for page in ("auth", "event", "version"):
        assert f"https://open.feishu.cn/app/{place.app_id}/{page}" in said
    assert "- im.message.receive_v1" in said
    assert "长连接" in said


def test_what_the_console_of_lark_calls_its_pages_is_said_in_english(
    make: Callable[..., Place],
) -> None:
    place = make(scopes=frozenset())
    done = place.named("--brand", "lark", "--no-click")
    assert (
        f"Permissions & Scopes: https://open.larksuite.com/app/{place.app_id}/auth" in done.output
    )
    assert "权限管理" not in done.output


def test_a_card_that_cannot_be_sent_does_not_undo_the_set_up(place: Place) -> None:
    place.town.faults.set(Fault.CONTENT_REFUSED, api="/open-apis/im/v1/messages")
    done = place.init()
    assert done.exit_code == 0, done.output
    assert "The card could not be sent" in done.output
    assert place.check().exit_code == 0


def test_a_disk_that_is_full_keeps_the_old_files(place: Place) -> None:
    place.init("--no-click")
    old = place.file.read_text()
    blocker = place.folder / ".larkwatch.toml.new"
    blocker.mkdir()
    done = place.init("--force", "--no-click", "--watch", "y")
    with contextlib.suppress(OSError):
        blocker.rmdir()
    assert done.exit_code == 2
    assert "cannot be written" in done.output
    assert place.file.read_text() == old

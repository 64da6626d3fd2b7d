"""The commands that ask a running server, over loopback."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from bot.cli.commands import larkwatch
from bot.core.alert import LARKWATCH
from bot.core.permission import Chat
from bot.core.subscription import Language
from bot.core.token import Scope
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.engine.tokens import Tokens
from bot.store.store import Store
from bot.web.api.desk import ApiDesk
from bot.web.factory import Doors, create_app
from tests.builders import LIN, NOW, finding, later, report, sample
from tests.fakes import MovableClock
from watchers.health import Disk, HostSample
from watchers.measured import Measured


class Remote:
    """A server somewhere, and somebody's terminal."""

    def __init__(self, store: Store, engine: Engine, address: str) -> None:
        self.store, self.engine, self.address = store, engine, address

    def token(self, name: str, *scopes: Scope) -> str:
        return Tokens(self.store).give(name, scopes, LARKWATCH, NOW).shown

    def run(self, *words: str, token: str) -> Result:
        env = {"LARKWATCH_SERVER": self.address, "LARKWATCH_TOKEN": token, "LANG": "C"}
        return CliRunner(env=env).invoke(larkwatch, words, catch_exceptions=False)


@pytest.fixture
def remote(store: Store, engine: Engine, views: Views) -> Iterator[Remote]:
    """Answers on loopback until the test ends."""
    ops = Chat(id="oc_ops", name="ops", private=False, owner="", managers=frozenset(), seen_at=NOW)
    with store.transaction():
        store.chats.save(ops, {})
    desk = ApiDesk(
        store=store,
        engine=engine,
        views=views,
        meet=lambda _chat, _now: ops,
        zone=ZoneInfo("UTC"),
        language=Language.EN,
        per_minute=10_000,
    )
    app = create_app(
        clock=MovableClock(later(minutes=1)), unready=list, doors=Doors(api=lambda: desk)
    )
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Remote(store, engine, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_everything_is_listed_shown_and_done_from_a_terminal_elsewhere(remote: Remote) -> None:
    disks = (Disk(mount="/", used=0.9, total_bytes=100, free_bytes=10),)
    host = HostSample(host="web-1", at=NOW, cpu=0.5, memory=0.25, disk=0.9, disks=disks)
    evil = finding(title="declined \x1b[31m", samples=(sample("ERROR \x1b]0;x\x07"),))
    remote.engine.report(report(evil, host=host), NOW)
    remote.engine.take_numbers([Measured(name="depth", value=7.0, at=NOW, labels={})], NOW)
    token = remote.token("ops", *Scope)
    said = []
    for line in (
        "alerts --match service=pay --level high",
        "alert show 1",
        "alert ack 1 --until 2h",
        "alert comment 1 disk",
        "alert assign 1 ou_lin",
        "alert severity 1 low",
        "alert mute 1 --reason deploy",
        "alert unmute 1",
        "alert unack 1",
        "alert timeline 1",
        "mutes preview --match service=pay",
        "mutes create --match service=pay",
        "mutes extend 2 2h",
        "mutes list",
        "mutes end 2",
        "rules list",
        "subscriptions create oc_ops --match service=pay --hours 09:00-18:00",
        "subscriptions change 1 --level critical",
        "subscriptions list --chat oc_ops",
        "subscriptions end 1",
        "health",
        "health web-1",
        "health --every 30s",
        "series",
        "series depth --span 1h",
        "status",
        "alert resolve 1",
    ):
        done = remote.run(*line.split(), token=token)
        assert (done.exit_code, done.stderr) == (0, ""), f"{line}: {done.output}"
        assert "\x1b" not in done.output
        said.append(done.output)
    for wanted in ("#1 acknowledged: acknowledged", "m2 hides 1 open", "  ops ", "web-1", "depth"):
        assert any(wanted in one for one in said), wanted
    listed = remote.run("alerts", "--standing", "any", token=token).stdout
    assert "service=pay" in listed
    resolved = remote.store.alerts.get(1)
    assert resolved is not None
    assert resolved.resolved_by is not None
    assert resolved.resolved_by.name == "ops"
    (found,) = json.loads(remote.run("alerts", "--standing", "any", "--json", token=token).stdout)
    assert (found["number"], found["state"]) == (1, "resolved")


def test_a_refusal_is_said_with_its_reason_and_a_code_of_its_own(
    remote: Remote, tmp_path: Path
) -> None:
    remote.engine.report(report(finding()), NOW)
    remote.engine.acknowledge(1, LIN, NOW)
    reader, writer = remote.token("reader", Scope.ALERTS_READ), remote.token("ops", *Scope)
    nowhere = Remote(remote.store, remote.engine, "http://127.0.0.1:9")
    for code, said, done in (
        (1, "already_acknowledged: ", remote.run("alert", "ack", "1", token=writer)),
        (1, "unknown_alert: ", remote.run("alert", "show", "9", token=writer)),
        (
            1,
            "body.until: found 'soon'",
            remote.run("alert", "ack", "1", "--until", "soon", token=writer),
        ),
        (4, "lacks the scope alerts:write", remote.run("alert", "resolve", "1", token=reader)),
        (4, "bad_token: ", remote.run("alerts", token="lwt_x")),
        (3, "cannot be reached", nowhere.run("alerts", token=reader)),
        (2, "LARKWATCH_SERVER", Remote(remote.store, remote.engine, "").run("alerts", token="x")),
    ):
        assert (done.exit_code, done.stdout) == (code, "")
        assert said in done.stderr

    file = tmp_path / "token"
    file.write_text(reader)
    for mode, code in ((0o644, 2), (0o600, 0)):
        file.chmod(mode)
        done = remote.run("alerts", "--token-file", str(file), token="")
        assert done.exit_code == code
    empty = CliRunner(env={"HOME": str(tmp_path), "LARKWATCH_TOKEN": ""})
    done = empty.invoke(larkwatch, ["alerts", "--server", remote.address])
    assert (done.exit_code, "larkwatch token create" in done.stderr) == (2, True)


def test_the_document_is_printed_without_a_server() -> None:
    done = CliRunner().invoke(larkwatch, ["api", "openapi"])
    assert json.loads(done.stdout)["openapi"] == "3.1.0"

"""The same stories over HTTP: gunicorn, signed and encrypted callbacks, agents elsewhere."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable

import psutil
import pytest
from conftest import free_port
from town import LIN, OPS, WITHIN_S, Bot, Town, toast, until

AGENT = """
[agent]
name = "host-2"
report_to = "http://127.0.0.1:{port}"
state = "agent-state"

[[watch]]
name = "far"
files = ["far.log"]
service = "far"
from_start = true
"""


def serve(town: Town, workers: int = 2) -> Bot:
    return answering(town, town.command("serve", "--workers", str(workers)))


def answering(town: Town, bot: Bot) -> Bot:
    """Wait until a server answers, and give Feishu its address."""

    def alive() -> bool:
        assert bot.process.poll() is None, bot.said
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{town.port}/readyz", timeout=1):
                return True
        except OSError:
            return False

    until(alive, "the server to answer")
    assert town.sandbox.save_request_url() is None
    return bot


def test_case_34_the_loop_closes_over_http_with_two_workers_and_one_scheduler(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(mode="http", quiet="3s")
    bot = serve(town)
    town.chat(OPS).ask("/subscribe level>=high")
    town.log("ERROR pay: declined")

    card = town.chat(OPS).expect_card("declined")
    said = toast(card.press("认领", by=LIN))

    assert "#1" in said
    assert card.colour == "orange"
    card.turns("green")
    workers = psutil.Process(bot.process.pid).children()
    assert len(workers) == 2
    assert bot.said.count("this process has the lease") == 1
    assert bot.stop() == 0


def test_case_34_when_the_worker_with_the_lease_dies_another_takes_over(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(mode="http")
    bot = serve(town)
    town.chat(OPS).ask("/subscribe level>=high")
    leader = int(bot.said.split("this process has the lease")[1].split("|")[1])
    psutil.Process(leader).kill()

    town.log("ERROR pay: declined")

    town.chat(OPS).expect_card("declined")
    assert bot.said.count("this process has the lease") == 2


def test_forged_stale_and_oversized_callbacks_are_refused_without_detail_and_counted(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(mode="http")
    serve(town, workers=1)
    url = f"http://127.0.0.1:{town.port}/feishu/callback"

    def post(body: bytes, **headers: str) -> tuple[int, bytes]:
        request = urllib.request.Request(url, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    stamp = {"X-Lark-Request-Timestamp": "1700000000", "X-Lark-Request-Nonce": "n"}
    forged = post(b'{"encrypt":"abc"}', **stamp, **{"X-Lark-Signature": "0" * 64})
    plain = post(json.dumps({"type": "url_verification", "challenge": "x"}).encode())
    huge = post(b"x" * (1024 * 1024 + 1))

    assert forged[0] in (401, 403)
    assert plain[0] in (400, 401, 403)
    assert huge[0] == 413
    assert all(len(answer) < 60 for _, answer in (forged, plain, huge))
    metrics = urllib.request.urlopen(f"http://127.0.0.1:{town.port}/metrics").read().decode()
    assert 'why="too_large"} 1' in metrics


def test_http_mode_refuses_to_start_without_keys(make_town: Callable[..., Town]) -> None:
    town = make_town(mode="http")
    keyless = {k: v for k, v in town.environment.items() if "ENCRYPT" not in k}
    type(town).environment, whole = property(lambda _: keyless), type(town).environment
    try:
        bot = town.command("serve")
    finally:
        type(town).environment = whole

    assert bot.process.wait(WITHIN_S) == 2
    assert "LARKWATCH_ENCRYPT_KEY" in bot.said


def test_an_agent_elsewhere_reports_by_signed_http_and_waits_while_the_server_is_down(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(mode="http")
    (town.folder / "agent.toml").write_text(AGENT.format(port=town.port))
    agent = town.command("watch", "-c", "agent.toml")
    town.log("ERROR far: first", file="far.log")
    until(lambda: "reports to" in agent.said, "the agent to start")
    server = serve(town)
    town.chat(OPS).ask("/subscribe level>=high")

    card = town.chat(OPS).expect_card("far: first")
    server.stop()
    town.log("ERROR far: second", file="far.log")
    serve(town)

    card.shows("聚合 2 条")
    assert agent.stop() == 0


def test_run_in_http_mode_is_a_server_with_one_worker(make_town: Callable[..., Town]) -> None:
    town = make_town(mode="http")
    bot = answering(town, town.command("run"))
    assert "系统状态" in town.chat(OPS).ask("/status").text
    assert len(psutil.Process(bot.process.pid).children()) == 1
    assert bot.stop() == 0


def test_a_gunicorn_of_ones_own_serves_it_too(make_town: Callable[..., Town]) -> None:
    town = make_town(mode="http")
    address = f"127.0.0.1:{town.port}"
    bot = town.python("-m", "gunicorn", "-b", address, "--graceful-timeout", "3",
                      "bot.wsgi:application()")  # fmt: skip
    answering(town, bot)
    assert "/subscribe" in town.chat(OPS).ask("/help").text
    assert bot.stop() == 0


def test_a_terminal_elsewhere_takes_an_alert_on_and_the_card_in_the_group_follows(
    make_town: Callable[..., Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, port = make_town(), str(free_port())
    # The long connection needs no keys for what comes over HTTP.
    keyless = {k: v for k, v in town.environment.items() if "ENCRYPT" not in k}
    monkeypatch.setattr(Town, "environment", keyless)
    town.online(town.command("serve", "--workers", "1", "--port", port))
    town.chat(OPS).ask("/subscribe level>=high")
    town.log("ERROR pay: declined")
    card = town.chat(OPS).expect_card("declined")
    made = town.command("token", "create", "laptop", "--scope", "all")
    assert made.process.wait(WITHIN_S) == 0
    (token,) = [line for line in made.said.splitlines() if line.startswith("lwt_")]
    (town.folder / "token").write_text(token)
    (town.folder / "token").chmod(0o600)
    asked = ("--server", f"http://127.0.0.1:{port}", "--token-file", "token")

    taken = town.command("alert", "ack", "1", *asked)

    assert taken.process.wait(WITHIN_S) == 0, taken.said
    assert "#1 acknowledged" in taken.said
    card.turns("orange").shows("laptop")
    assert "laptop" in town.chat(OPS).ask("/audit 1").text

"""Bad input and bad days: a clear word or a safe card, nothing lost, the rest goes on."""

import resource
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from town import OPS, WITHIN_S, Bot, Town, nodes, until

from bot.sandbox.faults import Fault

MESSAGES = "/open-apis/im/v1/messages"
PATHS = """
[[watch]]
name = "missing"
files = ["nowhere/never.log"]

[[watch]]
name = "folder"
files = ["folder.log"]

[[watch]]
name = "dangling"
files = ["dangling.log"]

[[watch]]
name = "loop"
files = ["loop.log"]

[[watch]]
name = "binary"
files = ["binary.log"]
service = "binary"
from_start = true
"""


def subscribed(town: Town) -> None:
    town.chat(OPS).ask("/subscribe level>=high")


def told_once(town: Town, text: str) -> None:
    """Exactly one card shows this text, also after another alert was told."""
    town.chat(OPS).expect_card(text)
    town.log("FATAL pay: the end", file="pay-end.log")
    town.chat(OPS).expect_card("the end")
    assert len(town.chat(OPS).cards(text)) == 1


def alert_sends(town: Town) -> int:
    """Messages in the group that are no answers."""
    return len([c for c in town.chat(OPS).cards() if not c.message.parent_id])


def test_paths_that_cannot_be_read_do_not_stop_the_others(make_town: Callable[..., Town]) -> None:
    town = make_town(extra=PATHS)
    (town.folder / "folder.log").mkdir()
    (town.folder / "dangling.log").symlink_to("not-there")
    (town.folder / "loop.log").symlink_to("loop.log")
    town.run()
    subscribed(town)

    (town.folder / "binary.log").write_bytes(bytes(range(256)) * 400 + b"\nERROR after bytes\n")
    town.log("ERROR pay: declined")

    town.chat(OPS).expect_card("declined")
    town.chat(OPS).expect_card("after bytes")
    (town.folder / "nowhere").mkdir()
    town.log("ERROR never: came late", file="nowhere/never.log")
    town.chat(OPS).expect_card("came late")


def test_broken_utf8_and_a_line_of_ten_megabytes_are_told_and_cut(town: Town) -> None:
    subscribed(town)

    with (town.folder / "pay.log").open("ab") as out:
        out.write(b"ERROR pay: caf\xe9 \xff\xfe \x00\x1b[31m broke\n")
    with (town.folder / "pay-big.log").open("ab") as out:
        out.write(b"ERROR pay: giant " + b"x" * 10_000_000 + b"\nFATAL pay: after the giant\n")

    card = town.chat(OPS).expect_card("broke")
    assert "\x1b" not in card.text
    assert "\x00" not in card.text
    town.chat(OPS).expect_card("after the giant")
    for one in town.chat(OPS).cards():
        assert len(str(one.body).encode()) < 30_000


@pytest.mark.parametrize(
    "line",
    [
        'ERROR <at id=all></at><at user_id="all">所有人</at> @_all',
        "ERROR </font><font color='red'>x</font> ![i](img_v2) [l](https://evil.example)",
        "ERROR ```\n# heading **bold** ~~gone~~ <hr> &lt;b&gt; :OK: $x^2$",
        "ERROR \U0001f469\u200d\U0001f469\u202eevil\u202c \u200b\u2028\ufeff \ufdfd",
        'ERROR {"tag":"button","text":{"content":"认领"}} ${jndi:ldap://x} {{7*7}} %s %n',
    ],
)
def test_hostile_lines_become_cards_that_feishu_takes(town: Town, line: str) -> None:
    subscribed(town)

    town.log(line, file="pay-<b>*_`x`.log")
    town.log("FATAL pay: the end")

    town.chat(OPS).expect_card("the end")
    card = town.chat(OPS).expect_card("规则 error")
    for node in nodes(card.body, "markdown"):
        assert "<at " not in node["content"]
    assert not list(nodes(card.body, "lark_md"))


def test_a_wrong_secret_is_said_at_once_and_the_command_ends(
    make_town: Callable[..., Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    town = make_town()
    environment = town.environment | {"LARKWATCH_APP_SECRET": "wrong"}
    monkeypatch.setattr(Town, "environment", environment)

    bot = town.command("run")

    assert bot.process.wait(WITHIN_S) == 2
    assert "Feishu refused the app" in bot.said
    assert "Traceback" not in bot.said


def test_feishu_is_away_at_the_start_and_the_cards_arrive_when_it_is_back(
    make_town: Callable[..., Town],
) -> None:
    town = make_town()
    town.run()
    subscribed(town)
    town.bots[0].stop()
    town.sandbox.stop()
    bot = town.command("run")
    until(lambda: "Larkwatch runs" in bot.said, "the bot to run without Feishu")
    town.log("ERROR pay: nobody hears")
    until(lambda: count(town, "SELECT COUNT(*) FROM occurrences"), "the alert to be counted")

    town.feishu_comes_back()

    town.chat(OPS).expect_card("nobody hears")


def count(town: Town, query: str) -> int:
    """One figure out of the database."""
    database = sqlite3.connect(town.folder / "larkwatch.db")
    try:
        return int(database.execute(query).fetchone()[0])
    finally:
        database.close()


def test_while_the_database_is_locked_nothing_is_lost(town: Town) -> None:
    subscribed(town)
    database = sqlite3.connect(town.folder / "larkwatch.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")

    town.log("ERROR pay: while locked")
    until(lambda: "busy" in town.bots[0].said, "the bot to notice")
    database.execute("ROLLBACK")
    database.close()

    told_once(town, "while locked")


def test_a_full_disk_stops_nothing_and_loses_nothing(make_town: Callable[..., Town]) -> None:
    town = make_town()
    town.run()
    subscribed(town)
    bot = town.bots[0]
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    town.log("ERROR pay: no room left")
    seen = len(bot.said)
    until(lambda: len(bot.said) > seen, "the bot to complain")
    assert bot.process.poll() is None
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, unlimited)

    town.chat(OPS).expect_card("no room left")


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        (Fault.RATE_LIMITED, 2),
        (Fault.SERVER_ERROR, 2),
        (Fault.DROPPED, 2),
        (Fault.LOST_REPLY, 2),
        (Fault.TOKEN_EXPIRED, 1),  # a token fetched just before that is refused too is an outage
    ],
)
def test_a_call_that_fails_is_made_again_and_the_message_comes_once(
    town: Town, fault: Fault, times: int
) -> None:
    subscribed(town)
    before = alert_sends(town)
    town.sandbox.faults.set(fault, api=MESSAGES, count=times)

    town.log("ERROR pay: declined")

    town.chat(OPS).expect_card("declined")
    until(lambda: not town.sandbox.faults.active(fault), "every fault to have struck")
    told_once(town, "declined")
    assert alert_sends(town) == before + 2


def test_case_24_refused_content_is_told_with_less_and_less(town: Town) -> None:
    subscribed(town)
    before = alert_sends(town)
    town.sandbox.faults.set(Fault.CONTENT_REFUSED, api=MESSAGES, count=1)

    town.log("ERROR pay: a word that Feishu does not like")

    until(lambda: alert_sends(town) == before + 1, "a card in spite of all")


def test_a_dropped_connection_comes_back_and_hears_again(town: Town) -> None:
    subscribed(town)
    town.sandbox.drop_connections()
    until(lambda: town.sandbox.online, "the bot to be back")

    assert "pay" in town.chat(OPS).ask("/status").text


def test_case_34_a_second_run_on_the_same_database_stands_by(town: Town) -> None:
    subscribed(town)
    second = town.command("run")
    until(lambda: "Larkwatch runs" in second.said, "the second bot")

    town.log("ERROR pay: declined")

    told_once(town, "declined")
    assert town.sandbox.online == 1
    town.bots[0].stop()
    town.log("ERROR pay: after the first one left", file="pay-2.log")
    town.chat(OPS).expect_card("after the first one left")
    assert second.stop() == 0


def test_a_bot_that_was_frozen_goes_on(town: Town) -> None:
    subscribed(town)
    bot = town.bots[0]
    waiting = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting'"
    until(lambda: not count(town, waiting), "everything to be told")
    bot.process.send_signal(signal.SIGSTOP)
    town.log("ERROR pay: while frozen")
    other = town.command("run")
    until(lambda: "this process has the lease" in other.said, "the other to take over")
    town.chat(OPS).expect_card("while frozen")

    bot.process.send_signal(signal.SIGCONT)
    until(lambda: "the lease went to another process" in bot.said, "the first to step down")

    told_once(town, "while frozen")


def heeds_signals(bot: Bot) -> bool:
    """Whether the process has come so far that SIGTERM no longer simply kills it."""
    for line in Path(f"/proc/{bot.process.pid}/status").read_text().splitlines():
        name, _, mask = line.partition(":")
        if name == "SigCgt":
            return bool(int(mask, 16) >> (signal.SIGTERM - 1) & 1)
    return False


@pytest.mark.timeout(240)
@pytest.mark.parametrize("command", ["run", "serve", "demo", "sandbox"])
def test_a_stop_at_any_moment_of_the_start_is_quiet(
    make_town: Callable[..., Town], command: str
) -> None:
    town = make_town(mode="http" if command == "serve" else "long_connection")
    words = [command, "--port", "0"] if command in ("demo", "sandbox") else [command]
    waits_s = (0.0, 0.3, 0.9, 2.0)
    for number, wait_s in zip((signal.SIGTERM, signal.SIGINT) * 2, waits_s, strict=True):
        bot = town.cold(*words)
        until(partial(heeds_signals, bot), "the command to begin")
        with pytest.raises(subprocess.TimeoutExpired):
            bot.process.wait(wait_s)
        bot.process.send_signal(number)
        assert bot.process.wait(WITHIN_S) == 0, bot.said
        assert "Traceback" not in bot.said
        assert "Error" not in bot.said


def test_two_demos_do_not_share_a_folder_and_strangers_files_are_left_alone(
    make_town: Callable[..., Town],
) -> None:
    town = make_town()
    first = town.command("demo", "--port", "0")
    until(lambda: "Larkwatch demo:" in first.said, "the first demo")
    marker = town.folder / ".demo" / "logs" / "order-api.log"
    assert marker.exists()

    second = town.command("demo", "--port", "0")
    stranger = town.command("demo", "--port", "0", "--dir", ".")
    impossible = town.command("demo", "--port", "0", "--dir", "/proc/nowhere")

    assert second.process.wait(WITHIN_S) == 2
    assert "a demo is running in .demo" in second.said
    assert stranger.process.wait(WITHIN_S) == 2
    assert "holds files that no demo wrote" in stranger.said
    assert impossible.process.wait(WITHIN_S) == 2
    assert "cannot write /proc/nowhere" in impossible.said
    assert marker.exists()
    assert town.file.exists()
    assert first.stop() == 0


def test_a_taken_port_is_said_with_the_way_out(make_town: Callable[..., Town]) -> None:
    town = make_town(mode="http")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for command in ("demo", "sandbox", "serve"):
            bot = town.command(command, "--port", port)
            assert bot.process.wait(WITHIN_S) == 2
            assert port in bot.said
            assert "--port" in bot.said
            assert "Traceback" not in bot.said

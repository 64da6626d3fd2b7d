"""`larkwatch tail` as a process: every line once, over rotation, restarts and kills."""

import json
import os
import random
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import until

COMMAND = [sys.executable, "-c", "from bot.cli.main import main; main()", "tail"]


def append(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text.encode() if isinstance(text, str) else text)


class Tailing:
    """One `tail` over a folder, its output appended to a file over all its runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "app.log"
        self.out = folder / "out"
        self.err = folder / "err"
        self.out.touch()
        self.log.touch()
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        with self.out.open("ab") as out, self.err.open("ab") as err:
            arguments = [str(self.folder / "*.log"), "--state", str(self.folder / "state")]
            process = subprocess.Popen([*COMMAND, *arguments, *options], stdout=out, stderr=err)
        self._running.append(process)
        saved = self.folder / "state" / "positions.json"
        until(lambda: saved.exists() or process.poll() is not None)
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGTERM)
        assert process.wait(3) == 0

    def lines(self) -> list[str]:
        return self.out.read_text().splitlines()

    def end(self) -> None:
        for process in self._running:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def tailing(tmp_path: Path) -> Iterator[Tailing]:
    one = Tailing(tmp_path)
    yield one
    one.end()


def test_lines_come_once_over_rotation_new_files_and_a_clean_restart(tailing: Tailing) -> None:
    process = tailing.start()
    append(tailing.log, "a\nhal")
    until(lambda: tailing.lines() == ["a"])
    append(tailing.log, "f\n")
    tailing.log.rename(tailing.folder / "app.log.1")
    append(tailing.log, "b\n")
    until(lambda: tailing.lines() == ["a", "half", "b"])
    append(tailing.folder / "new.log", "c\n")
    until(lambda: tailing.lines()[3:] == ["c"])
    tailing.stop(process)
    append(tailing.log, "d\n")
    process = tailing.start()
    until(lambda: tailing.lines()[4:] == ["d"])
    tailing.stop(process)
    assert tailing.lines() == ["a", "half", "b", "c", "d"]
    assert tailing.err.read_text() == ""


def test_json_is_valid_for_any_bytes_and_positions_are_byte_offsets(tailing: Tailing) -> None:
    process = tailing.start("--json")
    append(tailing.log, b'\xff\xfe "q" \x01\r\n' + "中文\n".encode() + b"nul\0led\n")
    until(lambda: len(tailing.lines()) == 3)
    tailing.stop(process)
    told = [json.loads(line) for line in tailing.out.read_text().split("\n")[:-1]]
    assert [t["text"] for t in told] == ['\ufffd\ufffd "q" \x01', "中文", "nulled"]
    assert [t["position"] for t in told] == [0, 10, 17]
    assert {t["path"] for t in told} == {str(tailing.log)}


def test_another_encoding_is_printed_as_utf_8(tailing: Tailing) -> None:
    process = tailing.start("--encoding", "gb18030")
    append(tailing.log, "支付失败\n".encode("gb18030"))
    until(lambda: tailing.lines() == ["支付失败"])
    tailing.stop(process)


def test_a_line_of_ten_megabytes_is_printed_whole(tailing: Tailing) -> None:
    process = tailing.start()
    append(tailing.log, "x" * 10_000_000 + "\n")
    until(lambda: [len(line) for line in tailing.lines()] == [10_000_000])
    tailing.stop(process)


def test_a_second_tail_on_one_state_directory_is_refused(tailing: Tailing) -> None:
    first = tailing.start()
    second = tailing.start()
    assert second.wait(10) == 1
    assert "in use by another process" in tailing.err.read_text()
    tailing.stop(first)


def test_case_40_kills_at_any_moment_lose_nothing(tailing: Tailing) -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    total = 0
    for _ in range(5):
        process = tailing.start("--from-start")
        for _ in range(chance.randint(5, 40)):
            append(tailing.log, "".join(f"{total + n}\n" for n in range(50)))
            total += 50
        seen = tailing.out.stat().st_size
        until(lambda seen=seen: tailing.out.stat().st_size > seen)  # type: ignore[misc]
        process.kill()
        process.wait()
    process = tailing.start()
    append(tailing.log, f"{total}\n")
    total += 1
    until(lambda: tailing.lines()[-1:] == [str(total - 1)])
    tailing.stop(process)
    only_what_was_written_last_is_repeated(tailing.lines(), total, kills=5)


def test_case_40_a_kill_in_the_midst_of_printing_repeats_at_most_one_write(
    tailing: Tailing,
) -> None:
    chance = random.Random(2)  # noqa: S311 - no secret
    total, kills = 60_000, 6
    append(tailing.log, "".join(f"{n:020}\n" for n in range(total)))
    arguments = [str(tailing.log), "--state", str(tailing.folder / "state"), "--from-start"]
    printed = b""
    for run in range(kills + 1):
        with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            enough = len(printed) + chance.randrange(1, 200_000)
            while len(printed) < enough or run == kills:
                piece = os.read(process.stdout.fileno(), 4096)
                assert piece, "it ended"
                printed += piece
                if printed.endswith(b"%020d\n" % (total - 1)):
                    break
            process.kill()
            printed += process.stdout.read()
    assert printed.endswith(b"\n")
    only_what_was_written_last_is_repeated(printed.decode().splitlines(), total, kills)


def only_what_was_written_last_is_repeated(lines: list[str], total: int, kills: int) -> None:
    """Every number in its order; after a kill those of one write may come again."""
    seen = before = -1
    repeated: list[int] = []
    for line in lines:
        number = int(line)
        assert number <= seen + 1, f"{seen + 1} is lost"
        if number <= seen:
            repeated += [] if number == before + 1 else [0]
            repeated[-1] += len(line) + 1
        seen, before = max(seen, number), number
    assert seen == total - 1
    assert len(repeated) <= kills
    assert max(repeated, default=0) <= select.PIPE_BUF


def test_a_stop_while_nobody_reads_the_output_is_quick_and_loses_nothing(
    tailing: Tailing,
) -> None:
    append(tailing.log, "".join(f"{n:0100}\n" for n in range(20_000)))
    reading, writing = os.pipe()
    arguments = [str(tailing.log), "--state", str(tailing.folder / "state"), "--from-start"]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=writing)
    os.close(writing)
    first = os.read(reading, 10)
    process.send_signal(signal.SIGTERM)
    assert process.wait(3) == 0
    with os.fdopen(reading, "rb") as pipe:
        printed = (first + pipe.read()).split(b"\n")[:-1]
    process = tailing.start()
    until(lambda: len(tailing.lines()) + len(printed) >= 20_000)
    tailing.stop(process)
    assert [int(line) for line in [*printed, *tailing.lines()]] == list(range(20_000))


def test_a_closed_output_ends_it_cleanly(tailing: Tailing) -> None:
    reading, writing = os.pipe()
    arguments = [str(tailing.log), "--state", str(tailing.folder / "state"), "--from-start"]
    process = subprocess.Popen([*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    os.close(reading)
    append(tailing.log, "a\n")
    _, complaint = process.communicate(timeout=10)
    assert (process.returncode, complaint) == (0, b"")


def test_what_cannot_be_followed_is_said_once(tailing: Tailing) -> None:
    (tailing.folder / "folder.d").mkdir()
    arguments = [str(tailing.folder / "folder.d"), "--state", str(tailing.folder / "other")]
    with tailing.err.open("wb") as err:
        process = subprocess.Popen([*COMMAND, *arguments], stderr=err)
    until(lambda: "is a directory" in tailing.err.read_text())
    tailing.stop(process)
    assert tailing.err.read_text().count("\n") == 1


def test_nothing_heavy_is_imported() -> None:
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import bot.cli.tail"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    for heavy in ("lark_oapi", "peewee", "flask", "pydantic", "requests", "re2"):
        assert f" {heavy}\n" not in loaded


def test_a_dash_prints_standard_input_to_its_end() -> None:
    given = b"one\n\nERROR two\nlast"
    done = subprocess.run(
        [*COMMAND, "-"], input=given, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, given + b"\n")


def test_what_is_piped_in_comes_out_at_once() -> None:
    with subprocess.Popen(
        [*COMMAND, "-", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(f"line {number}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == f"line {number}"
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.mark.parametrize("arguments", [["-", "a.log", "--state", "s"], ["a.log"]])
def test_standard_input_stands_alone_and_files_need_a_state(arguments: list[str]) -> None:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, timeout=60, check=False)
    assert done.returncode == 2

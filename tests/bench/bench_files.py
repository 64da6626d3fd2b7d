"""Ten thousand files: memory, idle processor time, and what one line in one of them costs.

Measured are `larkwatch tail` and `larkwatch watch`, each a process over the same files; the watch
reports to a server here that only answers.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from stage import machine, mark
from town import until

FILES = 10_000
FOLDERS = 100
SETTLING_S, IDLE_S, WRITING_S = 10, 30, 10
FIRST = b"2026-11-23 10:00:00 INFO begin %d\n" + b"2026-11-23 10:00:00 INFO all is well\n" * 100
LARKWATCH = [sys.executable, "-c", "from bot.cli.main import main; main()"]


def write(folder: Path, number: int, text: bytes) -> None:
    with (folder / "logs" / f"s{number % FOLDERS}" / f"app{number}.log").open("ab") as file:
        file.write(text)


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def running(folder: Path, kind: str) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    glob = f"{folder}/logs/**/*.log"
    config = folder / "agent.toml"
    config.write_text(
        f'[agent]\nreport_to = "http://127.0.0.1:{server.server_port}"\n'
        f'state = "{folder}/{kind}"\n[[watch]]\nname = "all"\nfiles = ["{glob}"]\n'
    )
    words = {
        "tail": ["tail", glob, "--state", f"{folder}/{kind}"],
        "watch": ["watch", "-c", str(config)],
    }[kind]
    with (folder / "out").open("wb") as out:
        secret = {"LARKWATCH_INGEST_SECRET": "x" * 40}
        process = subprocess.Popen(
            [*LARKWATCH, *words], stdout=out, stderr=out, env=os.environ | secret
        )
    try:
        opened = Path(f"/proc/{process.pid}/fd")
        until(lambda: len(list(opened.iterdir())) > FILES, "all files open", 60)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)
        server.shutdown()
        server.server_close()


def processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(folder: Path, kind: str) -> None:
    pause = threading.Event()
    with running(folder, kind) as pid:
        pause.wait(SETTLING_S)
        before = processor_s(pid)
        pause.wait(IDLE_S)
        idle = (processor_s(pid) - before) / IDLE_S * 100
        print(f"{kind:6} idle        {idle:6.2f} %   {mark(idle, must=1.0)}")
        resident = resident_mb(pid)
        print(f"{kind:6} memory      {resident:6.1f} MB  {mark(resident, must=120.0)}")
        before = processor_s(pid)
        for number in range(10 * WRITING_S):
            write(folder, number, b"2026-11-23 10:00:00 INFO one more\n")
            pause.wait(0.1)
        busy = (processor_s(pid) - before) / WRITING_S * 100
        print(f"{kind:6} 10 lines/s  {busy:6.2f} %")
        for number in range(FILES):
            write(folder, number, b"2026-11-23 10:00:00 INFO one more\n" * 10)
        pause.wait(SETTLING_S)
        resident = resident_mb(pid)
        print(f"{kind:6} all written {resident:6.1f} MB  {mark(resident, must=120.0)}")


def main() -> None:
    print(f"{FILES} files in {FOLDERS} folders; {machine()}")
    folder = Path(tempfile.mkdtemp(prefix="larkwatch-files-"))
    try:
        for number in range(FOLDERS):
            (folder / "logs" / f"s{number}").mkdir(parents=True)
        for number in range(FILES):
            write(folder, number, FIRST % number)
        for kind in ("tail", "watch"):
            measure(folder, kind)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

"""What logrotate, rsyslog and nginx really do to files, read to the last line."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import until
from tests.watchers.following import Following, append
from watchers.clock import SystemClock

STYLES = {
    "create": "create",
    "copytruncate": "copytruncate",
    "dateext": "create\n dateext\n dateformat -%Y%m%d-%s",
    "compress": "create\n compress",
    "delaycompress": "create\n compress\n delaycompress",
    "copytruncate and compress": "copytruncate\n compress",
}


def program(name: str, package: str) -> str:
    """Its path; without it the test is skipped, which CI does not take."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        text = f"!! {name} IS MISSING, NOT TESTED: apt-get install {package}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    return found


class Rotation:
    """Logrotate over one folder."""

    def __init__(self, folder: Path, style: str, after: str = "") -> None:
        self._program = program("logrotate", "logrotate")
        self._config = folder / "logrotate.conf"
        self._state = folder / "logrotate.state"
        self._dated, self._turned_at = "dateformat" in style, 0
        script = f" postrotate\n {after}\n endscript\n" if after else ""
        user = " su root root\n" if os.geteuid() == 0 else ""
        logs = folder / "logs"
        self._config.write_text(f"{logs}/*.log {{\n rotate 20\n{user} {style}\n{script}}}\n")
        self._config.chmod(0o644)

    def turn(self) -> None:
        # The kernel's time, which logrotate names files by, may be a tick behind.
        until(lambda: not self._dated or SystemClock().now().timestamp() > self._turned_at + 1.1)
        arguments = ["-f", "-s", str(self._state), str(self._config)]
        done = subprocess.run([self._program, *arguments], capture_output=True, check=False)
        self._turned_at = int(SystemClock().now().timestamp())
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir(mode=0o755)
    return tmp_path


@pytest.mark.parametrize("wide", [False, True], ids=["by name", "by glob"])
@pytest.mark.parametrize("style", list(STYLES))
def test_logrotate_loses_and_repeats_no_line(folder: Path, style: str, wide: bool) -> None:
    log = folder / "logs" / "app.log"
    log.touch()
    rotation = Rotation(folder, STYLES[style])
    eye = Following(log.with_name("app.log*") if wide else log)
    seen = eye.look()
    for turn in range(4):
        append(log, "".join(f"{turn}-{n}\n" for n in range(50)))
        if turn % 2:
            seen += eye.look()
        append(log, f"{turn}-last\n")
        rotation.turn()
        seen += eye.look()
    for turn in range(4, 7):  # three rotations while nobody looks
        append(log, "".join(f"{turn}-{n}\n" for n in range(50)))
        append(log, f"{turn}-last\n")
        if turn == 4:
            eye.restart()
        rotation.turn()
    append(log, "end\n")
    for _ in range(3):
        seen += eye.look()
    eye.source.close()
    expected = [f"{t}-{n}" for t in range(7) for n in [*range(50), "last"]]
    assert seen == [*expected, "end"]


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_rsyslog_reopened_by_logrotate_is_read_whole(folder: Path) -> None:
    log, ear, pid = folder / "logs" / "sys.log", folder / "ear", folder / "pid"
    config = folder / "rsyslog.conf"
    config.write_text(
        f'global(workDirectory="{folder}")\n'
        f'module(load="imuxsock" SysSock.Use="off")\n'
        f'input(type="imuxsock" Socket="{ear}" RateLimit.Interval="0")\n'
        'template(name="bare" type="string" string="%msg:2:$%\\n")\n'
        f'*.* action(type="omfile" file="{log}" template="bare")\n'
    )
    log.touch()
    rotation = Rotation(folder, "create", f"kill -HUP $(cat {pid})")
    eye = Following(log)
    seen = eye.look()
    arguments = ["-n", "-f", str(config), "-i", str(pid)]
    with running(program("rsyslogd", "rsyslog"), *arguments) as writer:
        until(lambda: (ear.exists() and pid.exists()) or writer.poll() is not None)
        assert writer.poll() is None
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
            mouth.connect(str(ear))
            for turn in range(3):
                for n in range(100):
                    mouth.send(f"<14>Nov 23 10:00:00 app: line {turn}-{n}".encode())
                rotation.turn()
                seen += eye.look()
            mouth.send(b"<14>Nov 23 10:00:00 app: end")

            def ended() -> bool:
                seen.extend(eye.look())
                return seen[-1:] == ["end"]

            until(ended)
    eye.source.close()
    told = [line for line in seen if line.startswith("line ")]
    assert told == [f"line {turn}-{n}" for turn in range(3) for n in range(100)]


def test_nginx_reopened_by_logrotate_is_read_whole(folder: Path) -> None:
    log, pid, ear = folder / "logs" / "access.log", folder / "pid", folder / "ear"
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; master_process on; worker_processes 1; pid {pid};\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"error_log {folder}/error;\nevents {{}}\nhttp {{\n"
        f"log_format bare '$request_uri'; access_log {log} bare;\n"
        + "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"server {{ listen unix:{ear}; return 200; }} }}\n"
    )
    rotation = Rotation(folder, "create", f"kill -USR1 $(cat {pid})")
    eye = Following(log)
    seen = eye.look()
    with running(program("nginx", "nginx-light"), "-c", str(config)) as writer:
        until(lambda: (ear.exists() and pid.exists()) or writer.poll() is not None)
        assert writer.poll() is None
        for turn in range(3):
            for n in range(50):
                get(ear, f"/{turn}-{n}")
            seen += eye.look()
            fresh = log.stat().st_ino
            rotation.turn()
            assert log.stat().st_ino != fresh
            get(ear, f"/{turn}-last")
            seen += eye.look()

        def complete() -> bool:
            seen.extend(eye.look())
            return len(seen) >= 3 * 51

        until(complete)
    eye.source.close()
    assert sorted(seen) == sorted(f"/{t}-{n}" for t in range(3) for n in [*range(50), "last"])


def get(ear: Path, path: str) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(ear))
        line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        while line.recv(4096):
            pass

"""The command `larkwatch sandbox`, as a process."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

COMMAND = [sys.executable, "-c", "from bot.cli.main import main; main()", "sandbox"]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_stops_on_a_signal(number: signal.Signals) -> None:
    told = start_and_stop(number)
    again = start_and_stop(number)
    assert re.search("app secret [0-9a-f]{32},", told)
    assert secret(told) != secret(again), "it is drawn anew, so that nobody knows it beforehand"


def secret(told: str) -> str:
    found = re.search("LARKWATCH_APP_SECRET=(.+)", told)
    assert found
    return found[1]


def start_and_stop(number: signal.Signals) -> str:
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().strip().rpartition(" ")[2]
        state = requests.get(f"{address}/sandbox/state", timeout=5).json()
        process.send_signal(number)
        rest = process.stdout.read()
        assert process.wait(3) == 0
        assert process.stderr.read() == ""
    assert f"export LARKWATCH_APP_ID={state['app']['app_id']}" in rest
    assert f'domain = "{address}"' in rest
    return rest


def test_a_taken_port_is_named_with_the_remedy(taken_port: int) -> None:
    done = subprocess.run(
        [*COMMAND, "--port", str(taken_port)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"Port {taken_port} cannot be used: Address already in use.\n"
        "Stop what uses it, or choose another: larkwatch sandbox --port 0\n"
    )


def test_a_request_url_that_does_not_answer_is_named() -> None:
    command = [*COMMAND, "--port", "0", "--request-url", "http://127.0.0.1:1/"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        assert "did not pass the challenge" in process.stderr.readline()
        process.terminate()
        assert process.wait(3) == 0


def test_a_seed_that_is_none_is_refused_with_every_error(tmp_path: Path) -> None:
    seed = tmp_path / "seed.toml"
    seed.write_text('[[people]]\nname = "Bob"\nemial = "bob@example.com"\n[[groups]]\n')
    command = [*COMMAND, "--port", "0", "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"{seed}: people 1 has an unknown key 'emial'; "
        "wanted name, email, mobile, external (did you mean 'email'?)\n"
        f"{seed}: groups 1 has no name; wanted one\n"
    )

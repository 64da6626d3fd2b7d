"""Runs a program for a bounded time and takes a bounded part of what it says."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

_KEPT = 4096
_CHUNK = 65536
_OWN = "LARKWATCH_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a program ended.

    Attributes:
        code: Its exit code, negative for a signal; None when it did not end in time.
        said: The beginning of what it wrote to either stream.
    """

    code: int | None
    said: str


def run(arguments: Sequence[str], timeout_s: float) -> Ran:
    """Run it without a shell and without our secrets; with all its children when it is stopped.

    Raises:
        OSError: If it cannot be started.
    """
    ends_s = time.monotonic() + timeout_s
    around = {key: value for key, value in os.environ.items() if not key.startswith(_OWN)}
    with subprocess.Popen(  # noqa: S603 - what the operator configured, as it is, without a shell
        list(arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=around,
    ) as process:
        said = _heard(process, ends_s)
        try:
            code: int | None = process.wait(max(0.0, ends_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
    return Ran(code=code, said=said.decode("utf-8", "replace"))


def _heard(process: "subprocess.Popen[bytes]", ends_s: float) -> bytes:
    """What it says until it closes its streams or time is up; all of it is read, little kept."""
    kept = b""
    if process.stdout is None:
        return kept
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (left_s := ends_s - time.monotonic()) > 0 and selector.select(left_s):
            chunk = os.read(process.stdout.fileno(), _CHUNK)
            if not chunk:
                break
            kept += chunk[: _KEPT - len(kept)]
    return kept


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Stop what is left of it and of its children."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return

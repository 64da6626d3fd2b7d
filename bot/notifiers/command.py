"""Runs a program of the configuration: no shell, checked arguments, bounded time and output."""

import contextlib
import os
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import re2

from bot.core.errand import ErrandRun, ErrandState
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.engine.occasions import assignment
from bot.engine.reading import Views
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.templating.context import context_of
from bot.feishu.templating.sandbox import TemplateFault, render
from bot.feishu.templating.templates import values
from bot.notifiers.base import CommandSettings

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MOST_KEPT = 4096
MOST_WRITTEN = 1 << 20
"""A program that writes more is stopped: nobody reads it, and it may never end."""
_LOOK_S = 0.05
_SAID = 600


class Command:
    """Runs programs, each at most once for each approval; safe to use from several threads.

    What was under way when this process was killed is not begun again: nobody knows how far it
    came, and the timeline says so.
    """

    def __init__(
        self,
        settings: tuple[CommandSettings, ...],
        views: Views,
        zone: ZoneInfo,
        begin: Callable[[ErrandRun], bool],
        clean: Callable[[str], str],
    ) -> None:
        """`begin` notes that it is under way, once; `clean` redacts what it writes."""
        self._settings = {one.name: one for one in settings}
        self._views = views
        self._zone = zone
        self._begin = begin
        self._clean = clean

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Run it; None if it is not to be done any more."""
        owed = job.notification
        known = self._settings.get(owed.target.address)
        if known is None:
            detail = f"no [[command]] {owed.target.address} is configured"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        found = assignment(owed, self._views, now)
        if found is None or found.run is None:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        argv = arguments(known, values(context_of(found, reader, tame=False)))
        if known.dry_run:
            return Receipt(outcome=f"dry run: {self._said(shlex.join(argv))}")
        if found.run.state is ErrandState.BEGUN or not self._begin(found.run):
            detail = "it was under way when Larkwatch stopped: whether it was done is not known"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        how, output = run(known, argv)
        outcome = f"{how} {self._said(output)}".strip()
        return Receipt(outcome=outcome, failed=how != "exit 0")

    def _said(self, text: str) -> str:
        return one_line(self._clean(text), _SAID)


def arguments(known: CommandSettings, context: dict[str, object]) -> list[str]:
    """The program and its arguments; what a template made is checked, what is written is not.

    Raises:
        DeliveryError: If a template breaks, or makes what is not allowed.
    """
    argv = [known.argv[0]]
    allowed = re2.compile(known.allow)
    for number, template in enumerate(known.argv[1:], start=1):
        if "{{" not in template and "{%" not in template:
            argv.append(template)
            continue
        try:
            made = render(template, context)
        except TemplateFault as error:
            detail = f"argument {number}: {error}"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail) from error
        if "\0" in made or not allowed.fullmatch(made):
            detail = f"argument {number} is not allowed: {one_line(made, 100)!r}"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail)
        argv.append(made)
    return argv


def run(known: CommandSettings, argv: list[str]) -> tuple[str, str]:
    """How it ended, ``exit 0`` when well, and the beginning of what it wrote.

    Raises:
        DeliveryError: If it cannot be started.
    """
    environment = {"PATH": PATH, "LANG": "C.UTF-8"}
    environment |= {key: os.environ[key] for key in known.environment if key in os.environ}
    try:
        process = subprocess.Popen(  # noqa: S603 - what the configuration allows, without a shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=known.folder,
            env=environment,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        detail = f"it cannot be started: {getattr(error, 'strerror', None) or error}"
        raise DeliveryError(Fault.MISCONFIGURED, detail=detail) from error
    with process:
        stopped, kept = _read(process, known.timeout_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with all that it began
        code = process.wait()
    return stopped or f"exit {code}", kept.decode("utf-8", "replace")


def _read(process: subprocess.Popen[bytes], timeout_s: float) -> tuple[str, bytes]:
    """Why it had to be stopped, "" when it ended by itself, and what it wrote."""
    assert process.stdout is not None  # noqa: S101 - for the type: it was asked for
    pipe, kept, written = process.stdout.fileno(), b"", 0
    ends = time.monotonic() + timeout_s
    while True:
        left = ends - time.monotonic()
        if left <= 0:
            return f"stopped after {timeout_s:g} s", kept
        over = process.poll() is not None
        readable, _, _ = select.select([pipe], [], [], 0 if over else min(left, _LOOK_S))
        if not readable:
            if over:  # what it began may hold the pipe open for long
                return "", kept
            continue
        chunk = os.read(pipe, 65536)
        if not chunk:
            _await(process, ends)
            return "" if process.poll() is not None else f"stopped after {timeout_s:g} s", kept
        written += len(chunk)
        kept = (kept + chunk)[:MOST_KEPT]
        if written > MOST_WRITTEN:
            return f"stopped: it wrote more than {MOST_WRITTEN >> 20} MiB", kept


def _await(process: subprocess.Popen[bytes], ends: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(max(0.0, ends - time.monotonic()))

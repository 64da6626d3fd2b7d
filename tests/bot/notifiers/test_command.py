"""Commands: no shell, checked arguments, bounded time and output, at most once."""

import sys
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.core.errand import ErrandKind, ErrandState
from bot.core.subscription import TargetKind
from bot.core.why import Why
from bot.notifiers.base import CommandSettings
from bot.notifiers.command import Command
from bot.store.store import Store
from tests.bot.notifiers.counter import Counter, errand, table

PYTHON = sys.executable


def at_counter(store: Store, *argv: str, **fields: object) -> Counter:
    counter = Counter(store, table(errand(ErrandKind.COMMAND, "do")))
    found = {"name": "do", "argv": argv, "dry_run": False, "timeout_s": 20, **fields}
    counter.notifiers[TargetKind.COMMAND] = Command(
        (CommandSettings.model_validate(found),),
        counter.views,
        ZoneInfo("UTC"),
        counter.engine.begin_errand,
        lambda text: text.replace("hunter2", "[password]"),
    )
    return counter


def test_a_program_gets_what_templates_make_and_nothing_of_this_process(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LARKWATCH_APP_SECRET", "hunter2")
    monkeypatch.setenv("REGION", "eu")
    code = "import os, sys; print(sys.argv[1:], sorted(os.environ)); sys.exit(3)"
    counter = at_counter(
        store, PYTHON, "-c", code, "{{ service }}", "$(id); hunter2", environment=["REGION"]
    )
    counter.fire()
    counter.run(seconds=1)
    assert counter.runs() == {"command:do": ErrandState.FAILED}
    said = "exit 3 ['pay', '$(id); [password]'] ['LANG', 'PATH', 'REGION']"
    assert counter.happened()[-1] == (Why.ERRAND_FAILED, f"command:do {said}")


@pytest.mark.parametrize("service", ["-rf", "a b", "x;id", "$(id)", "a\nb", "", "x" * 201, "é"])
def test_an_argument_that_is_not_allowed_runs_nothing(store: Store, service: str) -> None:
    counter = at_counter(store, PYTHON, "-c", "print('ran')", "{{ service }}")
    counter.fire(service=service)
    counter.run(seconds=1)
    assert counter.runs() == {"command:do": ErrandState.FAILED}
    assert "argument 3 is not allowed" in counter.one().outcome


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time; print('begun', flush=True); time.sleep(60)", "stopped after 0.5 s"),
        ("while True: print('x' * 99999)", "stopped: it wrote more than 1 MiB"),
        (
            "import subprocess, sys; "  # noqa: ISC004 - one program
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
            "print('done')",
            "exit 0 done",
        ),
    ],
)
def test_what_does_not_end_is_stopped_with_all_that_it_began(
    store: Store, code: str, said: str
) -> None:
    bound = 0.5 if "0.5" in said else 20
    counter = at_counter(store, PYTHON, "-c", code, timeout_s=bound)
    counter.fire()
    counter.run(seconds=1)
    assert counter.one().outcome.startswith(said)


def test_a_dry_run_says_what_it_would_do_and_does_nothing(store: Store) -> None:
    counter = at_counter(store, "/nonexistent", "restart", "{{ service }}", dry_run=True)
    counter.fire()
    counter.run(seconds=1)
    assert counter.one().outcome == "dry run: /nonexistent restart pay"


def test_what_was_under_way_at_a_crash_is_not_done_again(store: Store) -> None:
    counter = at_counter(store, PYTHON, "-c", "print('ran')")
    counter.fire()
    run = counter.one()
    assert counter.engine.begin_errand(run)
    assert not counter.engine.begin_errand(run)
    counter.run(seconds=1)
    assert counter.runs() == {"command:do": ErrandState.FAILED}
    assert "whether it was done is not known" in counter.one().outcome


def test_what_was_wanted_too_long_ago_is_not_done(store: Store) -> None:
    counter = at_counter(store, PYTHON, "-c", "print('ran')")
    counter.fire()
    run = counter.one()
    with store.transaction():
        store.errands.save(replace(run, at=counter.clock.now()), run.state)
    counter.run(minutes=11)
    assert "too late" in counter.one().outcome

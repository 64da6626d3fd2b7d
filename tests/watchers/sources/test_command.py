"""A program run again and again: its lines, how it ended, and when it is run."""

import sys
from pathlib import Path

import pytest

from tests.watchers.drawing import Drawing
from tests.watchers.following import MovedClock
from watchers.watch import Watch


def watch(script: str, **said: object) -> Watch:
    run = [sys.executable, "-c", script]
    return Watch.model_validate({"name": "disks", "command": {"run": run, **said}})


def test_what_it_prints_and_how_it_ended_are_lines() -> None:
    script = "import sys; print('a', flush=True); print('ERROR b', file=sys.stderr); sys.exit(3)"
    with Drawing(watch(script)) as drawing:
        drawing.until(lambda: any("exit=3" in line for line in drawing.lines))
        assert drawing.lines[:2] == ["a", "ERROR b"]
        assert drawing.lines[2].startswith("level=error command=python")
        assert drawing.blocks[0].labels == {"service": "disks"}


def test_a_good_end_is_no_error() -> None:
    with Drawing(watch("print('fine')")) as drawing:
        drawing.until(lambda: len(drawing.lines) == 2)
        assert drawing.lines[1].startswith("level=info ")
        assert " exit=0 " in drawing.lines[1]


def test_it_is_run_again_when_its_time_has_come_also_over_a_restart() -> None:
    clock = MovedClock()
    with Drawing(watch("print('ran')", every="1m"), clock) as drawing:
        drawing.until(lambda: len(drawing.lines) == 2)
        clock.pass_by(50)
        drawing.restart()
        assert drawing.look() == []
        clock.pass_by(9)
        assert drawing.look() == []
        clock.pass_by(2)
        drawing.until(lambda: len(drawing.lines) == 4)
        assert drawing.lines[2] == "ran"


def test_what_does_not_end_in_time_is_ended_with_its_children() -> None:
    clock = MovedClock()
    script = "import time; print('begun', flush=True); time.sleep(60)"
    with Drawing(watch(script, timeout="5s"), clock) as drawing:
        drawing.until(lambda: drawing.lines == ["begun"])
        child = drawing.source._supply._child._process  # type: ignore[attr-defined]
        clock.pass_by(5)
        drawing.until(lambda: len(drawing.lines) == 2)
        assert "level=error" in drawing.lines[1]
        assert 'msg="did not end within 5 s"' in drawing.lines[1]
        assert child.returncode == -9


def test_a_program_that_is_not_there_is_said_and_tried_again(tmp_path: Path) -> None:
    program = tmp_path / "probe"
    clock = MovedClock()
    said = {"name": "p", "command": {"run": [str(program)]}}
    with Drawing(Watch.model_validate(said), clock) as drawing:
        drawing.look()
        assert drawing.troubles == [f"{program} cannot be run: No such file or directory"]
        program.write_text("#!/bin/sh\necho here\n")
        program.chmod(0o700)
        assert drawing.look() == []
        clock.pass_by(1.0)
        drawing.until(lambda: "here" in drawing.lines)
        assert drawing.troubles == []


def test_our_secrets_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LARKWATCH_APP_SECRET", "x")
    script = "import os; print(sum(k.startswith('LARKWATCH_') for k in os.environ))"
    with Drawing(watch(script)) as drawing:
        drawing.until(lambda: bool(drawing.lines))
        assert drawing.lines[0] == "0"


def test_endless_output_is_bounded_and_counted() -> None:
    script = "import sys\nfor _ in range(90000): sys.stdout.write('x' * 99 + '\\n')"
    with Drawing(watch(script, timeout="1m")) as drawing:
        drawing.until(lambda: any("exit=0" in line for line in drawing.lines))
        assert 41_000 < len(drawing.lines) < 43_000
        assert "omitted_lines=4" in drawing.lines[-1]


def test_a_line_without_end_is_cut() -> None:
    script = "import sys; sys.stdout.write('x' * 1_000_000 + '\\nnext\\n')"
    with Drawing(watch(script)) as drawing:
        drawing.until(lambda: any("exit=0" in line for line in drawing.lines))
        assert [len(line) for line in drawing.lines[:2]] == [65536, 4]

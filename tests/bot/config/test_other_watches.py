"""Watches of what is no file: what check says of them, and what the command line adds."""

from pathlib import Path

from bot.config.load import examine, load, reading_stdin, watches_of
from bot.config.reload import ConfigFile


def written(folder: Path, text: str) -> str:
    file = folder / "larkwatch.toml"
    file.write_text(text)
    return str(file)


def test_a_program_that_is_not_there_is_warned_of_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, '[[watch]]\nname = "q"\ncommand = { run = ["no-such-program"] }\n')
    _, problems = examine(file)
    (found,) = [str(one) for one in problems if "watch" in one.path]
    assert found.startswith(f"{file}:3: watch[1].command: found there is no program")
    assert not any(one.fatal for one in problems)


def test_a_key_within_is_said_with_its_place_and_the_nearest(tmp_path: Path) -> None:
    file = written(tmp_path, '[[watch]]\nname = "j"\n[watch.journald]\nunit = ["a"]\n')
    _, problems = examine(file)
    (found,) = [one for one in problems if one.fatal]
    assert (found.line, found.path, found.nearest) == (4, "watch[1].journald.unit", "units")


def test_folders_are_taken_from_that_of_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[[watch]]\nname = "j"\njournald = { directory = "remote" }\n')
    (watch,) = watches_of(load(file), file)
    assert watch.journald is not None
    assert watch.journald.directory == str(tmp_path / "remote")


def test_standard_input_from_the_command_line_outlives_a_change_of_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, '[[watch]]\nname = "stdin"\nfiles = ["a.log"]\n')
    running = reading_stdin(load(file))
    assert [one.name for one in running.watch] == ["stdin", "standard input"]
    assert reading_stdin(running) is running
    config_file = ConfigFile(file)
    written(tmp_path, '[[watch]]\nname = "b"\nfiles = ["b.log"]\n')
    reading = config_file.read(running)
    assert [(one.name, one.stdin) for one in reading.config.watch] == [
        ("b", False),
        ("stdin", True),
    ]

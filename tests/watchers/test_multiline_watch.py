"""A watch that says which lines belong together, from its files to its findings."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.watchers.watching import Watching, shown
from watchers.sources.file.settings import WatchSettings


def test_case_23_a_record_goes_on_over_blocks_and_ends_when_nothing_more_comes(
    tmp_path: Path,
) -> None:
    log = tmp_path / "a.log"
    log.write_text("# ERROR one\nmore\n")
    watching = Watching(log, multiline={"start": "^#"}, trace_idle_s=60.0)
    assert watching.look() == []
    with log.open("a") as file:
        file.write("still more\n# fine\n")
    assert shown(watching.look()) == ["# ERROR one\nmore\nstill more"]
    with log.open("a") as file:
        file.write("# ERROR two\n")
    assert watching.look() == []
    assert shown(watching.look(seconds=60.0)) == ["# ERROR two"]
    watching.close()


def test_case_25_after_a_restart_records_that_overlap_are_found_once(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("1 ERROR a\n2 ERROR b\n2 fine\n")
    watching = Watching(log, multiline={"key": r"^\d"}, trace_idle_s=60.0)
    assert watching.look() == []
    watching.restart()
    with log.open("a") as file:
        file.write("1   at a1\n1 fine\n")
    (found,) = watching.look()
    assert found.count == 2
    assert shown([found]) == ["1 ERROR a\n1   at a1", "2 ERROR b"]
    watching.restart()
    assert watching.look(seconds=120.0) == []
    watching.close()


def test_patterns_that_cannot_be_used_are_refused_with_the_reason() -> None:
    with pytest.raises(ValidationError, match="a usable pattern"):
        WatchSettings.model_validate({"name": "a", "files": ["b"], "multiline": {"start": "("}})


def test_continue_is_the_word_in_the_file() -> None:
    said = {"name": "a", "files": ["b"], "multiline": {"continue": "^>"}}
    assert WatchSettings.model_validate(said).multiline.continues == "^>"

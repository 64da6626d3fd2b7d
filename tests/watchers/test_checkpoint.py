"""Positions survive restarts; one process at a time has them."""

from pathlib import Path

import pytest

from watchers.checkpoint import FileCheckpoint
from watchers.errors import CheckpointError


def test_what_was_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    first = FileCheckpoint(tmp_path / "new" / "state")
    first.save({"a": "1", "b": "2"})
    first.save({"a": "", "c": "3"})
    first.close()
    again = FileCheckpoint(tmp_path / "new" / "state")
    assert again.positions == {"b": "2", "c": "3"}
    assert again.note == ""
    again.close()


def test_case_45_a_second_process_is_refused(tmp_path: Path) -> None:
    first = FileCheckpoint(tmp_path)
    with pytest.raises(CheckpointError, match="in use by another process"):
        FileCheckpoint(tmp_path)
    first.close()
    FileCheckpoint(tmp_path).close()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 9}', '{"version": 1}'])
def test_case_38_a_damaged_file_is_kept_aside_and_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "positions.json").write_text(content)
    checkpoint = FileCheckpoint(tmp_path)
    assert checkpoint.positions == {}
    assert "kept as" in checkpoint.note
    assert (tmp_path / "positions.corrupt").read_text() == content
    checkpoint.close()


def test_case_38_an_entry_cut_off_by_a_crash_was_never_saved(tmp_path: Path) -> None:
    first = FileCheckpoint(tmp_path)
    for n in range(5):
        first.save({"a": str(n)})
    first.close()
    journal = tmp_path / "positions.journal"
    whole = journal.read_bytes()
    for cut in range(len(whole.splitlines()[-1]) + 1):
        journal.write_bytes(whole[: len(whole) - 1 - cut])
        again = FileCheckpoint(tmp_path)
        assert (again.positions, again.note) == ({"a": "4" if not cut else "3"}, "")
        again.close()


def test_case_38_a_journal_damaged_in_the_middle_is_kept_aside_and_said(tmp_path: Path) -> None:
    first = FileCheckpoint(tmp_path)
    for n in range(5):
        first.save({"a": str(n)})
    first.close()
    journal = tmp_path / "positions.journal"
    journal.write_bytes(journal.read_bytes().replace(b'"2"', b'"9"'))
    again = FileCheckpoint(tmp_path)
    assert again.positions == {"a": "1"}
    assert "damaged in entry 2" in again.note
    assert (tmp_path / "positions.corrupt").exists()
    again.save({"b": "1"})
    again.close()
    last = FileCheckpoint(tmp_path)
    assert (last.positions, last.note) == ({"a": "1", "b": "1"}, "")
    last.close()


def test_a_long_journal_is_folded_into_the_snapshot(tmp_path: Path) -> None:
    checkpoint = FileCheckpoint(tmp_path)
    long = "x" * (1 << 20)
    for n in range(12):
        checkpoint.save({"long": long, "n": str(n)})
        written = [file.stat().st_size for file in tmp_path.glob("positions.*")]
        assert sum(written) < 8 << 20
    checkpoint.close()
    again = FileCheckpoint(tmp_path)
    assert again.positions == {"long": long, "n": "11"}
    again.close()


def test_case_39_a_save_that_fails_is_said_and_made_good_later(tmp_path: Path) -> None:
    checkpoint = FileCheckpoint(tmp_path)
    checkpoint.save({"first": "1"})
    for n, hindrance in enumerate(("positions.journal", "positions.new")):
        (tmp_path / hindrance).mkdir()
        with pytest.raises(CheckpointError, match="cannot be written"):
            checkpoint.save({f"a{n}": "1"})
        (tmp_path / hindrance).rmdir()
    checkpoint.save({"b": "2"})
    checkpoint.close()
    again = FileCheckpoint(tmp_path)
    assert again.positions == {"first": "1", "a0": "1", "a1": "1", "b": "2"}
    again.close()


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CheckpointError, match="cannot be used"):
        FileCheckpoint(tmp_path / "file" / "state")

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


def test_a_second_process_is_refused(tmp_path: Path) -> None:
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


def test_case_39_a_save_that_fails_is_said_and_made_good_later(tmp_path: Path) -> None:
    checkpoint = FileCheckpoint(tmp_path)
    (tmp_path / "positions.new").mkdir()
    with pytest.raises(CheckpointError, match="cannot be written"):
        checkpoint.save({"a": "1"})
    (tmp_path / "positions.new").rmdir()
    checkpoint.save({"b": "2"})
    checkpoint.close()
    again = FileCheckpoint(tmp_path)
    assert again.positions == {"a": "1", "b": "2"}
    again.close()


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CheckpointError, match="cannot be used"):
        FileCheckpoint(tmp_path / "file" / "state")

"""What wakes a reader, and what it is told of: events are hints, and may be lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.watchers.following import append
from watchers.sources.file.wake import Wake


@pytest.fixture
def wake() -> Iterator[Wake]:
    wake = Wake()
    yield wake
    wake.close()


def test_a_write_is_told_by_its_path(wake: Wake, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.touch()
    assert wake.watch([str(tmp_path)])
    assert wake.take() == (False, None)  # what came before it was watched
    append(log, "a\n")
    assert wake.wait(10)
    assert wake.take() == (False, {str(log)})
    log.rename(tmp_path / "b.log")
    assert wake.wait(10)
    names_changed, _ = wake.take()
    assert names_changed
    assert not wake.wait(0)


def test_case_49_when_events_were_lost_anything_may_have_happened(
    wake: Wake, tmp_path: Path
) -> None:
    wake.watch([str(tmp_path)])
    wake.take()
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with (tmp_path / "a").open("ab", 0) as one, (tmp_path / "b").open("ab", 0) as other:
        for _ in range(most // 2 + 10):  # alternating, or they would fold into one event
            one.write(b"a")
            other.write(b"b")
    assert wake.wait(10)
    assert wake.take() == (True, None)


def test_case_49_without_inotify_it_is_said_that_nothing_is_told(tmp_path: Path) -> None:
    blind = Wake(inotify=False)
    assert not blind.watch([str(tmp_path)])
    append(tmp_path / "a", "a\n")
    assert not blind.wait(0)
    blind.close()


def test_case_35_a_directory_made_again_is_watched_again(wake: Wake, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    assert wake.watch([str(folder)])
    folder.rmdir()
    assert wake.wait(10)
    folder.mkdir()
    assert wake.watch([str(folder)])
    wake.take()
    append(folder / "a", "a\n")
    assert wake.wait(10)
    _, touched = wake.take()
    assert touched == {str(folder / "a")}


def test_a_directory_that_cannot_be_watched_is_said(wake: Wake, tmp_path: Path) -> None:
    assert not wake.watch([str(tmp_path), str(tmp_path / "missing")])

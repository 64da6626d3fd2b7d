"""The cases a log reader must get right; the numbers are those of the list of cases."""

import bz2
import gzip
import json
import lzma
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from tests.watchers.following import Following, append

MB = 1024 * 1024


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text("before\n")
    return path


@pytest.fixture
def eye(log: Path) -> Iterator[Following]:
    """Follows one log that was there before."""
    following = Following(log)
    assert following.look() == []
    yield following
    following.source.close()


@pytest.fixture
def wide(log: Path) -> Iterator[Following]:
    """Follows the log and its rotated names."""
    following = Following(log.parent / "app.log*")
    assert following.look() == []
    yield following
    following.source.close()


def test_case_01_rename_and_create_gives_all_lines_of_both_in_order(
    log: Path, eye: Following
) -> None:
    append(log, "a\n")
    log.rename(log.with_name("app.log.1"))
    append(log, "b\n")
    assert eye.look() == ["a", "b"]
    assert eye.look() == []


def test_case_02_late_lines_of_the_renamed_file_are_read_for_a_while(
    log: Path, eye: Following
) -> None:
    old = log.rename(log.with_name("app.log.1"))
    append(log, "new\n")
    assert eye.look() == ["new"]
    append(old, "late\n")
    assert eye.look() == ["late"]
    eye.look(60)
    assert eye.source.open_files == 1


def test_case_03_copytruncate_loses_nothing_that_the_copy_still_has(
    log: Path, eye: Following
) -> None:
    append(log, "read\n")
    eye.look()
    append(log, "unread\n")
    shutil.copy(log, log.with_name("app.log.1"))
    os.truncate(log, 0)
    append(log, "after\n")
    assert eye.look() == ["unread", "after"]


def test_case_04_content_that_outgrew_the_old_position_is_read_from_its_start(
    log: Path, eye: Following
) -> None:
    os.truncate(log, 0)
    append(log, "x" * 500 + "\nsecond\n")
    assert eye.look() == ["x" * 500, "second"]


@pytest.mark.parametrize("seen_empty", [True, False])
@pytest.mark.parametrize("after", ["", "new\n", "x" * 500 + "\n"])
def test_case_04_cut_after_copying_before_anything_was_read(
    tmp_path: Path, after: str, seen_empty: bool
) -> None:
    log = tmp_path / "app.log"
    eye = Following(log)
    if seen_empty:
        log.touch()
    eye.look()
    append(log, "first\n")
    shutil.copy(log, tmp_path / "app.log.1")
    os.truncate(log, 0)
    append(log, after)
    expected = ["first"] if seen_empty else []  # else it is a file of before, as far as is known
    assert eye.look() == [*expected, *after.splitlines()]
    assert eye.look(60) == []
    eye.source.close()


@pytest.mark.parametrize("after", ["a\n", "before\nmore\n", "longer than it was before\n"])
def test_case_05_truncated_while_stopped_starts_at_the_beginning(
    log: Path, eye: Following, after: str
) -> None:
    append(log, "some\nlines\nmore\n")
    eye.look()
    os.truncate(log, 0)
    append(log, after)
    eye.restart()
    assert eye.look() == after.splitlines()


def test_case_06_and_07_emptied_with_the_same_first_line_afterwards(
    log: Path, eye: Following
) -> None:
    append(log, "one\n")
    eye.look()
    log.write_text("before\n")
    assert eye.look() == ["before"]


@pytest.mark.parametrize("looked_between", [True, False])
def test_case_08_and_09_deleted_and_created_again_is_read_from_its_start(
    log: Path, eye: Following, looked_between: bool
) -> None:
    log.unlink()
    if looked_between:
        eye.look(30)
        eye.look(30)
    log.write_text("before the new one\n")
    assert eye.look() == ["before the new one"]


def test_case_10_deleted_with_unread_data_is_read_to_its_end(log: Path, eye: Following) -> None:
    append(log, "x\n" * 100_000)
    eye.look(0)
    append(log, "last words\n")
    log.unlink()
    assert eye.look()[-1] == "last words"
    eye.look(60)
    assert eye.source.open_files == 0


def test_case_11_a_deleted_file_is_not_held_for_ever(
    log: Path, eye: Following, caplog: pytest.LogCaptureFixture
) -> None:
    with log.open("ab") as writer:
        log.unlink()
        for _ in range(60):
            writer.write(b"x" * 5000 + b"\n")
            writer.flush()
            eye.glance(90)
            if not eye.source.open_files:
                break
            assert eye.source.held_deleted_bytes() > 5000
    assert eye.source.held_deleted_bytes() == 0
    assert "a deleted file is held no longer" in caplog.text


def test_case_12_13_14_small_empty_and_equal_files_are_all_read(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).touch()
    eye = Following(tmp_path / "*")
    eye.look()
    for name in "abc":
        append(tmp_path / name, "started\n")
    append(tmp_path / "d", "started\n")
    assert eye.look() == ["started"] * 4
    eye.source.close()


def test_case_15_a_partial_line_is_kept_until_complete(log: Path, eye: Following) -> None:
    append(log, "half")
    assert eye.look() == []
    append(log, " and half\n")
    assert eye.look() == ["half and half"]


def test_case_15_a_partial_line_does_not_leak_into_the_next_file(log: Path, eye: Following) -> None:
    append(log, "half")
    eye.look()
    log.rename(log.with_name("app.log.1"))
    append(log, "whole\n")
    assert eye.look() == ["whole"]
    append(log, "cut")
    eye.look()
    os.truncate(log, 0)
    append(log, "z\n")
    assert eye.look() == ["z"]


def test_case_17_a_very_long_line_is_cut_for_matching_and_offsets_stay_true(
    log: Path, eye: Following
) -> None:
    append(log, b"y" * (10 * MB) + b"\nnext\n")
    eye.look()
    long, following = eye.blocks[-2:]
    assert len(long.data) == 64 * 1024 + 1
    assert (long.offset, following.offset) == (7, 7 + 10 * MB + 1)
    assert following.data == b"next\n"
    assert eye.source.counts.cut_lines == 1


def test_case_17_a_very_long_line_is_whole_for_who_wants_it_whole(tmp_path: Path) -> None:
    eye = Following(tmp_path / "a", whole_lines=True)
    eye.look()
    append(tmp_path / "a", b"y" * (10 * MB) + b"\n")
    assert [len(line) for line in eye.look()] == [10 * MB]
    eye.source.close()


def test_case_18_a_hole_of_nuls_is_stepped_over(log: Path, eye: Following) -> None:
    os.truncate(log, 0)
    append(log, b"\0" * 600_000 + b"after the hole\n")
    assert eye.look() == ["after the hole"]
    assert eye.blocks[-1].offset == 600_000


def test_case_19_crlf_keeps_exact_offsets(log: Path, eye: Following) -> None:
    append(log, "a\r\nb\r\n")
    assert eye.look() == ["a\r", "b\r"]
    assert eye.blocks[-1].end == log.stat().st_size


def test_case_27_compressed_generations_are_not_read(log: Path, wide: Following) -> None:
    (log.with_name("app.log.1.gz")).write_bytes(b"\x1f\x8b\x08\0\0\0\0\0compressed\n")
    assert wide.look() == []
    assert wide.troubles() == ""


def test_case_27_a_compressed_file_that_is_named_says_why_it_is_not_read(log: Path) -> None:
    packed = log.with_name("app.log.1.gz")
    packed.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0compressed\n")
    eye = Following(packed)
    assert eye.look() == []
    assert "gzip" in eye.troubles()
    eye.source.close()


PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.parametrize("wide_glob", [True, False])
def test_case_27_what_was_packed_while_down_is_read_from_where_reading_stood(
    log: Path, wide_glob: bool, copied: bool, kind: str
) -> None:
    eye = Following(log.with_name("app.log*" if wide_glob else "app.log"))
    eye.look()
    append(log, "read\n")
    assert eye.look() == ["read"]
    eye.restart()
    append(log, "unread\n")
    pack(log, f"app.log.2.{kind}", copied=copied)
    append(log, "between\n")
    pack(log, f"app.log.1.{kind}", copied=copied)
    append(log, "after\n")
    assert eye.look() == ["unread", "between", "after"]
    eye.restart()
    assert eye.look(60) == []
    eye.source.close()


@pytest.mark.parametrize("kind", PACKERS)
def test_case_28_what_is_being_packed_is_read_unpacked_and_once(
    log: Path, eye: Following, kind: str
) -> None:
    append(log, "unread\n")
    plain = log.rename(log.with_name("app.log.1"))
    log.touch()
    whole = PACKERS[kind](plain.read_bytes())
    packed = log.with_name(f"app.log.1.{kind}")
    packed.write_bytes(whole[:-4])
    eye.restart()
    assert eye.look() == ["unread"]
    packed.write_bytes(whole)
    plain.unlink()
    assert eye.look() == []
    eye.restart()
    assert eye.look(60) == []


def test_case_29_a_new_file_is_read_from_its_beginning(tmp_path: Path) -> None:
    eye = Following(tmp_path / "**" / "*.log")
    eye.look()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    append(tmp_path / "deep" / "er" / "x.log", "first\nsecond\n")
    assert eye.look() == ["first", "second"]
    eye.source.close()


def test_case_30_rotated_names_in_the_glob_are_not_read_twice(log: Path, wide: Following) -> None:
    append(log, "a\n")
    log.rename(log.with_name("app.log.1"))
    append(log, "b\n")
    assert wide.look() == ["a", "b"]
    assert wide.look(60) == []


def test_case_30_a_copy_in_the_glob_is_not_read_twice(log: Path, wide: Following) -> None:
    append(log, "a\n")
    wide.look()
    shutil.copy(log, log.with_name("app.log.1"))
    assert wide.look() == []
    append(log, "b\n")
    shutil.copy(log, log.with_name("app.log.1"))
    os.truncate(log, 0)
    append(log, "c\n")
    assert wide.look() == ["b", "c"]
    assert wide.look(60) == []


def test_case_31_a_switched_link_is_a_rotation(tmp_path: Path) -> None:
    first, second, link = (tmp_path / name for name in ("one", "two", "current"))
    first.touch()
    link.symlink_to(first)
    eye = Following(link)
    eye.look()
    append(first, "a\n")
    append(second, "b\n")
    link.unlink()
    link.symlink_to(second)
    assert eye.look() == ["a", "b"]
    eye.source.close()


def test_case_31_a_link_switched_while_down_is_a_rotation(tmp_path: Path) -> None:
    days = [tmp_path / f"app.2026112{n}" for n in range(4)]
    link = tmp_path / "current"
    days[0].touch()
    link.symlink_to(days[0])
    eye = Following(link)
    eye.look()
    append(days[0], "seen\n")
    assert eye.look() == ["seen"]
    eye.restart()
    append(days[0], "unread\n")
    for n in range(1, 4):
        append(days[n], f"day {n}\n")
    link.unlink()
    link.symlink_to(days[3])
    assert eye.look() == ["unread", "day 1", "day 2", "day 3"]
    eye.source.close()


def test_case_32_and_33_what_is_not_there_yet_is_said_and_waited_for(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "target")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    eye = Following(tmp_path / "missing", tmp_path / "dangling", tmp_path / "loop")
    eye.look()
    assert "does not exist; it is read from its beginning" in eye.troubles()
    assert "is a link to" in eye.troubles()
    assert "leads back to itself" in eye.troubles()
    append(tmp_path / "missing", "a\n")
    append(tmp_path / "target", "b\n")
    assert sorted(eye.look()) == ["a", "b"]
    eye.source.close()


def test_case_34_what_cannot_be_read_is_said_and_stops_no_other(tmp_path: Path) -> None:
    good = tmp_path / "good.log"
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.log").write_bytes(b"\x7fELF\x02\x01\x01\0\0\n")
    good.touch()
    eye = Following(tmp_path / "*.log", tmp_path / "folder", good / "below")
    eye.look()
    append(good, "fine\n")
    assert eye.look() == ["fine"]
    assert "is a directory; name the files in it" in eye.troubles()
    assert "a part of the path is a file" in eye.troubles()
    assert "is a binary file" in eye.troubles()
    (tmp_path / "binary.log").write_text("now text\n")
    assert eye.look() == ["now text"]
    eye.source.close()


def test_case_35_a_directory_made_again_is_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    eye = Following(folder / "*.log")
    eye.look()
    folder.rename(tmp_path / "moved")
    eye.look()
    folder.mkdir()
    append(folder / "a.log", "a\n")
    assert eye.look() == ["a"]
    eye.source.close()


def test_case_36_other_device_and_inode_numbers_after_a_remount(log: Path, eye: Following) -> None:
    append(log, "read\n")
    eye.look()
    eye.restart()
    stat = log.stat()
    for key in [key for key in eye.positions if key.endswith(f":{stat.st_ino}")]:
        moved = json.loads(eye.positions.pop(key))
        moved["file"] = [stat.st_dev + 1, stat.st_ino + 1, 0]
        eye.positions[f"w/{stat.st_dev + 1}:{stat.st_ino + 1}"] = json.dumps(moved)
    eye.restart()
    append(log, "new\n")
    assert eye.look() == ["new"]


def test_case_37_rotated_twice_between_two_looks_is_read_oldest_first(
    log: Path, eye: Following
) -> None:
    append(log, "a\n")
    log.rename(log.with_name("app.log.3"))
    append(log, "b\n")
    log.rename(log.with_name("app.log.2"))
    append(log, "c\n")
    shutil.copy(log, log.with_name("app.log.1"))
    os.truncate(log, 0)
    append(log, "d\n")
    assert eye.look() == ["a", "b", "c", "d"]
    assert eye.look(60) == []


def test_what_was_packed_is_not_read_again_after_its_inode_was_used_anew(
    log: Path, eye: Following
) -> None:
    append(log, "first\n")
    assert eye.look() == ["first"]
    turned = log.with_name("app.log.1")
    log.rename(turned)
    log.touch()
    eye.look()
    eye.look(20)
    log.with_name("app.log.1.gz").write_bytes(gzip.compress(turned.read_bytes()))
    turned.unlink()
    eye.look()
    eye.restart()
    log.with_name("app.log.1.gz").rename(log.with_name("app.log.2.gz"))
    log.rename(turned)
    append(log, "second\n")
    _give_inode_of_the_done_to(log, eye.positions)
    eye.restart()
    assert eye.look() == ["second"]
    for _ in range(2):
        eye.restart()
        assert eye.look() == []


def _give_inode_of_the_done_to(file: Path, positions: dict[str, str]) -> None:
    """As file systems do: the next file gets the number of the one that was removed last."""
    stat = file.stat()
    (key,) = [key for key, text in positions.items() if '"done":true' in text]
    stored = json.loads(positions.pop(key))
    stored["file"] = [stat.st_dev, stat.st_ino, 0]
    positions[f"w/{stat.st_dev}:{stat.st_ino}"] = json.dumps(stored)


@pytest.mark.parametrize("wide_glob", [True, False])
def test_case_37_rotated_twice_while_down_is_read_oldest_first(log: Path, wide_glob: bool) -> None:
    eye = Following(log.with_name("app.log*" if wide_glob else "app.log"))
    eye.look()
    eye.restart()
    append(log, "a\n")
    log.rename(log.with_name("app.log.2"))
    append(log.with_name("app.log.1"), "b\n")
    append(log, "c\n")
    assert eye.look() == ["a", "b", "c"]
    eye.restart()
    assert eye.look() == []
    eye.source.close()


def test_case_37_cut_after_copying_while_down_goes_on_in_the_copy(
    log: Path, eye: Following
) -> None:
    append(log, "unread\n")
    shutil.copy(log, log.with_name("app.log.1"))
    os.truncate(log, 0)
    append(log, "after\n")
    eye.restart()
    assert eye.look() == ["unread", "after"]


def test_case_40_a_restart_reads_nothing_twice(log: Path, eye: Following) -> None:
    append(log, "a\nb\npart")
    assert eye.look() == ["a", "b"]
    eye.restart()
    append(log, "ial\nc\n")
    assert eye.look() == ["partial", "c"]


def test_case_41_positions_of_files_long_gone_are_dropped(log: Path, eye: Following) -> None:
    log.unlink()
    eye.look(30)
    eye.look(30)
    assert sum(bool(text) for text in eye.positions.values()) == 2
    eye.look(25 * 3600)
    assert sum(bool(text) for text in eye.positions.values()) == 1


def test_case_42_the_very_first_start_begins_at_the_end_or_where_told(log: Path) -> None:
    eye = Following(log, from_start=True)
    assert eye.look() == ["before"]
    eye.source.close()


def test_case_43_a_big_backlog_does_not_keep_others_waiting(tmp_path: Path) -> None:
    append(tmp_path / "big", "x\n" * MB)
    append(tmp_path / "small", "small\n")
    eye = Following(tmp_path / "*", from_start=True)
    first_pass = [item for item in eye.source.read() if hasattr(item, "data")]
    assert sorted(len(block.data) for block in first_pass) == [6, 256 * 1024]
    eye.source.close()


def test_case_47_a_wall_clock_that_jumps_loses_and_repeats_nothing(
    log: Path, eye: Following
) -> None:
    for hours in (-30, 60, -30):
        eye.clock.set_by(hours)
        append(log, f"{hours}\n")
        assert eye.look() == [f"{hours}"]
        log.rename(log.with_name(f"app.log.{hours + 40}"))
        append(log, "next\n")
        assert eye.look() == ["next"]


@pytest.mark.parametrize("stopped", [True, False])
def test_case_52_an_editor_that_writes_the_same_content_keeps_the_position(
    log: Path, eye: Following, stopped: bool
) -> None:
    append(log, "one\ntwo\n")
    eye.look()
    fresh = log.with_name("swap")
    fresh.write_text(log.read_text() + "added\n")
    fresh.rename(log)
    if stopped:
        eye.restart()
    assert eye.look() == ["added"]


def test_case_52_a_rotation_with_the_same_first_line_is_no_editor(
    log: Path, eye: Following
) -> None:
    log.rename(log.with_name("app.log.1"))
    append(log, "before\n")
    assert [*eye.look(0.5), *eye.look(2)] == ["before"]


def pack(log: Path, name: str, *, copied: bool) -> None:
    """What a rotation that compresses at once leaves of a log."""
    packer = PACKERS[name.rpartition(".")[2]]
    log.with_name(name).write_bytes(packer(log.read_bytes()))
    if copied:
        os.truncate(log, 0)
    else:
        log.unlink()
        log.touch()

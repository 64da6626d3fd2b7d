"""Log files with everything that can be wrong with them, and how they are rotated."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app.doctor.building import scene_of
from bot.app.doctor.doctor import Doctor
from bot.app.doctor.rotation import LARGE
from bot.app.doctor.sources import MOST_FILES
from bot.core.diagnosis import Check, Status, Verdict

NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """With the rights of a user who owns nothing; without root to begin with, as who we are.

    The whole process has them, who may not even read Python's own modules: what is first imported
    meanwhile would be missing for good. So it is for one call, and one that was made before.
    """
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter; those of pytest are its own."""
    with tempfile.TemporaryDirectory(prefix="larkwatch-open-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder


def test_a_file_that_is_written_is_well(patient: Any) -> None:
    found = patient.only(Check.SOURCES)
    assert (found.verdict, found.subject) == (Verdict.SOURCE_GOOD, str(patient.log))


def test_a_file_nobody_may_read_is_a_failure_with_its_remedy(
    patient: Any, open_folder: Path
) -> None:
    log = open_folder / "pay.log"
    log.write_text("INFO pay: hello\n")
    patient.file.write_text(patient.file.read_text().replace("pay*.log", str(log)))
    with scene_of(str(patient.file), patient.clock, patient.machine) as scene:
        doctor = Doctor(lambda: scene)
        (before,) = doctor.examine({Check.SOURCES})
        log.chmod(0)
        with as_nobody():
            (found,) = doctor.examine({Check.SOURCES})
    assert before.verdict is Verdict.SOURCE_GOOD
    assert found.verdict is Verdict.SOURCE_UNREADABLE
    assert "permission denied" in str(found.facts["detail"])


def test_an_absent_file_and_a_glob_without_hits_are_warned_of(patient: Any) -> None:
    patient.log.unlink()
    found = patient.only(Check.SOURCES)
    assert found.verdict is Verdict.SOURCE_ABSENT
    assert found.subject.endswith("pay*.log")
    patient.file.write_text(patient.file.read_text().replace("pay*.log", "pay.log"))
    assert patient.only(Check.SOURCES).verdict is Verdict.SOURCE_ABSENT


def test_a_folder_in_place_of_a_file_is_a_failure(patient: Any) -> None:
    patient.file.write_text(patient.file.read_text().replace("pay*.log", "."))
    assert patient.only(Check.SOURCES).verdict is Verdict.SOURCE_UNREADABLE


@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"\x1f\x8b\x08\x00" + b"\x00" * 100, Verdict.SOURCE_NO_LOG),
        (b"\x7fELF" + b"\x01" * 100, Verdict.SOURCE_NO_LOG),
        (b"", Verdict.SOURCE_EMPTY),
    ],
)
def test_what_is_no_log_is_said_to_be_none(patient: Any, content: bytes, verdict: Verdict) -> None:
    patient.log.write_bytes(content)
    assert patient.only(Check.SOURCES).verdict is verdict


def test_another_encoding_is_guessed_from_the_lines(patient: Any) -> None:
    patient.log.write_bytes("支付失败：余额不足\n".encode("gb18030") * 50)
    found = patient.only(Check.SOURCES)
    assert found.verdict is Verdict.SOURCE_ENCODING
    assert found.facts["guess"] == "(gb18030?)"
    patient.configure(watch='encoding = "gb18030"')
    assert patient.only(Check.SOURCES).verdict is Verdict.SOURCE_GOOD


def test_only_the_whole_lines_at_the_end_of_a_large_file_are_judged(patient: Any) -> None:
    patient.log.write_text("支付成功\n" * 50_000)
    assert patient.only(Check.SOURCES).verdict is Verdict.SOURCE_GOOD


def test_a_file_that_stopped_growing_is_warned_of(patient: Any) -> None:
    patient.clock.move(days=3)
    found = patient.only(Check.SOURCES)
    assert found.verdict is Verdict.SOURCE_SILENT
    assert found.facts["age"].days >= 2


def test_of_many_files_some_are_looked_at_and_the_rest_counted(patient: Any) -> None:
    for number in range(MOST_FILES + 2):
        (patient.folder / f"pay{number}.log").write_text("x\n")
    found = patient.examine(Check.SOURCES)
    assert len(found) == MOST_FILES + 1
    assert found[-1].verdict is Verdict.SOURCES_MORE
    assert found[-1].facts["count"] == 3


def set_up(patient: Any, text: str) -> None:
    folder = patient.folder / "logrotate.d"
    folder.mkdir(exist_ok=True)
    (folder / "pay").write_text(text)
    patient.machine = replace(patient.machine, logrotate=(folder, Path("/nowhere")))


def test_who_rotates_a_file_and_how_is_read_from_logrotate(patient: Any) -> None:
    assert patient.only(Check.ROTATION).verdict is Verdict.ROTATION_UNKNOWN
    script = "postrotate\n  kill -HUP { 1 }\nendscript"
    set_up(patient, f'# all\n"{patient.folder}/*.log" /x/y.log {{\n  daily\n  {script}\n}}\n')
    found = patient.only(Check.ROTATION)
    assert (found.verdict, found.status) == (Verdict.ROTATION_GOOD, Status.OK)
    assert found.facts["by"] == str(patient.folder / "logrotate.d" / "pay")


def test_copytruncate_is_noted(patient: Any) -> None:
    set_up(patient, f"{patient.log} {{\n  weekly\n  copytruncate\n}}\n")
    assert patient.only(Check.ROTATION).verdict is Verdict.ROTATION_COPIES
    set_up(patient, f"copytruncate\n{patient.log} {{\n  weekly\n}}\n")
    assert patient.only(Check.ROTATION).verdict is Verdict.ROTATION_COPIES
    set_up(patient, f"copytruncate\n{patient.log} {{\n  nocopytruncate\n}}\n")
    assert patient.only(Check.ROTATION).verdict is Verdict.ROTATION_GOOD


def test_a_large_file_that_nothing_rotates_is_warned_of(patient: Any) -> None:
    with patient.log.open("r+b") as opened:
        opened.truncate(LARGE)  # with a hole, no bytes on the disk
    assert patient.only(Check.ROTATION).verdict is Verdict.ROTATION_NONE


def test_too_few_watches_of_the_kernel_are_warned_of(patient: Any) -> None:
    assert patient.only(Check.INOTIFY).verdict is Verdict.INOTIFY_GOOD
    (patient.folder / "max_user_watches").write_text("1\n")
    patient.machine = replace(patient.machine, inotify=patient.folder)
    assert patient.only(Check.INOTIFY).verdict is Verdict.INOTIFY_LOW
    patient.configure(watch='wake = "poll"')
    assert patient.only(Check.INOTIFY).verdict is Verdict.INOTIFY_UNUSED


def test_nothing_watched_is_warned_of(patient: Any) -> None:
    patient.file.write_text(patient.file.read_text().partition("[[watch]]")[0])
    assert patient.only(Check.SOURCES).verdict is Verdict.SOURCES_NONE


def test_what_is_no_file_is_opened_as_the_watch_would(patient: Any) -> None:
    config = patient.file.read_text()
    head, _, _ = config.partition("[[watch]]")
    patient.file.write_text(
        head + '[[watch]]\nname = "j"\njournald = { directory = "no-journal" }\n'
        '[[watch]]\nname = "c"\ncommand = { run = ["true"] }\n'
        '[[watch]]\nname = "p"\nstdin = true\n'
        '[[watch]]\nname = "l"\n[watch.loki]\nurl = "http://127.0.0.1:9"\nquery = "{a=\'b\'}"\n'
    )
    found = {one.subject: one for one in patient.examine(Check.SOURCES)}
    assert {name: one.verdict for name, one in found.items()} == {
        "j": Verdict.SOURCE_SHUT,
        "c": Verdict.SOURCE_ANSWERS,
        "p": Verdict.SOURCE_PIPED,
        "l": Verdict.SOURCE_SHUT,
    }
    assert "journalctl ended with 1" in str(found["j"].facts["detail"])
    assert "cannot be reached: Connection refused" in str(found["l"].facts["detail"])

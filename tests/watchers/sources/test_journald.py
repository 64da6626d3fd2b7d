"""The journal, followed with the real journalctl in files that systemd's own writer makes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.watchers.drawing import Drawing
from tests.watchers.sources.journals import BOOTS, WRITER, Journal
from watchers.sources.journald.settings import JournaldSettings
from watchers.sources.journald.supply import arguments_of, entry_of
from watchers.watch import Watch


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    if not WRITER.exists():
        pytest.skip("systemd-journal-remote is not installed (apt-get install it)")
    journal = Journal(tmp_path / "journal")
    yield journal
    journal.close()


def watch(folder: Path, **said: object) -> Watch:
    settings = {"directory": str(folder), **said}
    return Watch.model_validate({"name": "j", "journald": settings, "from_start": True})


def test_entries_come_with_unit_priority_identifier_and_host(journal: Journal) -> None:
    journal.write(
        "ERROR upstream timed out",
        PRIORITY="3",
        _SYSTEMD_UNIT="nginx.service",
        SYSLOG_IDENTIFIER="nginx",
        _HOSTNAME="web-7",
    )
    with Drawing(watch(journal.folder)) as drawing:
        drawing.until(lambda: len(drawing.lines) == 1)
        (block,) = drawing.blocks
        assert block.data == b"ERROR upstream timed out\n"
        assert block.path == "journald:nginx.service/err"
        assert block.labels == {
            "service": "nginx",
            "unit": "nginx.service",
            "identifier": "nginx",
            "priority": "err",
            "host": "web-7",
        }
        assert drawing.troubles == []


def test_what_systemd_says_of_a_unit_is_that_units(journal: Journal) -> None:
    journal.write("Failed to start", _SYSTEMD_UNIT="init.scope", UNIT="pay.service", PRIORITY="4")
    with Drawing(watch(journal.folder)) as drawing:
        drawing.until(lambda: len(drawing.lines) == 1)
        assert drawing.blocks[0].labels["service"] == "pay"


def test_reading_goes_on_behind_the_last_entry_after_a_restart(journal: Journal) -> None:
    journal.write("one")
    with Drawing(watch(journal.folder)) as drawing:
        drawing.until(lambda: drawing.lines == ["one"])
        journal.write("two")
        drawing.until(lambda: drawing.lines == ["one", "two"])
        drawing.source.close()
        journal.write("three", boot=BOOTS[1])  # the machine was started anew meanwhile
        journal.write("four", boot=BOOTS[1])
        drawing.restart()
        drawing.until(lambda: len(drawing.lines) >= 4)
        journal.write("five", boot=BOOTS[1])
        drawing.until(lambda: len(drawing.lines) >= 5)
        assert drawing.lines == ["one", "two", "three", "four", "five"]


def test_at_the_first_start_reading_begins_at_the_end(journal: Journal) -> None:
    journal.write("long ago", __REALTIME_TIMESTAMP="1700000000000000")
    settings = watch(journal.folder).model_copy(update={"from_start": False})
    with Drawing(settings) as drawing:
        drawing.look()
        drawing.restart()  # nothing was read yet: where it began is kept all the same
        journal.write("now")
        drawing.until(lambda: "now" in drawing.lines)
        assert drawing.lines == ["now"]


def test_only_the_units_and_priorities_asked_for_are_read(journal: Journal) -> None:
    journal.write("other unit", _SYSTEMD_UNIT="a.service", PRIORITY="3")
    journal.write("too mild", _SYSTEMD_UNIT="b.service", PRIORITY="6")
    journal.write("wanted", _SYSTEMD_UNIT="b.service", PRIORITY="2")
    with Drawing(watch(journal.folder, units=["b.service"], priority="err")) as drawing:
        drawing.until(lambda: bool(drawing.lines))
        assert drawing.lines == ["wanted"]


def test_bytes_that_are_no_text_and_several_lines_come_through(journal: Journal) -> None:
    journal.write(b"Traceback:\n  \xff\x00 x\n")
    with Drawing(watch(journal.folder)) as drawing:
        drawing.until(lambda: bool(drawing.lines))
        assert drawing.blocks[0].data == b"Traceback:\n  \xff\x00 x\n"


def test_a_journal_that_is_not_there_yet_is_waited_for(journal: Journal) -> None:
    with Drawing(watch(journal.folder)) as drawing:
        drawing.until(lambda: bool(drawing.troubles))
        assert "journalctl ended with 1" in drawing.troubles[0]
        journal.write("here it is")
        drawing.until(lambda: bool(drawing.lines))
        assert drawing.troubles == []


def test_a_reader_that_is_killed_is_started_again_and_nothing_is_lost(journal: Journal) -> None:
    journal.write("one")
    with Drawing(watch(journal.folder)) as drawing:
        drawing.until(lambda: drawing.lines == ["one"])
        drawing.source._supply._child._process.kill()  # type: ignore[attr-defined]
        journal.write("two")
        drawing.until(lambda: len(drawing.lines) > 1)
        assert drawing.lines == ["one", "two"]


def test_settings_never_become_other_options() -> None:
    settings = JournaldSettings(units=("-x",), identifiers=("--all",))
    said = arguments_of(settings, "cursor:--evil")
    assert {"--unit=-x", "--identifier=--all", "--after-cursor=--evil"} <= set(said)
    with pytest.raises(ValueError, match="fields of the journal"):
        JournaldSettings(matches=("--flush",))


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"null", b'{"__CURSOR": "a"}', b'{"__CURSOR":1,"MESSAGE":"x"}']
)
def test_what_is_no_entry_is_left_out(line: bytes) -> None:
    assert entry_of(line, here="h") is None


def test_a_field_given_twice_counts_as_its_first_and_a_message_as_all() -> None:
    found = entry_of(
        b'{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1000000","MESSAGE":["a",[98,255]],'
        b'"SYSLOG_IDENTIFIER":["x","y"],"PRIORITY":"9"}',
        here="h",
    )
    assert found is not None
    assert found.stream is not None
    assert (found.text, found.stream.path, found.at_s) == (b"a\nb\xff", "journald:x/info", 1.0)

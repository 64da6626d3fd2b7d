"""Looking back: searching, whole records, and what never leaves the host."""

import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.watchers.following import MovedClock
from watchers.blocks.surroundings import mark_of
from watchers.lookback.looking import MOST_HITS, RECORD_BYTES, Looking
from watchers.lookback.window import number_at
from watchers.questions import (
    Answer,
    Ask,
    Ending,
    LogLine,
    Question,
    answer_from_dict,
    answer_to_dict,
    question_from_dict,
    question_to_dict,
)
from watchers.redaction.redactor import RedactionSettings, Redactor
from watchers.sources.file.identity import digest
from watchers.sources.file.settings import WatchSettings

KEY = [
    "-----BEGIN RSA PRIVATE KEY-----",
    *["MIIEow" + "A" * 58] * 8,
    "-----END RSA PRIVATE KEY-----",
]


class Place:
    """A folder with the log of one watch."""

    def __init__(self, folder: Path, encoding: str = "utf-8") -> None:
        self.log = folder / "pay.log"
        self.clock = MovedClock()
        self.watch = WatchSettings(
            name="pay", files=[str(folder / "pay*.log")], service="pay", encoding=encoding
        )
        redactor = Redactor(RedactionSettings())
        self.looking = Looking([self.watch], "box", redactor, self.clock)

    def write(self, *lines: str) -> None:
        self.log.write_bytes("".join(f"{line}\n" for line in lines).encode(self.watch.encoding))

    def search(self, words: str, **fields: object) -> Answer:
        return self.looking.answer(Question(id=1, ask=Ask.SEARCH, words=words, **fields))  # type: ignore[arg-type]

    def about(self, line: str, ask: Ask = Ask.AROUND, **fields: object) -> Answer:
        """Ask about the record that begins with this line."""
        raw, sep = self.log.read_bytes(), b"\n"
        offset = raw.index(line.encode(self.watch.encoding))
        stat = self.log.stat()
        keys = {
            "path": str(self.log),
            "file": f"{stat.st_dev}:{stat.st_ino}:0:{digest(raw[:256].split(sep)[0])}",
            "offset": offset,
            "end": len(raw),
            "mark": mark_of(raw[offset:]),
        }
        return self.looking.answer(Question(id=1, ask=ask, **(keys | fields)))  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_search_gives_the_newest_first_with_numbers_and_the_lines_around(place: Place) -> None:
    place.write("one", "TIMEOUT a", "two", "three", "timeout b", "four")
    answer = place.search("Timeout")
    assert [(line.number, line.text) for line in answer.lines] == [
        (5, "timeout b"),
        (2, "TIMEOUT a"),
    ]
    assert answer.lines[0].before == ("two", "three")
    assert answer.lines[0].after == ("four",)
    assert answer.lines[1].after == ("two", "three")
    assert (answer.ending, answer.files) == (Ending.DONE, 1)


def test_without_words_the_newest_lines_are_given(place: Place) -> None:
    place.write("one", "", "two", "three")
    lines = place.search("").lines
    assert [(line.number, line.text) for line in lines] == [(4, "three"), (3, "two"), (1, "one")]


def test_numbers_are_right_over_many_blocks(place: Place) -> None:
    filler = "x" * 200
    place.write(*(f"hit {n}" if n % 7000 == 0 else filler for n in range(1, 30_001)))
    assert [line.number for line in place.search("hit").lines] == [28_000, 21_000, 14_000, 7000]


def test_older_generations_are_searched_after_the_present_one_packed_ones_too(place: Place) -> None:
    place.write("needle new")
    older, packed = (place.log.with_name(name) for name in ("pay.log.1", "pay.log.2.gz"))
    older.write_text("needle old\n")
    packed.write_bytes(gzip.compress(b"first\nneedle oldest\n"))
    for age, path in enumerate((place.log, older, packed)):
        os.utime(path, (1e9 - age * 60, 1e9 - age * 60))
    answer = place.search("needle")
    assert [line.text for line in answer.lines] == ["needle new", "needle old", "needle oldest"]
    assert (answer.lines[2].number, answer.files) == (2, 3)


def test_lines_before_the_span_are_left_out_as_far_as_they_say_when_they_were(place: Place) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - files are as old as the machine says
    old, new = now - timedelta(hours=2), now - timedelta(minutes=2)
    place.write(
        f"{old:%Y-%m-%dT%H:%M:%SZ} needle",
        "\tneedle in its trace",
        f"{new:%Y-%m-%dT%H:%M:%SZ} needle",
    )
    answer = place.search("needle", since=now - timedelta(hours=1))
    assert [line.number for line in answer.lines] == [3]
    assert answer.lines[0].at == new.replace(microsecond=0)
    os.utime(place.log, (1e9, 1e9))
    assert place.search("needle", since=now - timedelta(hours=1)).files == 0


def test_only_watches_that_are_meant_are_searched(place: Place) -> None:
    place.write("needle")
    for labels, files in (
        ((("service", "=", "pay"),), 1),
        ((("service", "=", "order"),), 0),
        ((("host", "!=", "box"),), 0),
        ((("service", "=~", "p.*"), ("host", "=", "box")), 1),
        ((("service", "!~", "p.*"),), 0),
        ((("service", "=~", "("),), 0),
    ):
        assert place.search("needle", labels=labels).files == files, labels


def test_a_search_ends_at_its_bounds_and_says_so(place: Place) -> None:
    place.write(*["needle"] * (MOST_HITS + 5))
    answer = place.search("needle")
    assert (len(answer.lines), answer.ending) == (MOST_HITS, Ending.BOUND)


def test_a_search_stops_when_its_time_is_over(tmp_path: Path) -> None:
    class Racing(MovedClock):
        def monotonic(self) -> float:
            self.pass_by(2.0)
            return super().monotonic()

    place = Place(tmp_path)
    place.write("needle")
    place.looking = Looking([place.watch], "box", Redactor(RedactionSettings()), Racing())
    assert place.search("needle").ending is Ending.BOUND


def test_gbk_and_binary_and_huge_lines_can_be_searched(tmp_path: Path) -> None:
    place = Place(tmp_path, "gb18030")
    place.write("订单 支付超时", "x" * 3_000_000 + " 支付超时", "\x00\x01支付超时\x1b")
    answer = place.search("支付超时")
    assert answer.lines[0].text == "\x01支付超时\x1b"
    assert answer.lines[-1].text == "订单 支付超时"
    assert answer.lines[-1].number == 1


def test_a_search_tells_no_secret_and_does_not_find_by_one(place: Place) -> None:
    place.write("login 13812345678 ok", "password=hunter2 login", "login", *KEY, "login end")
    answer = place.search("login")
    told = str(answer_to_dict(answer))
    assert "13812345678" not in told
    assert "hunter2" not in told
    assert "MIIEow" not in told
    assert len(answer.lines) == 4
    for secret in ("13812345678", "hunter2", "1381", "hunt", "MIIEow"):
        assert place.search(secret).lines == (), secret


def test_the_rest_of_a_key_that_begins_before_what_is_shown_stays_hidden(place: Place) -> None:
    place.write(*KEY, "ERROR after the key", "next")
    answer = place.about("ERROR", first=-3, last=1)
    assert [line.text for line in answer.lines] == [
        *["[private key]"] * 3,
        "ERROR after the key",
        "next",
    ]


def test_a_key_that_ends_among_the_lines_hides_what_is_above() -> None:
    redactor = Redactor(RedactionSettings())
    lines = redactor.lines(["INFO fine", *KEY[3:], "INFO after"])
    assert lines == ("INFO fine", *["[private key]"] * len(KEY[3:]), "INFO after")


def test_what_spans_lines_is_marked_in_each_so_that_numbers_hold() -> None:
    redactor = Redactor(RedactionSettings())
    assert redactor.lines(["a", *KEY, "b"]) == ("a", *["[private key]"] * len(KEY), "b")
    assert redactor.lines(["password:", "  hunter2 x"])[1].endswith("[password] x")
    assert redactor.lines([]) == ()
    assert Redactor(RedactionSettings(enabled=False)).lines(["password=a"]) == ("password=a",)


def test_a_whole_record_is_given_up_to_a_bound(place: Place) -> None:
    trace = [f"\tat c.e.Pay.step{n}(Pay.java:{n}) token=abcDEF123456789xyz" for n in range(300)]
    place.write("INFO", "ERROR long", *trace)
    answer = place.about("ERROR", Ask.RECORD)
    assert (answer.ending, len(answer.lines), answer.lines[0].number) == (Ending.DONE, 301, 2)
    assert "abcDEF123456789xyz" not in str(answer)
    place.write("ERROR long", *(trace * 40))
    answer = place.about("ERROR", Ask.RECORD)
    assert answer.ending is Ending.BOUND
    assert sum(len(line.text) for line in answer.lines) < RECORD_BYTES


def test_what_stands_elsewhere_is_not_opened(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other" / "pay.log"
    other.parent.mkdir()
    other.write_text("ERROR\n")
    place.write("ERROR")
    assert place.about("ERROR", path=str(other)).ending is Ending.FOREIGN
    assert place.about("ERROR", path="/etc/passwd").ending is Ending.FOREIGN
    sneaky = str(tmp_path / "x" / ".." / ".." / "pay.log")
    assert place.about("ERROR", path=sneaky).ending is Ending.FOREIGN


def test_a_record_that_no_file_holds_any_more_is_gone(place: Place) -> None:
    place.write("ERROR one")
    assert place.about("ERROR", mark=mark_of(b"ERROR two\n")).ending is Ending.GONE
    assert place.about("ERROR", mark="").ending is Ending.GONE
    assert place.about("ERROR", mark="x:y").ending is Ending.GONE


def test_a_damaged_packed_file_holds_nothing(place: Place) -> None:
    place.write("needle")
    whole = gzip.compress(b"needle\n" * 10_000)
    place.log.with_name("pay.log.1.gz").write_bytes(whole[: len(whole) // 2])
    place.log.with_name("pay.log.2.bz2").write_bytes(b"BZh91AY")
    assert place.search("needle").lines[0].text == "needle"


def test_lines_are_not_counted_for_ever(tmp_path: Path) -> None:
    class Endless:
        size = 1 << 40

        def read(self, offset: int, size: int) -> bytes:
            return b"\n" * size

    assert number_at(Endless(), 10, lambda: False) == 11
    assert number_at(Endless(), 10, lambda: True) == 0
    assert number_at(Endless(), 1 << 40, lambda: False) == 0


def test_questions_and_answers_travel_unchanged() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    question = Question(
        id=7, ask=Ask.SEARCH, words="a", labels=(("service", "=", "pay"),), since=now, first=-3
    )
    assert question_from_dict(question_to_dict(question)) == question
    line = LogLine(number=1, text="a", at=now, path="p", before=("b",), after=("c",))
    answer = Answer(id=7, ending=Ending.BOUND, lines=(line,), files=2, bytes=3, why="w")
    assert answer_from_dict(answer_to_dict(answer)) == answer


def test_fields_of_lines_are_searched_by(place: Place) -> None:
    place.write(
        *(f"ts=1 level=info path=/a status={status} user=u{status}" for status in (200, 404, 502)),
        "no fields here 502",
        "ts=2 level=info path=/b status=503 latency_ms=80",
    )
    for conditions, found in (
        ([("status", "=", "502")], [3]),
        ([("status", ">=", "500")], [5, 3]),
        ([("status", ">=", "500"), ("path", "=", "/a")], [3]),
        ([("user", "=~", "u[24]")], [2, 1]),
        ([("latency_ms", "<", "100"), ("service", "=", "pay")], [5]),
        ([("status", ">=", "500"), ("service", "=", "cart")], []),
        ([("status", ">", "nonsense")], []),
        ([("colour", "=", "red")], []),
    ):
        answer = place.search("", labels=tuple(conditions))
        assert [line.number for line in answer.lines] == found, conditions
    both = place.search("path=/a", labels=(("status", "!=", "200"),))
    assert [line.number for line in both.lines] == [3, 2]


def test_a_field_that_is_redacted_does_not_find_its_line(place: Place) -> None:
    place.write("ts=1 level=info user=lin@example.com status=200")
    assert place.search("", labels=(("user", "=", "lin@example.com"),)).lines == ()
    assert len(place.search("", labels=(("status", "=", "200"),)).lines) == 1


@pytest.mark.parametrize(
    ("encoding", "bom"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_a_file_in_utf_16_is_looked_into_like_any_other(
    place: Place, encoding: str, bom: bytes
) -> None:
    lines = [f"2026-11-23 10:00:{n:02} 上海 订单 {n} 失败" for n in range(30)]
    before = "".join(f"{one}\r\n" for one in lines[:12]).encode(encoding)
    rest = "".join(f"{one}\r\n" for one in lines[12:]).encode(encoding)
    place.log.write_bytes(bom + before + rest)
    head = (bom + before)[:256].split(b"\n")[0]
    stat = place.log.stat()
    keys: dict[str, object] = {
        "path": str(place.log),
        "file": f"{stat.st_dev}:{stat.st_ino}:0:{digest(head)}",
        "offset": len(bom) + len(before),
        "end": len(bom) + len(before) + len(f"{lines[12]}\r\n".encode(encoding)),
        "mark": mark_of(rest),
    }
    around = place.looking.answer(Question(id=1, ask=Ask.AROUND, first=-3, last=2, **keys))  # type: ignore[arg-type]
    assert around.ending is Ending.DONE
    assert [(one.number, one.text.strip()) for one in around.lines] == [
        (number, lines[number - 1]) for number in range(10, 16)
    ]
    whole = place.looking.answer(Question(id=1, ask=Ask.RECORD, **keys))  # type: ignore[arg-type]
    assert [(one.number, one.text.strip()) for one in whole.lines] == [(13, lines[12])]
    found = place.search("订单 7").lines
    assert [(one.number, one.text.strip()) for one in found] == [(8, lines[7])]
    assert found[0].before == tuple(lines[5:7])

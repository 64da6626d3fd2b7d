"""Searching what is no file: the journal with its real reader, and servers as `exchanges` says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.watchers.sources.exchanges import SECOND, Elasticsearch, Line, Loki, elasticsearch, loki
from tests.watchers.sources.journals import WRITER, Journal
from watchers.clock import SystemClock
from watchers.lookback.elsewhere import MOST_HITS
from watchers.lookback.looking import Looking
from watchers.questions import Answer, Ask, Ending, Question, answer_from_dict, answer_to_dict
from watchers.redaction.redactor import RedactionSettings, Redactor
from watchers.sources.elasticsearch.lookback import search_of
from watchers.sources.elasticsearch.settings import ElasticsearchSettings
from watchers.sources.loki.lookback import query_of
from watchers.sources.loki.settings import LokiSettings
from watchers.streams.wanted import Wanted
from watchers.watch import Watch

CLOCK = SystemClock()
SECRET = "13812345678"


def search(watches: list[dict[str, Any]], words: str, **asked: Any) -> Answer:
    looking = Looking(
        [Watch.model_validate(one) for one in watches],
        "box",
        Redactor(RedactionSettings()),
        CLOCK,
    )
    return looking.answer(Question(id=1, ask=Ask.SEARCH, words=words, **asked))


@pytest.fixture(params=["loki", "elasticsearch"])
def server(request: pytest.FixtureRequest) -> Iterator[Loki | Elasticsearch]:
    with {"loki": loki, "elasticsearch": elasticsearch}[request.param]() as server:
        yield server


def watch(server: Loki | Elasticsearch) -> dict[str, Any]:
    if isinstance(server, Elasticsearch):
        labels = {"service": "app"}
        return {
            "name": "q",
            "elasticsearch": {"url": server.url, "index": "logs-*", "labels": labels},
        }
    return {"name": "q", "loki": {"url": server.url, "query": '{app="pay"} # all'}}


def kind_of(server: Loki | Elasticsearch) -> str:
    return type(server).__name__.lower()


def ago(seconds: float) -> int:
    return round((CLOCK.now().timestamp() - seconds) * SECOND)


class TestServers:
    """What holds for Loki and Elasticsearch."""

    def test_lines_come_newest_first_with_their_time_and_source(
        self, server: Loki | Elasticsearch
    ) -> None:
        server.lines = [
            Line(ago(7200), "Card declined long ago", {"app": "pay"}),
            Line(ago(50), "Card Declined one", {"app": "pay"}),
            Line(ago(40), "all is well", {"app": "pay"}),
            Line(ago(30), f"first\nsecond: card declined for {SECRET}\nthird", {"app": "pay"}),
        ]
        answer = search([watch(server)], "card declined", since=CLOCK.now() - timedelta(hours=1))
        assert [one.text for one in answer.lines] == [
            "second: card declined for [phone]",
            "Card Declined one",
        ]
        newest = answer.lines[0]
        assert (newest.before, newest.after) == (("first",), ("third",))
        assert newest.at == datetime.fromtimestamp(server.lines[3].at / SECOND, UTC)
        assert newest.path == f"{kind_of(server)}:pay"
        assert answer.sources == (f"q ({kind_of(server)})",)
        assert (answer.ending, answer.files, answer.unsearched) == (Ending.DONE, 0, ())
        assert answer_from_dict(answer_to_dict(answer)) == answer

    def test_labels_and_fields_are_held_against_each_line(
        self, server: Loki | Elasticsearch
    ) -> None:
        server.lines = [
            Line(ago(50), "status=502 a", {"app": "pay"}),
            Line(ago(40), "status=200 b", {"app": "pay"}),
            Line(ago(30), "status=502 c", {"app": "shop"}),
        ]
        wanted = (("service", "=", "pay"), ("status", ">=", "500"))
        assert [one.text for one in search([watch(server)], "", labels=wanted).lines] == [
            "status=502 a"
        ]

    def test_of_very_many_the_newest_come_and_more_is_said_to_be_there(
        self, server: Loki | Elasticsearch
    ) -> None:
        server.lines = [Line(ago(500 - n), f"needle {n}") for n in range(MOST_HITS + 5)]
        answer = search([watch(server)], "needle")
        assert [one.text for one in answer.lines] == [
            f"needle {n}" for n in range(MOST_HITS + 4, 4, -1)
        ]
        assert answer.ending is Ending.BOUND

    def test_one_that_does_not_answer_is_named_with_the_reason(
        self, server: Loki | Elasticsearch, tmp_path: Path
    ) -> None:
        (tmp_path / "pay.log").write_text("a needle\n")
        server.fails = (503, "too busy")
        files = {"name": "pay", "files": [str(tmp_path / "*.log")]}
        answer = search([files, watch(server)], "needle")
        assert [one.text for one in answer.lines] == ["a needle"]
        assert answer.sources == ()
        assert answer.unsearched == (
            f"q ({kind_of(server)}): {server.url} answers HTTP 503: too busy",
        )


def test_words_are_taken_literally_by_loki() -> None:
    settings = LokiSettings(url="http://loki", query='{app="pay"} # all')
    assert query_of(settings, 'a"b (1.5') == ('{app="pay"} # all\n|~ "(?i)a\\"b\\\\ \\\\(1\\\\.5"')


def test_words_are_taken_literally_by_elasticsearch() -> None:
    settings = ElasticsearchSettings(url="http://es", index="logs")
    wanted = Wanted(words="5*2?", since_s=0.0, until_s=1.0, most=9, within_s=1.5)
    asked = search_of(settings, wanted)
    either = asked["query"]["bool"]["filter"][1]["bool"]["should"]
    assert either[0] == {"match_phrase_prefix": {"message": "5*2?"}}
    assert either[1]["wildcard"]["message"]["value"] == r"*5\*2\?*"
    assert (asked["size"], asked["timeout"]) == (9, "1500ms")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    if not WRITER.exists():
        pytest.skip("systemd-journal-remote is not installed (apt-get install it)")
    journal = Journal(tmp_path / "journal")
    yield journal
    journal.close()


def test_the_journal_is_searched_by_its_own_reader(journal: Journal) -> None:
    unit = {"_SYSTEMD_UNIT": "pay.service", "PRIORITY": "3"}
    journal.write("Card declined (1.5) for a", **unit)
    journal.write("all is well", **unit)
    journal.write(f"card Declined (1.5) for {SECRET}", **unit)
    journal.write("card declined (1x5)", **unit)
    journal.write("card declined (1.5) elsewhere", _SYSTEMD_UNIT="shop.service")
    journal.close()
    units = {"name": "units", "journald": {"directory": str(journal.folder)}}
    answer = search([units], "card declined (1.5)", labels=(("service", "=", "pay"),))
    assert [one.text for one in answer.lines] == [
        "card Declined (1.5) for [phone]",
        "Card declined (1.5) for a",
    ]
    assert answer.lines[0].path == "journald:pay.service/err"
    assert answer.sources == ("units (journald)",)
    assert answer.ending is Ending.DONE
    later = CLOCK.now() + timedelta(seconds=30)
    assert search([units], "card", since=later).lines == ()


def test_a_journal_that_is_not_there_is_named_with_the_reason(tmp_path: Path) -> None:
    units = {"name": "units", "journald": {"directory": str(tmp_path / "none")}}
    answer = search([units], "card")
    assert answer.lines == ()
    assert answer.unsearched[0].startswith("units (journald): ")


def test_what_cannot_be_looked_back_into_is_named_unless_it_is_not_meant() -> None:
    watches: list[dict[str, Any]] = [
        {"name": "disk", "service": "shop", "command": {"run": ["df"], "every": "1m"}},
        {"name": "in", "stdin": True},
    ]
    assert search(watches, "one").unsearched == ("disk (command)", "in (stdin)")
    answer = search(watches, "one", labels=(("service", "=", "pay"),))
    assert answer.unsearched == ("in (stdin)",)
    assert search(watches, "one", labels=(("host", "=", "other"),)).unsearched == ()

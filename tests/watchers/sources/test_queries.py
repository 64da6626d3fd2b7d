"""Loki and Elasticsearch asked on a schedule: see `exchanges` for what these servers are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.watchers.drawing import Drawing
from tests.watchers.following import MovedClock
from tests.watchers.sources.exchanges import SECOND, Elasticsearch, Line, Loki, elasticsearch, loki
from watchers.watch import Watch


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(params=["loki", "elasticsearch"])
def server(request: pytest.FixtureRequest) -> Iterator[Loki | Elasticsearch]:
    with {"loki": loki, "elasticsearch": elasticsearch}[request.param]() as server:
        yield server


def watch(server: Loki | Elasticsearch, **said: Any) -> Watch:
    own: dict[str, Any] = {"query": '{app="pay"}'}
    kind = "loki"
    if isinstance(server, Elasticsearch):
        kind, own = "elasticsearch", {"index": "logs-*"}
    settings = {"url": server.url, **own, "page": 10, "back": "1m", **said}
    return Watch.model_validate({"name": "q", kind: settings})


def ago(clock: MovedClock, seconds: float) -> int:
    return round((clock.now().timestamp() - seconds) * SECOND)


class TestEitherServer:
    """What holds for both."""

    def test_lines_come_once_and_in_order_over_many_pages(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        start = ago(clock, 50)
        server.lines = [Line(start + n * 1000, f"line {n}") for n in range(35)]
        with Drawing(watch(server), clock) as drawing:
            for _ in range(8):
                drawing.look()
            assert drawing.lines == [f"line {n}" for n in range(35)]
            clock.pass_by(15)
            for _ in range(8):
                drawing.look()
            assert len(drawing.lines) == 35

    def test_what_is_young_waits_and_what_comes_late_is_read(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        server.lines = [Line(ago(clock, 20), "old"), Line(ago(clock, 5), "young")]
        with Drawing(watch(server, delay="10s", overlap="1m", every="15s"), clock) as drawing:
            drawing.look()
            assert drawing.lines == ["old"]
            server.lines.append(Line(ago(clock, 30), "late"))
            clock.pass_by(15)
            drawing.look()
            assert sorted(drawing.lines) == ["late", "old", "young"]

    def test_after_a_restart_nothing_is_lost_or_read_twice(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        server.lines = [Line(ago(clock, 20), "one")]
        with Drawing(watch(server), clock) as drawing:
            drawing.look()
            # The server's time of a line goes with it, whatever the line itself says.
            assert drawing.blocks[0].times == ((0, server.lines[0].at / SECOND),)
            clock.pass_by(3600)
            server.lines += [Line(ago(clock, 3000), "away"), Line(ago(clock, 20), "two")]
            drawing.restart()
            for _ in range(4):
                drawing.look()
            assert drawing.lines == ["one", "away", "two"]

    def test_many_lines_at_one_instant_are_all_read(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        at = ago(clock, 30)
        server.lines = [Line(at, f"line {n}", id=str(n)) for n in range(37)]
        server.lines.append(Line(at + 1, "after"))
        with Drawing(watch(server), clock) as drawing:
            for _ in range(8):
                drawing.look()
            assert sorted(drawing.lines) == sorted(["after", *(f"line {n}" for n in range(37))])

    def test_an_instant_with_more_lines_than_any_page_is_read_to_its_end(
        self, clock: MovedClock
    ) -> None:
        with elasticsearch() as server:
            at = ago(clock, 30)
            server.lines = [Line(at - 1, f"before {n}", id=f"b{n}") for n in range(3)]
            server.lines += [Line(at, f"line {n}", id=str(n)) for n in range(7000)]
            server.lines.append(Line(at + 1, "after"))
            with Drawing(watch(server, page=1000), clock) as drawing:
                for _ in range(20):
                    drawing.look()
                assert len(drawing.lines) == len(set(drawing.lines)) == 7004
            assert any("search_after" in (one.body or {}) for one in server.asked)

    def test_reading_goes_on_within_an_instant_after_a_restart(self, clock: MovedClock) -> None:
        with elasticsearch() as server:
            at = ago(clock, 30)
            server.lines = [Line(at, f"line {n}", id=str(n)) for n in range(400)]
            server.lines.append(Line(at + 1, "after"))
            with Drawing(watch(server), clock) as drawing:
                for _ in range(6):
                    drawing.look()
                drawing.restart()
                for _ in range(80):
                    drawing.look()
                assert sorted(drawing.lines) == sorted(
                    ["after", *(f"line {n}" for n in range(400))]
                )

    def test_at_the_first_start_only_what_is_new_is_read(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        server.lines = [Line(ago(clock, 40), "old")]
        with Drawing(watch(server, back="0s"), clock) as drawing:
            drawing.look()
            drawing.restart()
            clock.pass_by(30)
            server.lines.append(Line(ago(clock, 20), "new"))
            drawing.look()
            assert drawing.lines == ["new"]

    def test_it_is_asked_no_more_often_than_said(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        with Drawing(watch(server, every="15s"), clock) as drawing:
            for _ in range(14):
                drawing.look()
                clock.pass_by(1)
            assert len(server.asked) == 1
            clock.pass_by(1)
            drawing.look()
            assert len(server.asked) == 2

    def test_an_answer_that_fails_is_asked_for_again_with_patience(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        server.lines = [Line(ago(clock, 20), "one")]
        server.fails = (503, "too   busy")
        with Drawing(watch(server), clock) as drawing:
            for _ in range(20):
                drawing.look()
                clock.pass_by(1)
            assert drawing.troubles == [f"{server.url} answers HTTP 503: too busy"]
            assert len(server.asked) == 5  # after 1, 2, 4, 8 seconds
            assert drawing.source.lag()[1] >= 19
            server.fails = None
            clock.pass_by(60)
            drawing.look()
            assert drawing.lines == ["one"]
            assert drawing.troubles == []

    def test_a_server_that_is_away_is_absent_and_not_an_error(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        settings = watch(server)
        server.close()
        with Drawing(settings, clock) as drawing:
            drawing.look()
            (trouble,) = drawing.source.troubles()
            assert trouble.absent
            assert "cannot be reached: Connection refused" in trouble.text

    def test_credentials_are_sent_and_a_refusal_names_them(
        self, server: Loki | Elasticsearch, clock: MovedClock, tmp_path: Path
    ) -> None:
        (tmp_path / "token").write_text("t0k3n\n")
        server.fails = (401, "")
        with Drawing(watch(server, token_file=str(tmp_path / "token")), clock) as drawing:
            drawing.look()
            assert server.asked[0].headers["authorization"] == "Bearer t0k3n"
            assert "refuses us (HTTP 401): check user and password_file" in drawing.troubles[0]
            assert "t0k3n" not in drawing.troubles[0]

    def test_a_token_that_cannot_be_read_is_said(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        with Drawing(watch(server, token_file="/nowhere/token"), clock) as drawing:
            drawing.look()
            (trouble,) = drawing.troubles
            assert trouble == "the file /nowhere/token cannot be read: No such file or directory"

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"data":1,"_shards":2}', "<html>"])
    def test_what_is_no_answer_is_said(
        self, server: Loki | Elasticsearch, clock: MovedClock, text: str
    ) -> None:
        server.fails = (200, text)
        with Drawing(watch(server), clock) as drawing:
            drawing.look()
            assert "JSON" in drawing.troubles[0] or "not an answer of" in drawing.troubles[0]

    def test_credentials_do_not_follow_to_another_address(
        self, server: Loki | Elasticsearch, clock: MovedClock
    ) -> None:
        server.fails = (302, "")
        with Drawing(watch(server), clock) as drawing:
            drawing.look()
            assert "HTTP 302" in drawing.troubles[0]
            assert len(server.asked) == 1

    @pytest.mark.parametrize(
        "said",
        [
            {"url": "ftp://x"},
            {"url": "http://user:pw@x"},
            {"url": "http://"},
            {"user": "a"},
            {"user": "a", "password_file": "b", "token_file": "c"},
            {"page": 5},
            {"every": "0s"},
        ],
    )
    def test_settings_that_cannot_be_meant_are_refused(
        self, server: Loki | Elasticsearch, said: dict[str, Any]
    ) -> None:
        with pytest.raises(ValidationError):
            watch(server, **said)


class TestLoki:
    """What is Loki's own."""

    def test_labels_become_service_host_and_those_of_kubernetes(self, clock: MovedClock) -> None:
        with loki() as server:
            labels = {"app": "pay", "pod": "pay-1", "namespace": "shop", "env": "prod", "x": "y"}
            server.lines = [Line(ago(clock, 20), "ERROR", labels)]
            settings = watch(server, labels={"stage": "env"}, tenant="shop")
            with Drawing(settings, clock) as drawing:
                drawing.look()
                assert drawing.blocks[0].path == "loki:pay"
                assert drawing.blocks[0].labels == {
                    "service": "pay",
                    "host": "127.0.0.1",
                    "pod": "pay-1",
                    "namespace": "shop",
                    "stage": "prod",
                }
                assert server.asked[0].headers["x-scope-orgid"] == "shop"
                assert server.asked[0].params["query"] == '{app="pay"}'

    def test_a_query_for_figures_is_refused_with_what_is_wanted(self, clock: MovedClock) -> None:
        with loki() as server:
            server.fails = (200, '{"data": {"resultType": "matrix", "result": []}}')
            with Drawing(watch(server), clock) as drawing:
                drawing.look()
                assert drawing.troubles[0].startswith("the query gives figures (matrix)")

    def test_lines_of_many_streams_come_in_order_of_time(self, clock: MovedClock) -> None:
        with loki() as server:
            start = ago(clock, 30)
            server.lines = [Line(start + n, str(n), {"app": f"a{n % 2}"}) for n in range(6)]
            with Drawing(watch(server), clock) as drawing:
                drawing.look()
                assert drawing.lines == ["0", "2", "4", "1", "3", "5"]


class TestElasticsearch:
    """What is Elasticsearch's and OpenSearch's own."""

    def test_fields_become_labels_however_they_are_written(self, clock: MovedClock) -> None:
        with elasticsearch() as server:
            fields = {"service": {"name": "pay"}, "host.name": "web-1", "kubernetes": {"pod": "x"}}
            server.lines = [Line(ago(clock, 20), "ERROR", fields)]
            with Drawing(watch(server, query="level:error"), clock) as drawing:
                drawing.look()
                assert drawing.blocks[0].labels == {"service": "pay", "host": "web-1"}
            body = server.asked[0].body
            assert body is not None
            wanted = {"query_string": {"query": "level:error"}}
            assert body["query"]["bool"]["filter"][1] == wanted
            assert server.asked[0].path == "/logs-*/_search"

    def test_an_answer_that_is_not_whole_counts_as_none(self, clock: MovedClock) -> None:
        with elasticsearch() as server:
            server.lines = [Line(ago(clock, 20), "x")]
            failures = [{"reason": {"type": "circuit", "reason": "too much memory"}}]
            server.shards = {"total": 5, "successful": 4, "failed": 1, "failures": failures}
            with Drawing(watch(server), clock) as drawing:
                drawing.look()
                assert drawing.lines == []
                assert drawing.troubles == ["1 of 5 parts did not answer: too much memory"]

    def test_a_pattern_that_leads_to_no_index_is_absent(self, clock: MovedClock) -> None:
        with elasticsearch() as server:
            server.shards = {"total": 0, "successful": 0, "failed": 0}
            with Drawing(watch(server), clock) as drawing:
                drawing.look()
                (trouble,) = drawing.source.troubles()
                assert (trouble.text, trouble.absent) == ("no index is named logs-*", True)

    def test_an_older_server_gives_times_in_milliseconds(self, clock: MovedClock) -> None:
        with elasticsearch() as server:
            at = ago(clock, 20) // 1_000_000
            hit = {"_index": "a", "_id": "1", "_source": {"message": "m"}, "sort": [at]}
            answer = '{"_shards": {"total": 1, "failed": 0}, "hits": {"hits": [%s]}}'
            server.fails = (200, answer % str(hit).replace("'", '"'))
            with Drawing(watch(server), clock) as drawing:
                drawing.look()
                assert drawing.lines == ["m"]

    def test_an_api_key_is_sent_as_such(self, clock: MovedClock, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("abc==\n")
        with elasticsearch() as server:
            settings = watch(server, api_key_file=str(tmp_path / "key"))
            with Drawing(settings, clock) as drawing:
                drawing.look()
            assert server.asked[0].headers["authorization"] == "ApiKey abc=="

    @pytest.mark.parametrize("index", ["", "_all", "a b", "a/b", "a?b", "-x"])
    def test_no_index_leads_elsewhere(self, index: str) -> None:
        settings = {"url": "http://x", "index": index}
        with pytest.raises(ValidationError):
            Watch.model_validate({"name": "q", "elasticsearch": settings})

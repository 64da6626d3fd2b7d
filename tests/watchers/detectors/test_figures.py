"""Rules that judge a figure: how many different values, which share, which number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.watchers.detectors.kinds import Lines, plain, rule, titles
from watchers.numbers.window import MOST_ENTRIES, Usual, Window
from watchers.parsers.line_reader import LineReader

USER = r"user=(?P<user>\S+)"


def different(**fields: object) -> Lines:
    given_ = {"pattern": USER, "cardinality_field": "user", "timeframe": "10s", **fields}
    return Lines(rule("cardinality", **plain(**given_)))


def test_more_different_values_than_the_most_show_and_it_is_over_when_they_leave() -> None:
    lines = different(max_cardinality=2)
    assert lines.block([(0, "user=a"), (1, "user=b"), (2, "user=a")]) == []
    assert titles(lines.write(10, "user=c")) == ["r: 3 different user in 10s"]
    assert titles(lines.write(11, "user=c")) == ["r: 3 different user in 10s"]
    assert titles(lines.tick(12.1)) == ["over: r: 1 different user in 10s"]
    assert lines.tick(13) == []


def test_fewer_than_the_least_show_once_the_span_has_passed() -> None:
    lines = different(min_cardinality=2)
    assert lines.write(0, "user=a") + lines.tick(10) == []
    assert titles(lines.tick(10.1)) == ["r: 0 different user in 10s"]
    assert lines.block([(11, "user=a"), (12, "user=b")])[-1].recovers


def test_the_values_are_kept_over_a_restart() -> None:
    lines = different(max_cardinality=2)
    lines.block([(0, "user=a"), (1, "user=b")])
    lines.restart()
    assert titles(lines.write(2, "user=c")) == ["r: 3 different user in 10s"]


def share(**fields: object) -> Lines:
    given_ = {"match_bucket_filter": " 5..$", "timeframe": "10s", **fields}
    return Lines(rule("percentage", **plain(**given_)))


def test_a_share_above_the_most_shows_with_what_it_should_be() -> None:
    lines = share(max_percentage=25, min_denominator=4)
    assert lines.block([(0, "GET 500"), (1, "GET 200"), (2, "GET 200")]) == []
    assert lines.write(3, "GET 200") == []  # 25 % is still well
    (found,) = lines.write(4, "GET 503")
    assert found.title == "r: 40.0 % of 5 in 10s, should be at most 25 %"
    assert (found.value, found.unit) == (40.0, "%")


def test_a_share_below_the_least_shows_and_is_over_when_the_window_moves_on() -> None:
    lines = share(min_percentage=50, match_bucket_filter="ok$")
    assert titles(lines.block([(0, "ok"), (1, "no"), (2, "no")])) == [
        "r: 33.3 % of 3 in 10s, should be at least 50 %"
    ]
    lines.write(9, "no")
    lines.write(11.5, "ok")
    assert titles(lines.tick(19.5)) == ["over: r: 100.0 % of 1 in 10s, should be at least 50 %"]
    assert lines.tick(30) == []  # of nothing there is no share


def test_a_share_is_kept_over_a_restart() -> None:
    lines = share(max_percentage=0, min_denominator=2)
    lines.write(0, "GET 200")
    lines.restart()
    assert titles(lines.write(1, "GET 500"))


def number(**fields: object) -> Lines:
    given_ = {"pattern": r"took (?P<ms>\S+)", "metric_agg_key": "ms", **fields}
    return Lines(rule("threshold", **plain(**given_)))


def test_each_number_is_judged_for_itself_without_a_span() -> None:
    lines = number(max_threshold=1000, min_threshold=0, unit="ms")
    assert lines.write(0, "took 1000ms") + lines.write(1, "took long") == []
    (found,) = lines.write(2, "took 1,000.5 ms")
    assert found.title == "r: ms 1000.5 ms, should be at most 1000 ms, at least 0 ms"
    assert (found.value, found.unit) == (1000.5, "ms")
    assert titles(lines.write(3, "took -0.2"))[0].startswith("r: ms -0.2 ms")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("min", "least ms: 1"),
        ("max", "greatest ms: 9"),
        ("avg", "ms on average: 4"),
        ("sum", "sum of ms: 12"),
        ("value_count", "records with ms: 3"),
        ("percentiles", "ms p95: 9"),
    ],
)
def test_what_is_made_of_the_numbers_of_a_span(kind: str, said: str) -> None:
    lines = number(metric_agg_type=kind, timeframe="10s", max_threshold=0.5, min_doc_count=3)
    assert lines.block([(0, "took 2"), (1, "took 9")]) == []
    assert titles(lines.write(2, "took 1")) == [f"r: {said} in 10s, should be at most 0.5"]


def test_it_is_over_when_the_numbers_that_were_too_high_have_left() -> None:
    lines = number(metric_agg_type="max", timeframe="10s", max_threshold=5)
    assert lines.write(0, "took 9")
    lines.write(5, "took 1")
    assert lines.tick(9)
    assert titles(lines.tick(10)) == ["over: r: greatest ms: 1 in 10s, should be at most 5"]


def test_the_numbers_are_kept_over_a_restart() -> None:
    lines = number(metric_agg_type="sum", timeframe="10s", max_threshold=5)
    lines.write(0, "took 3")
    lines.restart()
    assert titles(lines.write(1, "took 3")) == ["r: sum of ms: 6 in 10s, should be at most 5"]


@pytest.mark.parametrize(
    ("kind", "fields", "wanted"),
    [
        ("cardinality", {"cardinality_field": "u", "timeframe": "1m"}, "max_cardinality or min"),
        ("percentage", {"match_bucket_filter": "x", "timeframe": "1m"}, "max_percentage or min"),
        ("percentage", {"match_bucket_filter": "(", "timeframe": "1m"}, "it has a mistake"),
        ("threshold", {"metric_agg_key": "ms"}, "max_threshold or min"),
        (
            "threshold",
            {"metric_agg_key": "ms", "max_threshold": 1, "metric_agg_type": "max"},
            "timeframe beside",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(kind: str, fields: dict[str, object], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        rule(kind, **fields)


@given(st.lists(st.tuples(st.floats(0, 1000), st.floats(-1e6, 1e6)), max_size=800))
def test_a_window_loses_nothing_however_much_comes(some: list[tuple[float, float]]) -> None:
    window = Window(100.0)
    for at, value in some:
        window.add(at, value)
    restored = Window(100.0, window.state())
    assert restored.state() == window.state()
    newest = max((at for at, _ in some), default=0.0)
    inside = [value for at, value in some if at > newest - 99]
    begin = newest - 101
    assert len(window.state()) <= MOST_ENTRIES + 1
    if inside:
        assert restored.count(begin, newest) >= len(inside)
        assert (restored.high(begin, newest) or 0.0) >= max(inside)
        assert (restored.low(begin, newest) or 0.0) <= min(inside)


def test_a_percentile_of_very_many_numbers_is_right_within_a_hundredth() -> None:
    window = Window(1000.0)
    for step in range(10_000):
        window.add(step / 20, float(step % 1000))
    assert len(window.state()) <= MOST_ENTRIES
    assert window.percentile(95, -1, 1000) == pytest.approx(950, rel=0.015)
    assert window.percentile(1, -1, 1000) == pytest.approx(9, rel=0.015)
    assert Window(1.0).percentile(95, 0, 1) is None


def test_what_is_usual_needs_a_while_and_fades() -> None:
    usual = Usual()
    for step in range(100):
        assert step > 40 or usual.within(600.0) is None
        usual.add(step * 30.0)
    assert usual.within(600.0) == pytest.approx(20, rel=0.05)
    usual.add(10 * 86400.0)
    assert (Usual(usual.state()).within(600.0) or 0.0) < 0.1


def test_fields_of_the_lines_format_count_as_well_as_groups_and_so_do_conditions() -> None:
    slow = rule(
        "threshold",
        **plain(metric_agg_key="ms", max_threshold=100, query_key="path", where=["status >= 500"]),
        title="{path} is slow",
        labels={"about": "{path}", "team": "shop"},
    )
    lines = Lines(slow, read=LineReader().read)
    assert lines.write(0, "status=200 path=/a ms=900") == []
    assert lines.write(1, "status=503 path=/a ms=90") == []
    (found,) = lines.write(2, "status=503 path=/b ms=900")
    assert found.labels == {"host": "box", "path": "/b", "about": "/b", "team": "shop"}
    assert found.title == "/b is slow: ms 900, should be at most 100"

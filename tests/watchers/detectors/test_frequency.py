"""So many within a span: edges, late lines, groups, silence between two, restarts."""

import pytest
from pydantic import ValidationError

from tests.watchers.detectors.kinds import CART, Lines, counts, plain, rule, titles


def three_in_ten(**fields: object) -> Lines:
    return Lines(rule("frequency", **plain(num_events=3, timeframe="10s", **fields)))


def test_the_last_of_them_shows_all() -> None:
    lines = three_in_ten()
    assert lines.write(0) + lines.write(4) == []
    (found,) = lines.write(9)
    assert (found.title, found.count, found.value) == ("r: 3 in 10s", 3, 3)
    assert [one.place for one in found.samples] == [
        f"/var/log/pay.log:{offset}" for offset in (0, 28, 56)
    ]
    assert found.labels == {"service": "pay", "host": "box"}
    assert found.annotations["counted"] == "3 in 10s"


def test_the_first_and_the_last_are_less_than_the_span_apart() -> None:
    lines = three_in_ten()
    assert lines.block([(0, "x"), (5, "x"), (10, "x")]) == []
    assert counts(lines.write(14.9)) == [3]  # 5, 10 and this


def test_it_counts_anew_once_it_showed() -> None:
    lines = three_in_ten()
    found = lines.block([(second, "x") for second in range(7)])
    assert counts(found) == [6]  # twice three; the seventh is the first of the next
    assert counts(lines.block([(7, "x"), (8, "x")])) == [3]


def test_a_late_line_completes_a_span_that_ended_before_the_newest() -> None:
    lines = Lines(
        rule("frequency", num_events=3, timeframe="10s", realert="off", query_delay="30s")
    )
    assert lines.block([(0, "x"), (4, "x"), (12, "x")]) == []
    assert counts(lines.write(5, read=13)) == [3]
    assert lines.block([(20, "x"), (28, "x"), (80, "x")]) == []
    assert lines.write(21, read=81) == []  # later than lines may be


def test_lines_of_one_moment_count_one_by_one() -> None:
    assert counts(three_in_ten().block([(0, "x")] * 9)) == [9]


def test_many_within_a_long_span_are_counted_together_and_none_is_lost() -> None:
    lines = Lines(rule("frequency", **plain(num_events=5000, timeframe="1h")))
    assert lines.block([(second / 2, "x") for second in range(4999)]) == []
    assert counts(lines.write(2600)) == [5000]
    assert max(map(len, lines.kept.values())) < 10_000


def test_each_group_counts_for_itself() -> None:
    fields = {"pattern": r"client=(?P<client>\S+)", "query_key": "client"}
    lines = three_in_ten(**fields)
    assert lines.block([(0, "client=a"), (1, "client=b"), (2, "client=a"), (3, "client=b")]) == []
    (found,) = lines.write(4, "client=b", origin=CART)
    assert found.labels == {"client": "b", "host": "box"}


def test_without_a_key_each_service_counts_for_itself() -> None:
    lines = three_in_ten()
    lines.block([(0, "x"), (1, "x")])
    assert lines.write(2, origin=CART) == []
    assert counts(lines.write(3)) == [3]


def test_group_by_is_another_word_for_the_key() -> None:
    lines = three_in_ten(group_by=["host"])
    lines.block([(0, "x"), (1, "x")])
    assert counts(lines.write(2, origin=CART)) == [3]


def test_what_shows_soon_again_is_counted_and_said_with_the_next() -> None:
    lines = Lines(rule("frequency", num_events=2, timeframe="10s", realert="1m"))
    assert counts(lines.block([(0, "x"), (1, "x")])) == [2]
    assert lines.block([(30, "x"), (31, "x")]) == []
    (found,) = lines.block([(61, "x"), (62, "x")])
    assert (found.count, found.held_back, found.records) == (2, 2, 4)


def test_the_silence_doubles_while_it_shows_again_and_ends_when_it_calms_down() -> None:
    fields = {"realert": "10m", "exponential_realert": "1h", "query_delay": "off"}
    lines = Lines(rule("frequency", num_events=1, timeframe="1m", **fields))
    told = [minute for minute in range(0, 200, 5) if lines.write(minute * 60)]
    assert told == [0, 10, 30, 70, 130, 190]
    assert lines.write(900 * 60)
    assert lines.write(911 * 60)


def test_what_is_usual_is_said_once_enough_was_seen() -> None:
    lines = Lines(rule("frequency", **plain(num_events=12, timeframe="5m")))
    for minute in range(0, 300, 2):
        assert lines.write(minute * 60) == []
    (found,) = lines.block([(300 * 60 + second, "x") for second in range(10)])
    assert found.title == "r: 12 in 5m, usually 2.5"


def test_a_restart_keeps_the_windows_and_the_silence() -> None:
    lines = Lines(rule("frequency", num_events=3, timeframe="10s", query_delay="off"))
    lines.block([(0, "x"), (1, "x")])
    lines.restart()
    assert counts(lines.write(2)) == [3]
    lines.restart()
    assert lines.block([(10, "x"), (11, "x"), (12, "x")]) == []
    assert counts(lines.block([(70, "x"), (71, "x"), (72, "x")])) == [3]


def test_other_settings_begin_anew_and_outward_ones_do_not() -> None:
    lines = three_in_ten()
    lines.block([(0, "x"), (1, "x")])
    lines.restart(rule("frequency", **plain(num_events=3, timeframe="10s", title="Many")))
    lines.restart(rule("frequency", **plain(num_events=3, timeframe="11s")))
    assert lines.write(2) == []
    assert len(lines.kept) == 2  # of the rule, and of its group


def test_a_rule_that_was_paused_knows_what_it_knew() -> None:
    lines = three_in_ten()
    lines.block([(0, "x"), (1, "x")])
    lines.detection.exchange([])
    lines.detection.exchange(lines.rules)
    assert counts(lines.write(2)) == [3]


def test_damaged_and_foreign_state_is_given_up() -> None:
    lines = three_in_ten()
    lines.block([(0, "x"), (1, "x")])
    key, text = next(one for one in lines.kept.items() if '"course"' in one[1])
    for broken in ("", "{", "[]", '{"v":9}', text.replace('"course"', '"curse"'), text[:-9]):
        again = Lines(*lines.rules, kept={key: broken, "w/1:2": "{}"})
        assert again.block([(2, "x"), (3, "x")]) == []
        assert counts(again.write(4)) == [3]


def test_what_a_group_knew_is_forgotten_after_weeks_and_when_there_are_too_many() -> None:
    fields = {"pattern": r"c=(?P<c>\d+)", "query_key": "c"}
    lines = three_in_ten(**fields)
    lines.block([(0, "c=0"), (1, "c=0")])
    lines.block([(2, f"c={number}") for number in range(1, 1001)])
    assert len(lines.kept) == 1001  # a thousand groups, and when the rule began
    assert lines.write(3, "c=0") == []  # forgotten
    lines.write(50 * 86400)
    lines.restart()
    assert lines.detection.take_changes(lines.now)


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"num_events": 0, "timeframe": "5m"}, "greater than or equal to 1"),
        ({"num_events": 3}, "timeframe"),
        ({"timeframe": "5m"}, "num_events"),
        ({"num_events": 3, "timeframe": "soon"}, "a span such as"),
        ({"num_events": 3, "timeframe": "0s"}, "a span such as"),
        ({"num_events": 3, "timeframe": {"minuts": 5}}, "a span such as"),
        ({"num_events": 3, "timeframe": {"minutes": -5}}, "a span such as"),
        ({"num_events": 3, "timeframe": 5}, "a span such as"),
        ({"num_events": 3, "timeframe": "5m", "realert": "never"}, "a span such as"),
        ({"num_events": 3, "timeframe": "5m", "query_key": [""]}, "at least 1 character"),
        ({"num_events": 3, "timeframe": "5m", "threshold": 1}, "Extra inputs"),
    ],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, object], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        rule("frequency", **fields)


def test_spans_may_be_written_as_elastalert_writes_them() -> None:
    lines = Lines(
        rule("frequency", num_events=2, timeframe={"minutes": 1, "seconds": 30}, realert="off")
    )
    lines.write(0)
    assert titles(lines.write(89)) == ["r: 2 in 1m30s"]


def test_in_the_shadow_nothing_is_wanted_of_what_shows() -> None:
    (found,) = three_in_ten(stage="shadow").block([(0, "x"), (1, "x"), (2, "x")])
    assert found.responses == frozenset()


def test_what_is_excluded_or_in_other_files_does_not_count() -> None:
    lines = three_in_ten(exclude="planned", files=["pay.log"])
    lines.block([(0, "x"), (1, "x planned"), (2, "x")])
    assert lines.write(3, origin=CART) == []
    assert counts(lines.write(4)) == [3]


def test_a_line_may_say_that_it_is_over() -> None:
    lines = three_in_ten(recovery="all well", pattern="ERROR")
    assert lines.write(0, "all well") == []  # nothing was said before
    assert titles(lines.block([(1, "ERROR"), (2, "ERROR"), (3, "ERROR")])) == ["r: 3 in 10s"]
    (over,) = lines.write(4, "all well")
    assert (over.recovers, over.labels, over.title) == (
        True,
        {"service": "pay", "host": "box"},
        "r",
    )
    assert lines.write(5, "all well") == []


def test_of_very_many_groups_that_show_the_rest_stands_together() -> None:
    fields = {"pattern": r"c=(?P<c>\d+)", "query_key": "c"}
    lines = Lines(rule("frequency", **plain(num_events=1, timeframe="10s", **fields)))
    found = lines.block([(0, f"c={number}") for number in range(60)])
    assert len({one.labels["c"] for one in found}) == 51
    assert sum(one.labels["c"] == "other" for one in found) == 10

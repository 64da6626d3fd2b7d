"""So many times more, or fewer, than in the span before."""

import pytest
from pydantic import ValidationError

from tests.watchers.detectors.kinds import Lines, plain, rule, titles


def spike(kind: str = "up", height: float = 3, **fields: object) -> Lines:
    given = {"spike_height": height, "spike_type": kind, "timeframe": "10s", **fields}
    return Lines(rule("spike", **plain(**given)))


def steady(lines: Lines, until: int, every: int = 5) -> None:
    for second in range(0, until, every):
        assert lines.write(second) == []


def test_reached_is_enough_and_both_figures_are_said() -> None:
    lines = spike()
    steady(lines, 25)
    found = lines.block([(26, "x"), (27, "x"), (28, "x"), (29, "x"), (29.5, "x")])
    assert titles(found) == ["r: 6 in 10s, 2 in the 10s before"]
    assert found[0].value == 6


def test_nothing_shows_before_both_windows_have_passed() -> None:
    lines = spike()
    lines.write(0)
    assert lines.block([(11 + second / 10, "x") for second in range(50)]) == []
    assert spike("down").tick(100) == []


def test_too_few_in_either_window_do_not_show() -> None:
    lines = spike(threshold_cur=7)
    steady(lines, 25)
    assert lines.block([(26 + second / 2, "x") for second in range(5)]) == []
    assert titles(lines.write(29)) == ["r: 7 in 10s, 2 in the 10s before"]
    lines = spike(threshold_ref=3)
    steady(lines, 25)
    assert lines.block([(26 + second / 10, "x") for second in range(30)]) == []


def test_after_nothing_anything_is_a_spike_but_nothing_is_none() -> None:
    lines = spike("both")
    lines.write(0)
    assert titles(lines.tick(15)) == []  # both windows have not passed yet
    assert titles(lines.tick(25)) == []
    assert titles(lines.write(26)) == ["r: 1 in 10s, 0 in the 10s before"]


def test_fewer_show_although_no_line_comes() -> None:
    lines = spike("down")
    steady(lines, 30)
    assert lines.tick(32) == []
    assert titles(lines.tick(36)) == ["r: 0 in 10s, 2 in the 10s before"]
    assert lines.tick(40) == []  # the windows begin anew


def test_only_the_side_that_is_asked_for_shows() -> None:
    lines = spike("down")
    steady(lines, 25)
    assert lines.block([(26 + second / 10, "x") for second in range(30)]) == []
    lines = spike("up")
    steady(lines, 30)
    assert lines.tick(36) == []


def test_the_mean_of_a_field_may_be_compared() -> None:
    lines = spike(height=2, field_value="ms", pattern=r"took (?P<ms>\S+)")
    for second in range(0, 25, 5):
        assert lines.write(second, "took 100ms") == []
    assert lines.write(25, "took nothing") == []
    assert titles(lines.block([(26, "took 150"), (27, "took 1,000.5")])) == [
        "r: ms 416.8 on average in 10s, 100 in the 10s before"
    ]


def test_a_new_group_may_show_at_once_where_others_are_known() -> None:
    fields = {"pattern": r"c=(?P<c>\w+)", "query_key": "c", "threshold_cur": 3}
    lines, eager = spike(**fields), spike(alert_on_new_data=True, **fields)
    for one in (lines, eager):
        for second in range(0, 25, 5):
            assert one.write(second, "c=a") == []
        one.block([(25, "c=b"), (25.5, "c=b")])
    assert lines.write(26, "c=b") == []
    assert titles(eager.write(26, "c=b")) == ["r: 3 in 10s, 0 in the 10s before"]
    assert eager.block([(27 + second / 10, "c=b") for second in range(9)]) == []  # it just showed


def test_a_late_line_is_counted_where_it_belongs() -> None:
    lines = Lines(
        rule(
            "spike", spike_height=3, spike_type="up", timeframe="10s", threshold_ref=1,
            realert="off", query_delay="30s",
        )
    )  # fmt: skip
    lines.block([(0, "x"), (30, "x"), (31, "x"), (32, "x")])
    assert titles(lines.write(21, read=33)) == ["r: 3 in 10s, 1 in the 10s before"]


def test_a_restart_keeps_the_windows() -> None:
    lines = spike()
    steady(lines, 25)
    lines.restart()
    assert lines.block([(26 + second / 2, "x") for second in range(5)])


@pytest.mark.parametrize("fields", [{"height": 1}, {"kind": "sideways"}])
def test_what_cannot_be_meant_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        spike(**fields)  # type: ignore[arg-type]

"""Too little, also when nothing comes at all."""

from tests.watchers.detectors.kinds import CART, PAY, Lines, plain, rule, titles


def flat(**fields: object) -> Lines:
    given = {"threshold": 2, "timeframe": "10s", **fields}
    return Lines(rule("flatline", **plain(**given)))


def test_it_shows_once_the_span_has_passed_without_enough() -> None:
    lines = flat()
    lines.write(0)
    assert lines.tick(9.9) == []
    (found,) = lines.tick(10)
    assert (found.title, found.value, found.count) == ("r: 0 in 10s", 0, 1)
    assert found.samples[-1].place == "/var/log/pay.log:0"


def test_enough_is_well() -> None:
    lines = flat()
    lines.block([(0, "x"), (8, "x"), (9, "x")])
    assert lines.tick(12) == []
    assert titles(lines.tick(18)) == ["r: 1 in 10s"]  # from 8 on exclusive


def test_a_file_in_which_nothing_was_ever_written_shows_too() -> None:
    lines = flat(threshold=1)
    lines.look(PAY)
    lines.look(PAY)
    assert lines.tick(9) == []
    (found,) = lines.tick(11)
    assert found.labels == {"service": "pay", "host": "box"}
    lines.restart()
    assert titles(lines.tick(12)) == ["r: 0 in 10s"]


def test_it_is_said_again_while_it_lasts_and_that_it_is_over() -> None:
    lines = Lines(rule("flatline", threshold=1, timeframe="10s", query_delay="off"))
    lines.write(0)
    said = [second for second in range(1, 140) if lines.tick(second)]
    assert said == [10, 70, 130]
    (over,) = lines.write(141)
    assert (over.recovers, over.labels) == (True, {"service": "pay", "host": "box"})
    assert [second for second in range(142, 160) if lines.tick(second)] == [151]


def test_lines_that_are_read_late_are_waited_for() -> None:
    lines = Lines(rule("flatline", threshold=1, timeframe="10s", query_delay="30s"))
    lines.write(0)
    assert lines.tick(39) == []
    lines.write(12, read=39)
    assert lines.tick(51) == []
    assert titles(lines.tick(52)) == ["r: 0 in 10s"]


def test_groups_are_known_once_they_were_seen_and_may_be_forgotten_when_said() -> None:
    fields = {"pattern": r"c=(?P<c>\w+)", "query_key": "c", "threshold": 1}
    lines = flat(forget_keys=True, **fields)
    lines.look(PAY)
    assert lines.tick(20) == []
    lines.block([(20, "c=a"), (25, "c=b")])
    assert [one.labels["c"] for one in lines.tick(31)] == ["a"]
    assert [one.labels["c"] for one in lines.tick(36)] == ["b"]
    assert lines.tick(60) == []
    assert titles(lines.write(61, "c=a")) == ["over: r: 1 in 10s, usually 0.5"]
    assert [one.labels["c"] for one in lines.tick(71)] == ["a"]


def test_what_is_usual_is_said() -> None:
    lines = flat(threshold=5)
    for second in range(0, 100, 2):
        lines.write(second)
    assert titles(lines.tick(104)) == ["r: 2 in 10s, usually 5.1"]


def test_each_file_is_watched_for_itself() -> None:
    lines = flat(threshold=1)
    lines.look(PAY, CART)
    lines.write(5, origin=CART)
    assert [one.labels["service"] for one in lines.tick(11)] == ["pay"]


def test_a_restart_goes_on_waiting() -> None:
    lines = flat(threshold=1)
    lines.write(0)
    lines.restart()
    assert titles(lines.tick(10)) == ["r: 0 in 10s"]
    lines.restart()
    assert titles(lines.write(11)) == ["over: r: 1 in 10s"]

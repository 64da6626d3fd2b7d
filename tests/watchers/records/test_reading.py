"""Many blocks at once: what they show is folded, and nothing is lost or counted twice."""

from pathlib import Path

from tests.watchers.watching import Watching
from watchers.detectors.keyword import KeywordRule
from watchers.finding import Severity
from watchers.sources.file.tail import BLOCK_BYTES
from watchers.sources.file.wake import Wake

LINE = "2026-11-23 10:00:00 ERROR pay: declined\n"
MANY = 3 * BLOCK_BYTES // len(LINE)


def rule(name: str, pattern: str, **said: str) -> KeywordRule:
    return KeywordRule(name=name, pattern=pattern, severity=Severity.HIGH, **said)


def test_what_many_blocks_show_is_told_at_once_with_the_newest_lines(tmp_path: Path) -> None:
    log = tmp_path / "pay.log"
    log.write_text(LINE * MANY + "2026-11-23 10:00:01 INFO fine\n")
    watching = Watching(log, rules=[rule("error", "ERROR")])
    first, found = watching.look()
    watching.close()
    assert first.count + found.count == MANY
    assert found.count > MANY // 4
    assert [one.spot.line for one in found.samples[-3:] if one.spot] == [MANY - 2, MANY - 1, MANY]
    assert found.samples[-1].spot is not None
    assert found.samples[-1].spot.before[-1] + "\n" == LINE


def test_a_restart_after_many_blocks_counts_nothing_again(tmp_path: Path) -> None:
    log = tmp_path / "pay.log"
    log.write_text(LINE * MANY)
    watching = Watching(log, rules=[rule("error", "ERROR")])
    watching.look()
    watching.restart()
    with log.open("a") as out:
        out.write(LINE)
    watching.look()
    watching.close()
    assert sum(one.count for one in watching.findings) == MANY + 1


def test_what_is_over_is_not_folded_with_what_comes_after_it(tmp_path: Path) -> None:
    log = tmp_path / "pay.log"
    log.write_text(LINE * MANY + "2026-11-23 10:00:01 INFO reconnected\n" + LINE * MANY)
    watching = Watching(log, rules=[rule("error", "ERROR", recovery="reconnected")])
    found = watching.look()
    watching.close()
    assert sum(one.count for one in found if not one.recovers) == 2 * MANY
    assert not found[-1].recovers


def test_a_rule_with_an_exclusion_looks_at_each_line(tmp_path: Path) -> None:
    log = tmp_path / "pay.log"
    log.write_text((LINE + LINE.replace("declined", "retried")) * 3)
    watching = Watching(
        log, rules=[rule("error", "ERROR", exclude="retried"), rule("pay", "declined")]
    )
    found = watching.look()
    watching.close()
    assert {one.rule: one.count for one in found} == {"error": 3}


def test_a_wake_that_is_closed_may_still_be_interrupted() -> None:
    wake = Wake(inotify=False)
    wake.close()
    wake.interrupt()

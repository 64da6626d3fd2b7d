"""Rules about templates, over records as a watch reads them, and over restarts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from watchers.detectors.base import Origin, RuleSettings
from watchers.finding import Finding, Response
from watchers.limits import DistinctCap
from watchers.numbers.tails import chance_of_as_many
from watchers.record import Record
from watchers.rules.detection import Detection
from watchers.rules.kinds import Rule
from watchers.rules.windows import Whereabouts
from watchers.templating import MARK, Templates

BEGIN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
ORIGIN = Origin(path="/var/log/pay.log", file_id="f", labels={"service": "pay", "host": "h"})
NEW = {"kind": "new_template", "name": "new", "severity": "high"}
GONE = {"kind": "vanished_template", "name": "gone", "severity": "low"}
SPIKE = {"kind": "template_spike", "name": "spike", "severity": "medium"}
EACH = {"name": "error", "pattern": "ERROR", "severity": "high", "per_template": True}


def rule(**settings: Any) -> RuleSettings:
    made: RuleSettings = TypeAdapter(Rule).validate_python(settings)
    return made


class Watch:
    """A watch whose clock is moved; what it keeps stays over `restart`."""

    def __init__(self, *rules: RuleSettings) -> None:
        self.rules = rules
        self.kept: dict[str, str] = {}
        self.now = BEGIN
        self.offset = 0
        self.restart()

    def restart(self) -> None:
        at = Whereabouts(agent="a", watch="w", common={"host": "h"})
        self.detection = Detection(
            at, self.rules, DistinctCap(), dict(self.kept), self.now.timestamp()
        )

    def read(self, *lines: str) -> list[Finding]:
        """What is told; `recorded` has what is not."""
        records = []
        for line in lines:
            end = self.offset + len(line) + 1
            every = tuple(range(len(self.detection.patterns)))
            records.append(
                Record(
                    offset=self.offset,
                    end=end,
                    lines=(line.encode(),),
                    omitted=0,
                    raised=b"",
                    rules=every,
                )
            )
            self.offset = end
        found = self.detection.detect(records, ORIGIN, self.now, self.now.timestamp())
        self.keep()
        told = [one for one in found if one.responses != {Response.RECORD}]
        self.recorded = [one for one in found if one not in told]
        return told

    def tick(self) -> list[Finding]:
        found = self.detection.tick(self.now, self.now.timestamp())
        self.keep()
        return found

    def keep(self) -> None:
        self.kept |= self.detection.take_changes(self.now)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def learn(self) -> None:
        """Let the first hour pass."""
        self.read("INFO request 1 handled", "INFO request 2 handled")
        self.wait(hours=1, minutes=1)


@pytest.fixture(params=[False, True], ids=["running", "restarted"])
def watch_of(request: pytest.FixtureRequest) -> Any:
    """A watch; in one case it is restarted before whatever it reads."""

    class Restarting(Watch):
        def read(self, *lines: str) -> list[Finding]:
            self.restart()
            return super().read(*lines)

    return Restarting if request.param else Watch


def test_a_new_template_shows_with_its_third_line_and_once(watch_of: type[Watch]) -> None:
    watch = watch_of(rule(**NEW))
    watch.learn()
    assert watch.read("WARN pool of 3 exhausted") == []
    assert watch.read("WARN pool of 4 exhausted") == []
    (found,) = watch.read("WARN pool of 9 exhausted")
    assert found.title == "new: new: WARN pool of <*> exhausted"
    assert found.count == 3
    assert found.labels["service"] == "pay"
    assert found.annotations["template"] == "WARN pool of <*> exhausted"
    watch.wait(minutes=5)
    assert watch.read("WARN pool of 10 exhausted") == []
    assert watch.read("INFO request 77 handled") == []


def test_what_comes_in_the_first_hour_is_known() -> None:
    watch = Watch(rule(**NEW))
    assert watch.read(*["WARN pool of 3 exhausted"] * 5) == []
    watch.wait(hours=2)
    assert watch.read(*["WARN pool of 4 exhausted"] * 5) == []


def test_two_lines_of_a_new_template_far_apart_do_not_show() -> None:
    watch = Watch(rule(**NEW))
    watch.learn()
    for _ in range(4):
        assert watch.read("WARN pool of 3 exhausted") == []
        watch.wait(minutes=3)


def test_a_lone_new_template_is_recorded_for_the_digest_and_rings_nobody() -> None:
    watch = Watch(rule(**NEW))
    watch.learn()
    assert watch.read("WARN pool of 3 exhausted") == []
    (alone,) = watch.recorded
    assert alone.title == "new: new: WARN pool of <*> exhausted"
    (kind,) = alone.templates
    assert (kind.text, kind.count) == ("WARN pool of <*> exhausted", 1)
    assert watch.read("INFO request 3 handled") == watch.recorded == []


def test_words_that_say_that_it_is_bad_tell_a_new_template_at_once() -> None:
    watch = Watch(rule(**NEW))
    watch.learn()
    (found,) = watch.read("INFO table 7 is corrupted")
    assert Response.ALERT in found.responses


def test_each_finding_says_of_which_templates_its_records_are() -> None:
    watch = Watch(rule(**EACH | {"per_template": False}))
    (found,) = watch.read("ERROR pool 3", "ERROR card 4 declined", "ERROR pool 9")
    assert [(one.text, one.count) for one in found.templates] == [
        ("ERROR pool <*>", 2),
        ("ERROR card <*> declined", 1),
    ]


def test_what_is_fatal_shows_at_once_also_in_the_first_hour() -> None:
    watch = Watch(rule(**NEW))
    (found,) = watch.read("FATAL cannot bind port 80")
    assert "FATAL cannot bind port <*>" in found.title
    assert watch.read("FATAL cannot bind port 81") == []


def test_what_was_not_seen_for_a_month_is_new_again() -> None:
    watch = Watch(rule(**NEW, num_events=1))
    watch.learn()
    (first,) = watch.read("WARN pool of 3 exhausted")
    watch.wait(days=31)
    (again,) = watch.read("WARN pool of 3 exhausted")
    assert again.title.startswith("new: not seen for 31d")
    assert again.labels == first.labels
    watch.wait(days=29)
    assert watch.read("WARN pool of 3 exhausted") == []


def test_a_name_more_is_no_new_template(watch_of: type[Watch]) -> None:
    watch = watch_of(rule(**NEW, num_events=1))
    watch.read(*[f"login of user {name} failed twice" for name in ("ann", "bob", "eve")])
    watch.wait(hours=2)
    assert watch.read("login of user mallory failed twice") == []


def test_an_alert_goes_on_under_the_template_that_its_own_became_one_with(
    watch_of: type[Watch],
) -> None:
    watch = watch_of(rule(**NEW, num_events=1, learn="off", realert="off"))
    first, second = (watch.read(f"login of user {name} failed twice")[0] for name in ("ann", "bob"))
    assert watch.read("login of user eve failed twice") == []  # one of them, so it is known
    watch.wait(days=31)
    (again,) = watch.read("login of user joe failed twice")
    former = [one["template"] for one in again.formerly]
    assert {first.labels["template"], second.labels["template"]} <= set(former)
    assert again.annotations["template"] == "login of user <*> failed twice"


def test_a_template_that_comes_no_more_is_missed_and_found_again(watch_of: type[Watch]) -> None:
    watch = watch_of(rule(**GONE))
    for minute in range(60):
        watch.read(*[f"INFO heartbeat {minute}", f"INFO heartbeat {minute + 1}"])
        assert watch.tick() == []
        watch.wait(minutes=1)
    watch.wait(minutes=12)
    (found,) = watch.tick()
    assert found.title.startswith("gone: none in 10m, usually ")
    assert found.labels["template"]
    assert not found.recovers
    (back,) = watch.read("INFO heartbeat 4")
    assert back.recovers
    assert back.labels == found.labels


def test_what_comes_seldom_or_in_bursts_is_not_missed() -> None:
    watch = Watch(rule(**GONE))
    for _ in range(8):
        watch.read("INFO nightly report written", *["INFO row 1 copied"] * 200)
        watch.wait(minutes=20)
        assert watch.tick() == []


def test_what_is_missed_for_a_day_is_missed_no_more() -> None:
    watch = Watch(rule(**GONE))
    for _ in range(60):
        watch.read(*["INFO heartbeat 1"] * 2)
        watch.wait(minutes=1)
    watch.wait(minutes=12)
    assert [found.recovers for found in watch.tick()] == [False]
    watch.wait(days=1)
    assert [found.recovers for found in watch.tick()] == [True]
    watch.wait(minutes=30)
    assert watch.tick() == []


def test_a_template_shows_when_it_comes_far_more_often_than_usual(watch_of: type[Watch]) -> None:
    watch = watch_of(rule(**SPIKE))
    for minute in range(180):
        assert watch.read(*[f"WARN retry {minute}"] * (minute % 3)) == []
        watch.wait(minutes=1)
    (found,) = watch.read(*[f"WARN retry {n}" for n in range(30)])
    assert "in 1m, usually 1" in found.title
    assert found.annotations["template"] == "WARN retry <*>"


def test_a_rate_that_stays_becomes_the_usual_one() -> None:
    watch = Watch(rule(**SPIKE, realert="off"))
    for _ in range(120):
        watch.read("WARN retry 1")
        watch.wait(minutes=1)
    shown = []
    for _ in range(150):
        shown.append(bool(watch.read(*["WARN retry 1"] * 20)))
        watch.wait(minutes=1)
    assert any(shown[:10])
    assert not any(shown[-60:])


def test_a_keyword_rule_per_template_makes_an_alert_of_each(watch_of: type[Watch]) -> None:
    watch = watch_of(rule(**EACH))
    found = watch.read("ERROR disk 1 full", "ERROR disk 2 full", "ERROR card declined")
    assert [one.count for one in found] == [2, 1]
    assert [one.annotations["template"] for one in found] == [
        "ERROR disk <*> full",
        "ERROR card declined",
    ]
    assert len({one.labels["template"] for one in found}) == 2
    later = watch.read("ERROR disk 3 full")
    assert later[0].labels == found[0].labels


def test_a_keyword_rule_per_template_says_once_what_became_one() -> None:
    watch = Watch(rule(**EACH))
    (first,) = watch.read("ERROR login of ann failed twice")
    watch.read("ERROR login of bob failed twice")
    (third,) = watch.read("ERROR login of eve failed twice")
    assert first.labels["template"] in [one["template"] for one in third.formerly]
    (fourth,) = watch.read("ERROR login of joe failed twice")
    assert fourth.labels == third.labels
    assert fourth.formerly == ()


def test_what_rules_match_is_learned_and_kept_and_nothing_else() -> None:
    plain = rule(name="error", pattern="ERROR", severity="high")
    watch = Watch(plain)
    watch.read("ERROR disk 1 full")
    (stored,) = watch.kept.values()
    assert "ERROR disk <*> full" in stored
    frequent = Watch(
        rule(name="often", kind="frequency", severity="low", num_events=9, timeframe="1m")
    )
    frequent.read("INFO request 1 handled")
    assert not any(key.startswith(MARK) for key in frequent.kept)


def test_any_rule_may_tell_templates_apart() -> None:
    watch = Watch(
        rule(
            kind="frequency",
            name="often",
            severity="low",
            num_events=2,
            timeframe="1m",
            query_key="template",
        )
    )
    (found,) = watch.read("WARN a 1", "WARN b 1", "WARN a 2")
    assert found.annotations["template"] == "WARN a <*>"


def test_the_template_is_always_one_of_what_is_told_apart() -> None:
    made = rule(**NEW, query_key="cluster")
    assert made.model_dump()["query_key"] == ("cluster", "template")


def test_an_urgent_pattern_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(ValidationError):
        rule(**NEW, at_once="(")


def kept(templates: Templates, count: int) -> dict[str, str]:
    for n in range(count):
        name = "".join(chr(97 + int(digit)) for digit in str(n))
        line = f"{name} did happen".encode()
        templates.of(Record(offset=0, end=1, lines=(line,), omitted=0, raised=b"", rules=()))
    return templates.take_changes()


def test_templates_are_kept_in_parts_of_which_only_the_last_one_changes() -> None:
    templates = Templates("w", {})
    first = kept(templates, 100)
    assert len(first) == 2
    assert all(key.startswith(MARK) for key in first)
    assert kept(templates, 100) == {}
    assert len(kept(templates, 101)) == 1
    assert kept(Templates("w", first), 100) == {}
    assert len(kept(Templates("other", first), 1)) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"v": 3}', '{"v": 2, "templates": 3}', "null"])
def test_a_part_that_cannot_be_read_is_learned_anew(text: str) -> None:
    first = kept(Templates("w", {}), 100)
    damaged = {**first, min(first): text}
    again = kept(Templates("w", damaged), 100)
    assert len(again) == 2
    assert kept(Templates("w", {**damaged, **again}), 100) == {}


def learned(templates: Templates, *lines: str) -> list[str]:
    return [
        templates.of(
            Record(offset=0, end=1, lines=(line.encode(),), omitted=0, raised=b"", rules=())
        ).id
        for line in lines
    ]


def test_what_must_not_be_kept_is_in_no_template_and_ids_stay_the_same() -> None:
    def clean(text: str) -> str:
        return text.replace("hunter", "[secret]")

    lines = ["login of hunter failed", "password: hunter", "all is well"]
    templates = Templates("w", {}, clean)
    ids = learned(templates, *lines)
    stored = templates.take_changes()
    assert "hunter" not in str(stored)
    again = Templates("w", stored, clean)
    assert learned(again, *reversed(lines)) == ids[::-1]
    assert again.take_changes() == {}


WORDS = ["login", "of", "user", "ann", "bob", "e-ve", "'x y'", "failed", "10", "10.0.0.1", "a=b"]
LINES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


@given(parts=st.lists(st.lists(LINES, max_size=12), max_size=5))
@settings(max_examples=100, deadline=None)
def test_whenever_it_is_restarted_a_line_keeps_its_id_through_all_merges(
    parts: list[list[str]],
) -> None:
    whole, kept_now = Templates("w", {}), dict[str, str]()
    templates = Templates("w", kept_now)
    ids: dict[str, str] = {}
    for lines in parts:
        templates = Templates("w", kept_now)
        for line in lines:
            learned(whole, line)
            ids[line] = learned(templates, line)[0]
            # An alert, a mute or a window that is known by the id it had before finds it now.
            for seen, before in ids.items():
                now = templates.current(before)
                assert now == whole.current(before), seen
                assert before == now or before in templates.former(now), seen
        kept_now |= templates.take_changes()
    final = list(ids)
    assert learned(Templates("w", kept_now), *final) == learned(whole, *final)


def test_what_an_older_version_kept_as_it_was_is_forgotten() -> None:
    texts = [f"{chr(97 + n // 26)}{chr(97 + n % 26)} went by" for n in range(70)] + ["of hunter"]
    parts = [texts[:64], texts[64:]]
    whole = Templates("w", {})
    names = sorted(kept(whole, 100))
    old = {
        name: f'{{"v": 1, "templates": {part}}}'.replace("'", '"')
        for name, part in zip(names, parts, strict=True)
    }
    templates = Templates("w", old, lambda text: text.replace("hunter", "[secret]"))
    learned(templates, "aa went by")
    changes = templates.take_changes()
    assert changes.keys() == old.keys()
    assert "hunter" not in str(changes)


@pytest.mark.parametrize(
    ("count", "mean", "least", "most"),
    [
        (0, 5, 1, 1),
        (3, 0, 0, 0),
        (4, 5, 1, 1),
        (6, 5, 0.2, 0.5),
        (30, 5, 1e-12, 1e-7),
        (9, 1e-9, 0, 1e-9),
    ],
)
def test_chances_of_counts(count: int, mean: float, least: float, most: float) -> None:
    assert least <= chance_of_as_many(count, mean) <= most

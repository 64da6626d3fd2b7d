"""What counts as the same: lines that differ in what varies only."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.kinds import TEMPLATE_CHARS, kinds_of, merged, template_of
from tests.builders import finding, sample
from watchers.finding import TemplateCount


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("2026-11-23 10:14:07,318 ERROR pay: card 42 declined", "ERROR pay: card * declined"),
        ("2026-11-23T10:14:07.318+08:00 ERROR pay: card declined", "ERROR pay: card declined"),
        ("[2026-11-23 10:14:07] ERROR pay", "ERROR pay"),
        ("timed out after 30000ms on http://stock:80/v1/items?id=3", "timed out after *ms on *"),
        ("user lin@example.com from 10.0.0.17:4711", "user * from *"),
        ("request 5f3a9c1be7 of 0x7f8e", "request * of *"),
        ("id 123e4567-e89b-12d3-a456-426614174000 is gone", "id * is gone"),
        ("order4665: version conflict", "order*: version conflict"),
        ("HikariPool-1 - s3 is full, utf8", "HikariPool-* - s3 is full, utf8"),
        ("", ""),
        ("4711", ""),
    ],
)
def test_a_template_is_what_does_not_vary(line: str, template: str) -> None:
    assert template_of(line) == template


@given(st.text(max_size=2000))
def test_any_line_has_a_short_template_that_is_its_own(line: str) -> None:
    template = template_of(line)
    assert len(template) <= TEMPLATE_CHARS
    assert template_of(template) == template


def test_a_kind_is_named_by_all_but_its_example() -> None:
    ((kind, _),) = kinds_of([finding(samples=(sample("ERROR one 1"),))])
    assert replace(kind, example="another", id=7).name == kind.name
    assert replace(kind, labels={"service": "order"}).name != kind.name
    assert replace(kind, template="another").name != kind.name


def test_findings_of_a_kind_are_one_and_others_stand_apart() -> None:
    found = kinds_of(
        [
            finding("f1", samples=(sample("ERROR card 1 declined"),)),
            finding("f2", samples=(sample("ERROR card 2 declined\n  at Pool.java"),), count=2),
            finding("f3", samples=(sample("ERROR no answer"),), labels={"service": "order"}),
        ]
    )
    assert [(kind.template, count) for kind, count in found] == [
        ("ERROR card * declined", 3),
        ("ERROR no answer", 1),
    ]
    assert found[0][0].example == "ERROR card 2 declined"


@given(
    lines=st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5),
    more=st.integers(0, 1000),
)
def test_every_record_is_counted_once_however_few_lines_were_kept(
    lines: list[str], more: int
) -> None:
    records = len(lines) + more
    found = kinds_of([finding(samples=tuple(sample(line) for line in lines), count=records)])
    assert sum(count for _, count in found) == records
    if not more:
        assert {kind.template: count for kind, count in found} == {
            line: lines.count(line) for line in lines
        }


def test_without_lines_the_message_or_the_title_stands_in() -> None:
    found = kinds_of(
        [finding("f1", annotations={"message": "load 17 is high"}), finding("f2", title="High")]
    )
    assert [kind.template for kind, _ in found] == ["load * is high", "High"]


def test_what_says_that_it_is_over_counts_nothing() -> None:
    assert kinds_of([finding(recovers=True)]) == ()


def test_of_more_kinds_than_records_the_rarest_are_left_out() -> None:
    found = kinds_of([finding(samples=(sample("a"), sample("a"), sample("b")), count=1)])
    assert [(kind.template, count) for kind, count in found] == [("a", 1)]


def test_a_finding_that_knows_its_templates_is_counted_by_these() -> None:
    told = (
        TemplateCount(id="t1", text="card <*> declined", count=6),
        TemplateCount(id="t2", text="no answer from <*>", count=2),
        TemplateCount(id="t3", text="", count=1),
    )
    lines = (sample("no answer from h1"), sample("card 7 declined\n  at A.b"))
    found = kinds_of([finding(samples=lines, count=8, templates=told)])
    assert [(one.template_id, one.template, one.example, n) for one, n in found] == [
        ("t1", "card <*> declined", "card 7 declined", 6),
        ("t2", "no answer from <*>", "no answer from h1", 2),
    ]
    ((bare, _),) = kinds_of([finding(samples=lines[:1])])
    assert replace(bare, template_id="t9").name != bare.name


def test_templates_are_one_with_the_more_general_one_they_were_merged_into() -> None:
    general, special = "login of <*> from <*> failed", "login of root from <*> failed"
    others = ["logout of root from <*> failed", "login of root failed", "<*> <*> <*> <*> <*> <*>"]
    assert merged([special, *others, general]) == {special: general}
    assert merged([special, *others]) == {}

"""Grok patterns: well known, composed, typed, and refused with a reason."""

import pytest

from watchers.errors import PatternError
from watchers.matching.grok import Grok, check_all, patterns_in
from watchers.matching.grok_patterns import WELL_KNOWN


def test_every_well_known_pattern_can_be_used() -> None:
    assert not list(check_all(WELL_KNOWN))
    assert {"COMBINEDAPACHELOG", "SYSLOGLINE", "TIMESTAMP_ISO8601", "IPORHOST"} <= WELL_KNOWN.keys()


def test_a_combined_access_line_has_the_fields_people_know() -> None:
    line = (
        b'203.0.113.7 - frank [23/Nov/2026:10:00:00 +0800] "GET /a/b?x=1 HTTP/1.1" 502 2326 '
        b'"http://www.example.com/start" "Mozilla/4.08 [en]"'
    )
    found = Grok("%{COMBINEDAPACHELOG}").read(line)
    assert found is not None
    assert found["clientip"] == "203.0.113.7"
    assert found["request"] == "/a/b?x=1"
    assert found["response"] == "502"
    assert found["timestamp"] == "23/Nov/2026:10:00:00 +0800"


@pytest.mark.parametrize(
    ("name", "takes", "leaves"),
    [
        ("IP", ["192.0.2.1", "2001:db8::1", "::1", "::ffff:192.0.2.1"], ["300.1.1.1", "1.2.3"]),
        ("NUMBER", ["1", "-1.5", ".5"], ["x", "1."]),
        ("TIMESTAMP_ISO8601", ["2026-11-23T10:00:00.123+08:00", "2026-11-23 10:00"], ["10:00"]),
        ("UUID", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]),
        ("URI", ["https://lin@example.com:8443/a?b=c#d"], ["/a"]),
        ("QS", [r'"it \"is\""', "'x'"], ["x"]),
        ("EMAILADDRESS", ["lin@example.com"], ["lin"]),
        ("UNIXPATH", ["/var/log/x.log"], ["x"]),
        ("WINPATH", [r"C:\logs\x.log"], ["x"]),
        ("LOGLEVEL", ["ERROR", "warn", "Fatal"], ["soon"]),
        ("SYSLOGTIMESTAMP", ["Nov  3 10:00:00", "Nov 23 10:00:00"], ["23 Nov"]),
    ],
)
def test_well_known_patterns_take_what_they_are_known_for(
    name: str, takes: list[str], leaves: list[str]
) -> None:
    grok = Grok(f"%{{{name}:x}}")
    assert [grok.read(text.encode()) for text in takes] == [{"x": text} for text in takes]
    assert [grok.read(text.encode()) for text in leaves] == [None] * len(leaves)


def test_patterns_are_made_of_each_other_and_their_parts_have_types() -> None:
    own = {"ORDER": r"[A-Z]\d+", "PAID": r"paid %{ORDER:order} in (?<ms>\d+)ms"}
    grok = Grok(
        r"%{PAID} ok=%{WORD:ok:bool} %{NUMBER:cost:float} %{INT:[http][code]:int}(?: (?<rest>.*))?",
        own,
    )
    assert grok.fields == ("order", "ms", "ok", "cost", "http.code", "rest")
    assert grok.read(b"paid A7 in 12ms ok=true 1.5 0500") == {
        "order": "A7",
        "ms": "12",
        "ok": True,
        "cost": 1.5,
        "http.code": 500,
    }
    assert grok.read(b"refunded A7") is None


def test_of_two_parts_with_one_name_the_one_that_is_there_counts() -> None:
    grok = Grok(r"(?:a=%{INT:n:int}|b=%{INT:n:int})")
    assert grok.read(b"b=7") == {"n": 7}


def test_patterns_that_were_atomic_for_speed_are_taken_as_ordinary_ones() -> None:
    assert Grok(r"(?>a+)\(?> %{INT:n}").read(b"aa> 7") == {"n": "7"}


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("%{NUMBR:n}", "did you mean 'NUMBER'"),
        ("%{INT:n:flot}", "no type 'flot'"),
        ("%{INT:a b}", "cannot be called 'a b'"),
        ("%{A}", "A → B → A"),
        ("(?<=x)y", "look-around"),
        ("x++", "ordinary quantifier"),
        ("(x", "missing )"),
        ("%{HUGE}%{HUGE}", "too large"),
        ("(?<a>x)" * 65, "more than 64 fields"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused_with_the_reason(
    pattern: str, reason: str
) -> None:
    own = {"A": "%{B}", "B": "x%{A}", "HUGE": "x" * 40_000}
    with pytest.raises(PatternError) as refused:
        Grok(pattern, own)
    assert reason in refused.value.reason


def test_a_file_of_patterns_is_read_as_logstash_reads_it() -> None:
    assert patterns_in("# own\nORDER [A-Z]\\d+\n\nPAID  paid %{ORDER:order}\n") == {
        "ORDER": "[A-Z]\\d+",
        "PAID": "paid %{ORDER:order}",
    }
    with pytest.raises(ValueError, match="line 2 is no pattern"):
        patterns_in("A b\nnonsense\n")

import pytest

from bot.core.errors import MatcherError
from bot.core.matcher import MAX_LENGTH, Matcher, Operator, all_take, parse_matcher


@pytest.mark.parametrize(
    ("text", "label", "operator", "value"),
    [
        ("service=pay", "service", Operator.EQUAL, "pay"),
        ("  service = pay ", "service", Operator.EQUAL, "pay"),
        ("service!=pay", "service", Operator.NOT_EQUAL, "pay"),
        ("service=~pay.*", "service", Operator.MATCHES, "pay.*"),
        ("service!~pay.*", "service", Operator.MATCHES_NOT, "pay.*"),
        ("k8s.io-app_x=a=b", "k8s.io-app_x", Operator.EQUAL, "a=b"),
        ('service="a b"', "service", Operator.EQUAL, "a b"),
        ("service='a b'", "service", Operator.EQUAL, "a b"),
        ("service=\"a'", "service", Operator.EQUAL, "\"a'"),
        ('service="', "service", Operator.EQUAL, '"'),
        ("service=", "service", Operator.EQUAL, ""),
        ("服务=支付", "服务", Operator.EQUAL, "支付"),
    ],
)
def test_a_matcher_is_read(text: str, label: str, operator: Operator, value: str) -> None:
    assert parse_matcher(text) == Matcher(label=label, operator=operator, value=value)


@pytest.mark.parametrize(
    "text", ["", "service", "=pay", "a b=c", "a!b", "a!b=c", "service=~(", "x=" + "y" * MAX_LENGTH]
)
def test_what_is_no_matcher_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(MatcherError) as refused:
        parse_matcher(text)
    assert refused.value.wanted


@pytest.mark.parametrize(
    ("text", "found", "takes"),
    [
        ("s=pay", "pay", True),
        ("s=pay", "pays", False),
        ("s!=pay", "pay", False),
        ("s!=pay", "", True),
        ("s=~pa.", "pay", True),
        ("s=~pa", "pay", False),
        ("s!~pa", "pay", True),
        ("s!~pa.", "pay", False),
        ("s=~.*", "torn \ud83d", True),
    ],
)
def test_a_matcher_compares_the_whole_value(text: str, found: str, takes: bool) -> None:
    assert parse_matcher(text).takes({"s": found}) is takes


def test_an_absent_label_counts_as_empty_text() -> None:
    assert parse_matcher("s=").takes({})


def test_all_conditions_must_hold_and_none_takes_everything() -> None:
    both = [parse_matcher("a=1"), parse_matcher("b=2")]
    assert all_take(both, {"a": "1", "b": "2"})
    assert not all_take(both, {"a": "1"})
    assert all_take([], {})


@pytest.mark.parametrize("text", ["a=1", "a!=1", "a=~1.*", "a!~1.*"])
def test_a_matcher_reads_as_it_was_written(text: str) -> None:
    assert str(parse_matcher(text)) == text


def test_a_pattern_that_blows_up_elsewhere_ends_soon() -> None:
    assert not parse_matcher("s=~(a+)+b").takes({"s": "a" * 100_000})


def test_an_operator_that_is_none_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(AssertionError):
        Matcher(label="a", operator="<", value="").takes({})  # type: ignore[arg-type]

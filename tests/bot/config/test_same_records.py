"""Rules that count the records of another rule."""

from pathlib import Path

import pytest

from bot.config.load import examine, rules_of
from tests.watchers.detectors.kinds import Lines, plain, rule, titles
from watchers.detectors.base import RuleSettings

MANY = """
[[rule]]
name = "slow"
pattern = 'took (?P<ms>\\d+) ms'
exclude = "warm-up"
where = ["ms > 1000"]
files = ["pay*"]
severity = "medium"

[[rule]]
name = "many slow ones"
kind = "dynamic"
detector = "sigma"
severity = "high"
records_of = "slow"

[[rule]]
name = "many errors"
kind = "frequency"
num_events = 3
timeframe = "1m"
severity = "high"
records_of = "ERROR"
realert = "off"
query_delay = "off"
"""


def read(folder: Path, text: str) -> tuple[dict[str, RuleSettings], list[str]]:
    file = folder / "larkwatch.toml"
    file.write_text(text)
    config, problems = examine(str(file))
    assert config is not None
    said = [str(one) for one in problems if one.fatal]
    return {one.name: one for one in rules_of(config)}, said


def test_a_rule_takes_over_all_that_says_which_records_another_one_counts(tmp_path: Path) -> None:
    rules, said = read(tmp_path, MANY.replace("ERROR", "error"))
    assert said == []
    slow, many = rules["slow"], rules["many slow ones"]
    for name in ("pattern", "exclude", "where", "files"):
        assert getattr(many, name) == getattr(slow, name)
    assert many.severity == "high"


def test_a_rule_of_the_default_pack_may_be_named_too(tmp_path: Path) -> None:
    rules, _ = read(tmp_path, MANY.replace("ERROR", "error"))
    lines = Lines(rules["many errors"])
    found = [one for n in range(3) for one in lines.write(n, "ERROR pay: declined")]
    assert len(found) == 1
    assert titles(found)[0].startswith("many errors: 3 in ")
    assert not lines.write(100, "all is well")


def test_a_name_that_is_no_rules_is_refused_with_those_that_are(tmp_path: Path) -> None:
    _, (said,) = read(tmp_path, MANY.replace('records_of = "ERROR"', 'records_of = "eror"'))
    assert 'rule[3].records_of: found "eror", wanted another rule' in said
    assert "error" in said
    assert "many slow ones" not in said


def test_a_rule_that_names_another_one_says_nothing_else_of_its_records() -> None:
    with pytest.raises(ValueError, match="either records_of or pattern"):
        rule("frequency", num_events=1, timeframe="1m", records_of="a", pattern="b", **plain())

"""Places of keys in a TOML file."""

import pytest

from bot.config.lines import line_of

TEXT = '''\
default_rules = true

[feishu]
brand = "lark"
admins = [
  "ou_1",
  "ou_2",
]
note = """
[server]
port = 1
"""

[[rule]]
name = "a"
[rule.labels]
team = "x"

[[ rule ]]   # the second
"name" = "b"
labels.team = "y"
[rule.labels.deep]
key = 1

[server]
port = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("default_rules",), 1),
        (("feishu",), 3),
        (("feishu", "brand"), 4),
        (("feishu", "admins", 1), 5),
        (("feishu", "nothing"), 3),
        (("rule", 0), 14),
        (("rule", 0, "labels", "team"), 17),
        (("rule", 1), 19),
        (("rule", 1, "name"), 20),
        (("rule", 1, "labels", "team"), 21),
        (("rule", 1, "labels", "deep", "key"), 23),
        (("server", "port"), 26),
        (("nowhere",), 0),
        ((), 0),
    ],
)
def test_a_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line

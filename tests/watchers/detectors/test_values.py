"""Rules that look at the value of a field: lists, changes, terms never seen."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.watchers.detectors.kinds import CART, Lines, counts, plain, rule, titles

USER = r"user=(?P<user>\S*)"


def test_what_is_on_the_blacklist_shows() -> None:
    lines = Lines(
        rule("blacklist", **plain(pattern=USER, compare_key="user", blacklist=["root", 7]))
    )
    assert titles(lines.write(0, "user=root")) == ["r: user root is on the blacklist"]
    assert titles(lines.write(1, "user=7")) == ["r: user 7 is on the blacklist"]
    assert lines.write(2, "user=Root") + lines.write(3, "nobody") == []


def test_what_is_not_on_the_whitelist_shows() -> None:
    fields = {"pattern": r"login( user=(?P<user>\S+))?", "compare_key": "user"}
    given = {**fields, "whitelist": ["ann", "bob"]}
    lines = Lines(rule("whitelist", **plain(ignore_null=True, **given)))
    assert lines.write(0, "login user=ann") + lines.write(1, "login") == []
    assert titles(lines.write(2, "login user=eve")) == ["r: user eve is not on the whitelist"]
    strict = Lines(rule("whitelist", **plain(ignore_null=False, **given)))
    assert titles(strict.write(0, "login")) == ["r: no user"]


def test_values_may_stand_in_a_file(tmp_path: Path) -> None:
    names = tmp_path / "names"
    names.write_text("root\n\n admin \n")
    given = {"pattern": USER, "compare_key": "user"}
    lines = Lines(rule("blacklist", **plain(blacklist=[f"!file {names}", "x"], **given)))
    assert counts(lines.block([(0, "user=admin"), (1, "user=x"), (2, "user=ann")])) == [2]
    with pytest.raises(ValidationError, match="a file of values that can be read"):
        rule("whitelist", whitelist=[f"!file {tmp_path}/no"], ignore_null=True, **given)


def test_a_label_may_be_compared_as_well_as_a_field() -> None:
    lines = Lines(rule("blacklist", **plain(compare_key="service", blacklist=["cart"])))
    assert lines.write(0) == []
    assert titles(lines.write(1, origin=CART)) == ["r: service cart is on the blacklist"]


STATE = r"node=(?P<node>\w+) state=(?P<state>\w*)(?: zone=(?P<zone>\w+))?"


def changes(**fields: object) -> Lines:
    return Lines(
        rule("change", **plain(pattern=STATE, compare_key="state", query_key="node", **fields))
    )


def test_a_field_that_changed_shows_what_it_was() -> None:
    lines = changes()
    assert lines.write(0, "node=a state=up") + lines.write(1, "node=b state=down") == []
    (found,) = lines.write(2, "node=a state=down")
    assert (found.title, found.labels["node"]) == ("r: state up → down", "a")
    assert lines.write(3, "node=a state=down") == []


def test_nothing_is_no_change_unless_it_is_wanted() -> None:
    lines = changes()
    lines.write(0, "node=a state=up")
    assert lines.write(1, "node=a state=") + lines.write(2, "node=a state=up") == []
    lines = changes(ignore_null=False)
    lines.write(0, "node=a state=up")
    assert titles(lines.write(1, "node=a state=")) == ["r: state up → nothing"]


def test_what_was_too_long_ago_is_forgotten() -> None:
    lines = changes(timeframe="10s")
    lines.write(0, "node=a state=up")
    assert titles(lines.write(10, "node=a state=down")) == ["r: state up → down"]
    assert lines.write(20.5, "node=a state=up") == []
    assert lines.write(30, "node=a state=up") == []
    assert titles(lines.write(40, "node=a state=down")) == ["r: state up → down"]


def test_one_of_several_fields_is_enough() -> None:
    lines = Lines(
        rule("change", **plain(pattern=STATE, compare_key=["state", "zone"], query_key="node"))
    )
    lines.write(0, "node=a state=up zone=1")
    assert titles(lines.write(1, "node=a state=up zone=2")) == ["r: zone 1 → 2"]


def test_a_late_line_does_not_tell_of_now() -> None:
    lines = changes()
    lines.block([(0, "node=a state=up"), (5, "node=a state=up")])
    assert lines.write(3, "node=a state=down", read=6) == []
    assert lines.write(7, "node=a state=up") == []


def test_a_restart_remembers_the_value() -> None:
    lines = changes()
    lines.write(0, "node=a state=up")
    lines.restart()
    assert titles(lines.write(1, "node=a state=down")) == ["r: state up → down"]


def terms(**fields: object) -> Lines:
    return Lines(
        rule("new_term", **plain(pattern=r"user=(?P<user>\w*) from=(?P<ip>\S*)", **fields))
    )


def test_a_value_never_seen_shows_once_the_first_ones_are_learned() -> None:
    lines = terms(fields="user", learn="10s")
    assert lines.block([(0, "user=ann from=1"), (9.9, "user=bob from=1")]) == []
    assert titles(lines.write(10, "user=eve from=1")) == ["r: new user: eve"]
    assert lines.block([(11, "user=eve from=2"), (12, "user=bob from=2")]) == []


def test_fields_are_looked_at_each_for_itself_or_together() -> None:
    lines = terms(fields=["user", ["user", "ip"]], learn="off")
    assert titles(lines.write(0, "user=ann from=1")) == ["r: new user: ann, new user + ip: ann + 1"]
    assert titles(lines.write(1, "user=ann from=2")) == ["r: new user + ip: ann + 2"]


def test_what_was_not_seen_for_a_window_is_new_again() -> None:
    lines = terms(fields=["user"], learn="off", terms_window_size="30d")
    day = 86400
    assert titles(lines.write(0, "user=ann from=1")) == ["r: new user: ann"]
    assert lines.write(20 * day, "user=ann from=1") == []
    assert lines.write(50 * day, "user=ann from=1") == []
    assert titles(lines.write(80 * day + 1, "user=ann from=1")) == ["r: new user: ann"]


def test_a_missing_field_shows_only_where_that_is_wanted() -> None:
    assert terms(fields="user", learn="off").write(0, "user= from=1") == []
    lines = terms(fields="user", learn="off", alert_on_missing_field=True)
    assert titles(lines.write(0, "user= from=1")) == ["r: no user"]


def test_a_restart_knows_the_terms_and_they_are_bounded() -> None:
    lines = terms(fields="user", learn="off", query_key="host")
    lines.block([(0, f"user=u{number} from=1") for number in range(5001)])
    lines.restart()
    assert lines.write(1, "user=u5000 from=1") == []
    assert titles(lines.write(2, "user=u0 from=1")) == ["r: new user: u0"]  # the oldest went


@pytest.mark.parametrize(
    ("kind", "fields", "wanted"),
    [
        ("blacklist", {"compare_key": "user"}, "blacklist"),
        ("blacklist", {"compare_key": "user", "blacklist": []}, "at least 1 item"),
        ("whitelist", {"compare_key": "user", "whitelist": ["a"]}, "ignore_null"),
        ("change", {}, "compare_key"),
        ("change", {"compare_key": []}, "at least 1 item"),
        ("new_term", {}, "fields"),
        ("new_term", {"fields": [[]]}, "at least 1 item"),
    ],
)
def test_what_cannot_be_meant_is_refused(kind: str, fields: dict[str, object], wanted: str) -> None:
    with pytest.raises(ValidationError, match=wanted):
        rule(kind, **fields)

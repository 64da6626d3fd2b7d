"""The miner: what is one template, and ids that last."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.log_formats.formats import FORMATS, UNSEEN, messages
from tests.log_formats.grouping import grouping
from watchers.detectors.templates.miner import TemplateMiner


def texts(miner: TemplateMiner, lines: list[str]) -> list[str]:
    numbers = [miner.learn(line) for line in lines]
    return [miner.template(number).text for number in numbers]


def one(*lines: str) -> str:
    """The template of lines that are all of one."""
    found = set(texts(TemplateMiner(), list(lines)))
    assert len(found) == 1, found
    return found.pop()


@pytest.mark.parametrize("name", FORMATS)
def test_lines_of_a_format_that_was_never_seen_are_grouped_as_they_were_made(name: str) -> None:
    lines, truth = messages(name, 2000)
    miner = TemplateMiner()
    numbers = [miner.learn(line) for line in lines]
    found = grouping(truth, [miner.template(number).id for number in numbers])
    assert found.accuracy >= 0.9
    assert found.f1 >= 0.65


@pytest.mark.parametrize(("names", "least"), [(FORMATS, (0.97, 0.95)), (UNSEEN, (0.88, 0.82))])
def test_over_all_formats_templates_are_found_as_they_were_made(
    names: tuple[str, ...], least: tuple[float, float]
) -> None:
    scores = []
    for name in names:
        lines, truth = messages(name, 1000, seed=7)
        miner = TemplateMiner()
        numbers = [miner.learn(line) for line in lines]
        scores.append(grouping(truth, [miner.template(number).id for number in numbers]))
    assert sum(score.accuracy for score in scores) / len(scores) >= least[0]
    assert sum(score.f1 for score in scores) / len(scores) >= least[1]


def test_a_third_name_at_one_place_makes_one_template_of_all() -> None:
    miner = TemplateMiner()
    lines = [f"Accepted password for {name} on console" for name in ("root", "alice", "bob")]
    first, second, third = map(miner.learn, lines)
    general = miner.template(third)
    assert general.text == "Accepted password for <*> on console"
    assert {miner.template(first).id, miner.template(second).id} == {general.id}
    # The third one never stood for itself.
    assert {old.text for old in miner.absorbed(first)} == set(lines[:2])


def test_words_that_say_what_happened_are_told_apart() -> None:
    lines = [f"[instance: 4] VM {word} (Lifecycle Event)" for word in ("Started", "Paused", "Gone")]
    assert len(set(texts(TemplateMiner(), lines * 20))) == 3


def test_methods_of_http_are_never_one() -> None:
    lines = [f'10.0.0.{n} "{m} /a/{n} HTTP/1.1" 200' for n in range(9) for m in ("GET", "POST")]
    assert len(set(texts(TemplateMiner(), lines))) == 2


def test_lists_of_any_length_are_one_template() -> None:
    assert one("ask to delete 1 2", "ask to delete 1 2 3 4 5 6") == "ask to delete <*>"
    assert one("sets n-1 <ok> n-2 <ok>", "sets n-1 <ok> n-2 <ok> n-3 <ok>") == "sets n-<*> <ok>"


def test_a_list_in_brackets_is_one_value_however_long() -> None:
    some = ["groups: [sg-1a sg-2b] up", "groups: [pay-0, cart-1, web-2] up", "groups: [3, 4] up"]
    assert one(*some) == "groups: <*> up"


def test_rows_of_a_table_are_told_apart_by_their_words() -> None:
    rows = [f"{at},{name},temperature,{at},C,OK" for at, name in enumerate(("g-a", "x-b", "K-d"))]
    assert one(*rows) == "<*>, temperature, <*>, C, OK"
    assert texts(TemplateMiner(), ["1,a-1,temperature,2,C,OK", "1,a-1,battery,2,mV,LOW"])[1] == (
        "<*>, battery, <*>, mV, LOW"
    )


def test_names_of_several_words_are_one_value_however_long_they_are() -> None:
    names = ("Windows Update", "Print Spooler", "Background Intelligent Transfer Service")
    lines = [f"The {name} service entered the running state." for name in names]
    assert one(*lines) == "The <*> service entered the running state."


def test_words_that_stand_before_messages_of_all_kinds_are_values() -> None:
    rests = [
        "pulled the image at last",
        "mounted its volume once again",
        "lost touch with all peers",
        "came back after the restart",
    ]
    lines = [f"{space} {rest}" for rest in rests for space in ("default", "prod", "shop")]
    assert set(texts(TemplateMiner(), lines)) == {f"<*> {rest}" for rest in rests}
    late = [*lines, "prod ran out of disk space"]
    assert texts(TemplateMiner(), late)[-1] == "<*> ran out of disk space"


def test_verbs_that_change_places_before_all_kinds_of_things_are_no_values() -> None:
    things = ("the first thread pool", "the region of orders", "a copy for backup", "one more peer")
    lines = [f"{verb} {thing}" for thing in things for verb in ("Starting", "Stopping", "Killing")]
    assert len(set(texts(TemplateMiner(), lines))) == len(lines)


def test_names_between_chinese_words_are_values_and_verbs_are_not() -> None:
    names, cities = ("张三", "李四", "王小明", "欧阳锋"), ("北京", "上海", "广州")
    lines = [f"用户{name}从{city}登录，IP:10.0.0.1" for name in names for city in cities]
    assert one(*lines) == "用户<*>从<*>登录， IP:<*>"
    told = [
        f"订单12{what}成功，渠道:{n}" for n, what in enumerate(("支付", "取消", "创建", "退款"))
    ]
    assert len(set(texts(TemplateMiner(), told))) == 4


def test_what_happened_is_never_merged_away() -> None:
    lines = [f"event={what} user=7 from=9 ok" for what in ("login", "logout", "lock", "expire-it")]
    assert len(set(texts(TemplateMiner(), lines))) == 4


def test_threads_in_brackets_before_a_message_are_one() -> None:
    assert one(*(f"[{name}] order 7 was charged" for name in ("main", "pool-1", "nio-8"))) == (
        "<*> order <*> was charged"
    )


def test_a_name_in_quotes_is_a_value_even_in_a_short_line() -> None:
    assert one("KeyError: 'pay'", "KeyError: 'cart'", "KeyError: 'a b'") == "KeyError: <*>"


def test_a_size_said_again_in_brackets_is_no_other_template() -> None:
    sent = one("closed, 12 bytes sent", "closed, 1190 bytes (1.16 KB) sent")
    assert sent == "closed, <*> sent"


def test_two_names_that_vary_together_are_both_values() -> None:
    pairs = [("orders", "DailyReport"), ("carts", "SyncStock"), ("mails", "RebuildIndex")]
    found = texts(
        TemplateMiner(), [f"moved messages from {a} to {b} without any error" for a, b in pairs]
    )
    assert found[-1] == "moved messages from <*> to <*> without any error"
    assert len(set(found)) == 1


def test_what_several_lines_have_masked_at_a_place_takes_in_a_name_there() -> None:
    lines = ["synchronized to 10.0.0.1, stratum 3", "synchronized to LOCAL(0), stratum 10"]
    assert one(*lines) == "synchronized to <*>, stratum <*>"


def test_an_id_is_made_of_the_text_alone() -> None:
    here, there = TemplateMiner(), TemplateMiner()
    there.learn("something else was seen first")
    line = "card declined by issuer 7"
    assert here.template(here.learn(line)) == there.template(there.learn(line))


def test_what_was_known_is_known_again_after_a_restart() -> None:
    lines, _ = messages("sshd", 400)
    before = TemplateMiner()
    ids = [before.template(number).id for number in map(before.learn, lines)]
    final = [before.template(before.learn(line)).id for line in lines]
    after = TemplateMiner()
    after.restore(before.texts())
    assert [after.template(after.learn(line)).id for line in lines] == final
    assert len(after) == len(before)
    assert len(ids) == len(final)


def test_beyond_the_bound_messages_with_one_first_word_are_one() -> None:
    miner = TemplateMiner(most=3)
    words = ["alpha", "beta", "gamma", "delta", "epsilon"]
    found = texts(miner, [f"{word} did happen" for word in words])
    assert found[:3] == [f"{word} did happen" for word in words[:3]]
    assert found[3:] == ["delta <*>", "epsilon <*>"]
    assert texts(miner, ["delta is over", "alpha did happen"]) == ["delta <*>", "alpha did happen"]


def test_first_words_are_bounded_too() -> None:
    miner = TemplateMiner(most=1)
    letters = [
        f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}" for n in range(1500)
    ]
    found = set(texts(miner, [f"{word} happened" for word in letters]))
    assert len(found) <= 1003
    assert "<*>" in found


@pytest.mark.parametrize("line", ["", " ", "\0", "\ud800 lone", "{}", "=", "<*>", "a" * 100_000])
def test_any_text_has_a_template(line: str) -> None:
    miner = TemplateMiner()
    number = miner.learn(line)
    assert miner.template(number).id.startswith("t")
    again = TemplateMiner()
    again.restore(miner.texts())
    assert again.template(again.learn(line)).text == miner.template(number).text


HOSTILE = (
    *("a-", "1.", "a.b-", "=", '"a', "a1:", "/a", "\\a", "<*>", "(", "::", "[a1,", "a,;"),
    *("IN ('", "SELECT IN ('a", "{'a': ", '{"', '[{"a":', "'a ", "AA ", "【", "12月", "渠道：1，"),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_line_is_dealt_with_like_any_other(piece: str) -> None:
    miner = TemplateMiner()
    miner.learn(piece * 50_000)
    miner.learn(" ".join([piece] * 50_000))
    assert len(miner) >= 1


LINES = st.lists(
    st.lists(
        st.sampled_from(
            [
                "user",
                "root",
                "alice",
                "failed",
                "10",
                "10.0.0.1",
                "a=b",
                "for",
                "to",
                "(x)",
                "<*>",
                "DailyReport",
            ]
        ),
        max_size=7,
    ).map(" ".join),
    max_size=40,
)


@given(lines=LINES)
@settings(max_examples=150, deadline=None)
def test_whatever_is_read_a_line_keeps_its_template_and_merges_are_never_undone(
    lines: list[str],
) -> None:
    miner = TemplateMiner()
    numbers: list[int] = []
    together: set[tuple[int, int]] = set()
    for line in lines:
        numbers.append(miner.learn(line))
        current = [miner.current(number) for number in numbers]
        assert all(current[a] == current[b] for a, b in together)
        together |= {
            (a, len(current) - 1) for a in range(len(current)) if current[a] == current[-1]
        }
    for line, number in zip(lines, numbers, strict=True):
        assert miner.current(miner.learn(line)) == miner.current(number)


def test_the_order_of_lines_changes_few_groups() -> None:
    lines, truth = messages("hdfs", 1000)
    order = list(range(len(lines)))
    random.Random(3).shuffle(order)  # noqa: S311 - draws an order, keeps no secret
    miner = TemplateMiner()
    numbers = [miner.learn(lines[at]) for at in order]
    ids = [miner.template(number).id for number in numbers]
    assert grouping([truth[at] for at in order], ids).accuracy >= 0.95

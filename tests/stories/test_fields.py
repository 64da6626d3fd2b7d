"""Fields of lines are asked for in a group: who, where, how slow, and which lines."""

from collections.abc import Callable
from datetime import UTC, datetime

from town import Card, Chat, Town, until

EVERY_LINE = """
[fields]
every_line = true
"""


def lines() -> list[str]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")  # noqa: TID251 - the bot's clock is the real one
    said = [("u7", "/pay", 502, 900), ("u7", "/pay", 502, 800), ("u42", "/cart", 200, 20)]
    return [
        f'{{"ts":"{now}","level":"{"error" if status > 500 else "info"}","msg":"served",'
        f'"user":"{user}","path":"{path}?id={n}","status":{status},"latency_ms":{took},'
        f'"password":"hunter2hunter2"}}'
        for n, (user, path, status, took) in enumerate(said)
    ]


def asked(group: Chat, line: str, shown: str) -> Card:
    """The first answer that shows it: what was just written is counted a second later."""
    return until(
        lambda: next((card for card in [group.ask(line)] if shown in card.text), None),
        f"{shown} in what {line} is answered",
    )


def test_people_ask_for_values_numbers_and_lines_by_their_fields(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(extra=EVERY_LINE)
    town.run()
    group = town.chat()
    town.log(*lines())

    top = asked(group, "/top path service=pay 1h", "共 3 条")
    assert "/pay" in top.text
    assert "id=" not in top.text

    worst = asked(group, "最近一小时哪个用户报错最多", "user 排行")
    assert "u7" in worst.text

    trend = asked(group, "/trend latency_ms service=pay 1h max", "最高")
    assert "900" in trend.text
    trend.press("p95")
    trend.shows("每")

    one = group.ask("/logs user=u42 30m").shows("/cart")
    assert "找到 1 条" in one.text
    group.ask("/logs latency_ms>=850 30m").shows("找到 1 条")

    unknown = group.ask("/top colour")
    assert "latency_ms" in unknown.text
    assert "password" not in unknown.text

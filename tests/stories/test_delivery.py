"""Feishu misbehaves while the whole product runs: what people and admins see."""

import sqlite3
from collections.abc import Callable

from town import LIN, OPS, Town, until

from bot.sandbox.faults import Fault
from bot.sandbox.wire import stable_id

MESSAGES = "/open-apis/im/v1/messages"
SOON = """
[delivery]
digest_after = "1s"
"""


def test_case_24_refused_content_is_told_redacted_and_an_admin_learns_the_code(
    make_town: Callable[..., Town],
) -> None:
    town = make_town()
    text = town.file.read_text()
    admin = stable_id("ou_", LIN)
    town.file.write_text(text.replace("[feishu]", f'[feishu]\nadmins = ["{admin}"]'))
    town.run()
    town.chat(OPS).ask("/subscribe level>=high")
    town.sandbox.faults.set(Fault.CONTENT_REFUSED, api=MESSAGES, count=1)

    town.log("ERROR pay: order 2026112300421 declined")

    card = town.chat(OPS).expect_card("declined")
    assert "230028" in card.text
    assert "2026112300421" not in card.text
    assert "230028" in town.private().expect_card("飞书拒绝").text
    assert "230028" in town.chat(OPS).ask("/alert 1").text
    assert "内容不全" in town.chat(OPS).ask("/status").text


def test_after_an_outage_what_is_over_is_one_digest(make_town: Callable[..., Town]) -> None:
    town = make_town(quiet="2s", extra=SOON)
    bot = town.run()
    town.chat(OPS).ask("/subscribe level>=high")
    town.sandbox.faults.set(Fault.SERVER_ERROR, api=MESSAGES)
    for name in ("alpha", "beta", "gamma"):
        town.log(f"ERROR {name}: broke", file=f"pay-{name}.log")
    until(lambda: bot.said.count("delivery put off") > 1, "the outage to be felt")
    seen = "SELECT COUNT(*) FROM alerts WHERE state = 'resolved'"
    until(lambda: resolved(town, seen) > 0, "the alert to be over")

    town.sandbox.faults.set(Fault.SERVER_ERROR, active=False)

    digest = town.chat(OPS).expect_card("期间有")
    assert "3 次" in digest.text


def resolved(town: Town, query: str) -> int:
    """Alerts that are over by now."""
    with sqlite3.connect(town.folder / "larkwatch.db") as database:
        return int(database.execute(query).fetchone()[0])

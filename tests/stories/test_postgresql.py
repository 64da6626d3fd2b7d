"""The main path over PostgreSQL: a line, a card, a click."""

from collections.abc import Callable

from town import OPS, Town


def test_over_postgresql_a_line_becomes_a_card_that_is_clicked(
    make_town: Callable[..., Town], make_postgresql: Callable[[], str]
) -> None:
    town = make_town(extra=f'\n[database]\nurl = "{make_postgresql()}"\n')
    town.run()
    town.chat(OPS).ask("/subscribe level>=high")
    town.log("ERROR pay: card declined by issuer")
    card = town.chat(OPS).expect_card("card declined")
    assert card.press("认领")["ok"]
    card.turns("orange")

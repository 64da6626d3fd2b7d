"""Cards that outlive the two weeks in which Feishu lets them be edited."""

from bot.feishu.cards.elements import Card, small, text
from bot.feishu.cards.reader import Reader


def continued(drawn: Card, reader: Reader) -> Card:
    """A living card that takes the place of an older one, to which it is a reply."""
    note = small(reader.texts.delivery.continues)
    return _with(drawn, [note, *drawn["body"]["elements"]])


def frozen_card(drawn: Card, reader: Reader) -> Card:
    """The last face of an old card; `drawn` has no buttons."""
    say = reader.texts.delivery
    grey = {**drawn, "header": {**drawn["header"], "template": "grey"}}
    return _with(grey, [text(say.frozen), *drawn["body"]["elements"]])


def _with(drawn: Card, elements: list[dict[str, object]]) -> Card:
    return {**drawn, "body": {**drawn["body"], "elements": elements}}

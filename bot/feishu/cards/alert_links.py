"""Beneath a pushed alert: where it can be looked at elsewhere."""

from bot.core.alert import Alert
from bot.core.pushed import LINK
from bot.feishu.cards.elements import Element, link, row
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line

_MOST = 4
_ORDER = ("runbook", "dashboard", "panel", "issue", "source", "silence", "trace")


def links(alert: Alert, reader: Reader) -> list[Element]:
    """A button for each of the most useful addresses; they were looked at when they came in."""
    say = reader.texts.pushed.links
    found = {
        name.removeprefix(LINK): address
        for name, address in alert.annotations.items()
        if name.startswith(LINK) and address.startswith(("https://", "http://"))
    }
    if not found:
        return []
    names = sorted(found, key=lambda name: (_ORDER.index(name) if name in _ORDER else -1, name))
    return [row([link(say.get(one) or one_line(one, 20), found[one]) for one in names[:_MOST]])]

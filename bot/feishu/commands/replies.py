"""A reply to an alert's card: a command without its number, or a comment."""

from bot.feishu.commands.base import number_in
from bot.feishu.commands.parse import named

_ABOUT_ONE = ("ack", "unack", "resolve", "mute", "unmute", "alert", "audit", "why", "assign")


def as_command(text: str, alert_id: int) -> str:
    """The command line that a reply stands for.

    "收到" is ``/ack 42``, "静默 2h" is ``/mute 42 2h``; other words are a comment. A line that
    names an alert of its own, and any other command, stays as it is.
    """
    found = named(text)
    if found is None:
        return f"/comment {alert_id} {text}" if text.strip() else text
    spec, rest = found
    if spec.names[0] not in _ABOUT_ONE or _names_one(rest):
        return text
    return f"/{spec.names[0]} {alert_id} {rest.strip()}".rstrip()


def _names_one(rest: str) -> bool:
    first = rest.split(maxsplit=1)[:1]
    return bool(first) and number_in(first[0].removeprefix("#")) is not None

"""A reply to an alert's card: a command without its number, a sentence about it, or a comment."""

from bot.engine.reading import Views
from bot.feishu.commands.base import Request, number_in
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.lines import named, understood
from bot.feishu.commands.saying import readings

_ABOUT_ONE = ("ack", "unack", "resolve", "mute", "unmute", "alert", "audit", "why", "assign")
_TAKEN = frozenset({
    "我看看", "我看下", "我看一下", "看一下", "在看", "正在看", "我的", "我在", "👌", "👍",
    "[ok]", "[赞]", "[我来]", "looking", "i'm looking", "mine", "my turn", "taking a look",
    "i'll check", "checking",
})  # fmt: skip
_OVER = frozenset(("✅", "✔️", "✔", "[完成]", "[done]"))
_EDGES = " \t。.!！~～,，了"


def as_command(text: str, alert_id: int) -> str:
    """The command line that a reply stands for.

    "收到" is ``/ack 42``, "静默 2h" is ``/mute 42 2h``; other words are a comment. A line that
    names an alert of its own, and any other command, stays as it is.
    """
    said = text.strip(_EDGES).lower()
    if said in _TAKEN:
        return f"/ack {alert_id}"
    if said in _OVER:
        return f"/resolve {alert_id}"
    found = named(text)
    if found is None:
        return f"/comment {alert_id} {text}" if text.strip() else text
    spec, rest = found
    if spec.names[0] not in _ABOUT_ONE or _names_one(rest):
        return text
    return f"/{spec.names[0]} {alert_id} {rest.strip()}".rstrip()


def reply_as_command(text: str, alert_id: int, request: Request, views: Views) -> str:
    """The same, of sentences too: "静默两小时吧" is ``/mute 42 2h``.

    Only what orders something, with every word accounted for, is no comment.
    """
    line = as_command(text, alert_id)
    if not line.startswith("/comment ") and _readable(line, request):
        return line
    for reading in readings(text, request, views, alert_id)[:1]:
        if reading.clear and reading.acts and _readable(reading.line, request):
            about_it = reading.line.split()[1:2] == [str(alert_id)]
            return reading.line if about_it else text
    return line


def _readable(line: str, request: Request) -> bool:
    try:
        return understood(line, request.now, request.zone)[0] is not None
    except CommandError:
        return False


def _names_one(rest: str) -> bool:
    first = rest.split(maxsplit=1)[:1]
    return bool(first) and number_in(first[0].removeprefix("#")) is not None

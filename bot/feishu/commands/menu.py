"""The bot's menu: what the key of an entry stands for."""

from collections.abc import Mapping

from bot.core.permission import Right
from bot.feishu.commands.lines import named

ENTRIES: Mapping[str, str] = {
    "status": "/status",
    "alerts": "/alerts",
    "mine": "/alerts mine",
    "oncall": "/oncall",
    "top": "/top 1h",
    "health": "/health",
    "mutes": "/mutes",
    "rules": "/rules",
    "help": "/help",
}
"""The keys that `manifest/menu.json` suggests; any command that only reads is one, too."""


def line_of(key: str) -> str:
    """The command of an entry; help for a key that nobody knows, or that would change something."""
    line = ENTRIES.get(key) or "/" + key.removeprefix("larkwatch_").replace("_", " ").strip("/ ")
    found = named(line)
    return line if found is not None and found[0].right is Right.READ else "/help"

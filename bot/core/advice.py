"""What admins are told of: not alerts, but what keeps alerts from people."""

from enum import StrEnum


class Advice(StrEnum):
    """Why admins are told something; each has its words in every language."""

    CHAT_LOST = "chat_lost"
    CHAT_ENDED = "chat_ended"
    CHAT_BACK = "chat_back"
    CONFIG_REFUSED = "config_refused"
    CONFIG_CHANGED = "config_changed"

"""What a click comes to."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ToastType(StrEnum):
    """The kinds of toast that Feishu shows."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a click comes to.

    Attributes:
        toast_text: For who clicked.
        card: Takes the place of the clicked card, None leaves it.
        reply: Is sent as an answer to the clicked card, None sends nothing.
        about: What later changes the reply, "" for nothing.
        then: What is worked out afterwards for whichever card this is, as of an `Answer`.
    """

    toast_text: str
    toast_type: ToastType
    card: dict[str, Any] | None = None
    reply: dict[str, Any] | None = None
    then: str = ""
    about: str = ""

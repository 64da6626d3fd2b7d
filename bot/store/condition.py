"""How a database is, for whoever looks for trouble; nothing in it is made or changed."""

import importlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import cast

from bot.store.database import SCHEMES

WAITS = timedelta(seconds=2)
"""A writer that holds the lock for longer hinders everybody."""


class Trouble(StrEnum):
    """What is wrong with a database."""

    ABSENT = "absent"
    UNREACHABLE = "unreachable"
    LOCKED = "locked"
    UNWRITABLE = "unwritable"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a database is.

    Attributes:
        place: The file, "" for a server.
        size: Bytes.
        trouble: The first that was found, None without any.
        detail: In the database's own words, without its address.
        checked: Whether it was looked through for damage; a server does that itself.
    """

    kind: str
    place: str = ""
    size: int = 0
    trouble: Trouble | None = None
    detail: str = ""
    checked: bool = True


def condition(url: str) -> Condition:
    """Look at a database: it must be there, not damaged, and let itself be written."""
    module = importlib.import_module(SCHEMES[url.partition("://")[0]])
    return cast("Condition", module.condition(url))

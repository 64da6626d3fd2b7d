"""``journald``: which entries of which journal."""

import shutil
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

PRIORITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
PROGRAM = "journalctl"


class JournaldSettings(BaseModel):
    """What is read.

    Attributes:
        units: Only of these, e.g. ``nginx.service``; globs are possible; all when empty.
        identifiers: Only of these programs, e.g. ``sudo``; all when empty.
        priority: Only entries of this priority or worse.
        matches: Only entries with these fields, e.g. ``_TRANSPORT=kernel``.
        directory: Journal files elsewhere, e.g. of other hosts.
        namespace: The journal of a namespace of this host.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    units: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    priority: Literal["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] = (
        "debug"
    )
    matches: tuple[str, ...] = ()
    directory: str = ""
    namespace: str = ""

    @field_validator("matches")
    @classmethod
    def _fields(cls, matches: tuple[str, ...]) -> tuple[str, ...]:
        for one in matches:
            name, equals, _ = one.partition("=")
            if not equals or not name.replace("_", "").isalnum() or name != name.upper():
                raise ValueError('fields of the journal, e.g. "_TRANSPORT=kernel"')
        return matches

    @property
    def missing(self) -> str:
        """What is not there of what it needs, "" when all is."""
        return "" if shutil.which(PROGRAM) else f"there is no {PROGRAM}, which reads the journal"

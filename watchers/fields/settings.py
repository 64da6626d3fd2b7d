"""``[fields]``: which fields of records are kept, and how much of them."""

import fnmatch
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Pattern = Annotated[str, Field(min_length=1, max_length=64)]
USUAL: tuple[str, ...] = (
    "status",
    "status_code",
    "code",
    "method",
    "path",
    "uri",
    "url",
    "route",
    "endpoint",
    "client",
    "client_ip",
    "remote_addr",
    "ip",
    "user",
    "user_id",
    "username",
    "uid",
    "customer",
    "tenant",
    "sku",
    "logger",
    "latency*",
    "duration*",
    "elapsed*",
    "took*",
    "response_time*",
    "request_time*",
    "rt",
    "cost*",
    "*_ms",
    "bytes",
    "size",
    "exception",
    "error_type",
)
"""What people ask for."""


class FieldsSettings(BaseModel):
    """What is kept of the fields of records.

    Attributes:
        keep: Names, with ``*`` for anything; what a rule names in its pattern's groups, in its
            conditions, labels or as what it groups by is kept besides. None keeps nothing at all.
        never: Names that are not kept, whatever else is said.
        every_line: Also of lines that no rule matches; each is then read as one that is found,
            which costs some microseconds a line.
        most: Fields of one record, at most.
        longest: Characters of a value; longer ones are cut.
        values: Different values of a field told singly in one report, the most frequent; the
            others are counted together.
        sample: Records of a watch that are read in a second; of more, some are taken evenly and
            stand for the others; a tenth of it while a backlog is read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    keep: tuple[Pattern, ...] = Field(default=USUAL, max_length=200)
    never: tuple[Pattern, ...] = Field(default=(), max_length=200)
    every_line: bool = False
    most: int = Field(default=12, ge=1, le=50)
    longest: int = Field(default=120, ge=8, le=200)
    values: int = Field(default=100, ge=1, le=1000)
    sample: int = Field(default=500, ge=1, le=100_000)

    def over(self, usual: "FieldsSettings") -> "FieldsSettings":
        """This, with what it does not say as `usual` says."""
        return usual.model_copy(
            update={name: getattr(self, name) for name in self.model_fields_set}
        )


class Names:
    """Says which fields are kept; asked for every field of a record, so it remembers."""

    def __init__(self, settings: FieldsSettings, named: Iterable[str] = ()) -> None:
        """`named` are those that rules name themselves."""
        wanted = (*settings.keep, *named) if settings.keep else ()
        self._wanted, self._never = _one_of(wanted), _one_of(settings.never)
        self.kept = lru_cache(maxsize=4096)(self._kept)

    def __bool__(self) -> bool:
        """Whether any is."""
        return self._wanted is not None

    def _kept(self, name: str) -> bool:
        """Whether a field of this name is; ``http.status`` counts as ``status`` too."""
        names = {name, name.rpartition(".")[2]}
        if self._never is not None and any(map(self._never.match, names)):
            return False
        return self._wanted is not None and any(map(self._wanted.match, names))


def _one_of(patterns: Iterable[str]) -> "re.Pattern[str] | None":
    found = [fnmatch.translate(one) for one in dict.fromkeys(patterns)]
    return re.compile("|".join(found), re.IGNORECASE) if found else None

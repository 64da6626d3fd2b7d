"""Blacklist and whitelist rules: records whose field is in a list, or is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from watchers.detectors.base import Event, Name, Sight, WindowRule

_FILE = "!file "
_LARGEST = 1 << 20
_SHOWN = 80


def _as_text(value: object) -> object:
    """Numbers stand in lists as well as texts."""
    return str(value) if type(value) in (int, float) else value


Value = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]


class _ListRule(WindowRule):
    """A rule that looks a field up in a list.

    Attributes:
        compare_key: The field.
    """

    compare_key: Name

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The key's, and the one that is looked up."""
        return (*self.query_key, self.compare_key)


class BlacklistRule(_ListRule):
    """A record whose field has a value of the list.

    Attributes:
        blacklist: Values, or ``!file /path`` for one value on each line of a file.
    """

    kind: Literal["blacklist"]
    blacklist: tuple[Value, ...] = Field(min_length=1)

    @field_validator("blacklist")
    @classmethod
    def _readable(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        _read(entries)
        return entries

    def course(self, state: Any = None) -> "ListCourse":
        """For one group."""
        return ListCourse(self, _read(self.blacklist), listed=True, missing=False)


class WhitelistRule(_ListRule):
    """A record whose field has a value that is not in the list.

    Attributes:
        whitelist: Values, or ``!file /path`` for one value on each line of a file.
        ignore_null: Whether a record without the field is left alone.
    """

    kind: Literal["whitelist"]
    whitelist: tuple[Value, ...] = Field(min_length=1)
    ignore_null: bool

    @field_validator("whitelist")
    @classmethod
    def _readable(cls, entries: tuple[str, ...]) -> tuple[str, ...]:
        _read(entries)
        return entries

    def course(self, state: Any = None) -> "ListCourse":
        """For one group."""
        return ListCourse(self, _read(self.whitelist), listed=False, missing=not self.ignore_null)


class ListCourse:
    """Looks records up; remembers none."""

    def __init__(
        self, rule: _ListRule, values: frozenset[str], *, listed: bool, missing: bool
    ) -> None:
        """`listed` is whether a value in the list shows, `missing` whether one without does."""
        self._key = rule.compare_key
        self._values = values
        self._listed = listed
        self._missing = missing

    def take(self, event: Event) -> Sight | None:
        """Each record shows for itself."""
        value = event.fields.get(self._key)
        if value is None:
            if not self._missing:
                return None
            return Sight(said=f"no {self._key}", since=event.at)
        if (value in self._values) is not self._listed:
            return None
        kind = "on the blacklist" if self._listed else "not on the whitelist"
        return Sight(said=f"{self._key} {value[:_SHOWN]} is {kind}", since=event.at)

    def tick(self, until: float) -> None:
        """Nothing shows without a record."""

    def state(self) -> None:
        """Nothing."""


def _read(entries: tuple[str, ...]) -> frozenset[str]:
    """All values, those of files included.

    Raises:
        ValueError: If a file cannot be read.
    """
    return frozenset(value for entry in entries for value in _values(entry))


def _values(entry: str) -> Iterator[str]:
    if not entry.startswith(_FILE):
        yield entry
        return
    path = Path(entry.removeprefix(_FILE).strip())
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ValueError(f"a file of values that can be read ({path}: {reason})") from None
    yield from (line.strip() for line in text.splitlines() if line.strip())

"""Makes alerts of any JSON, by JMESPath expressions that the configuration gives."""

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import jmespath
from jmespath.exceptions import JMESPathError

from bot.ingest.shapes import MOST_ITEMS, ShapeError, moment, shown, words


class Expression(Protocol):
    """Compiled; the same value for the same body."""

    def search(self, value: Any) -> Any:
        """What it finds in a body, None for nothing."""
        ...


def compiled(text: str) -> Expression:
    """Read an expression.

    Raises:
        ValueError: If it is none; its text says where.
    """
    try:
        return cast("Expression", jmespath.compile(text))
    except JMESPathError as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"a JMESPath expression ({reason})") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """How a body becomes alerts.

    Attributes:
        event: Which events it is for, a name or with ``*``.
        each: What in the body is alerts, a list or one; None for the whole of it.
        when: It is only for what this is true of; None for everything.
        title: One line of text.
        rule: What found it, None for the name of the event or of the sender.
        over: Whether it ended.
    """

    title: Expression
    event: str = "*"
    each: Expression | None = None
    when: Expression | None = None
    rule: Expression | None = None
    message: Expression | None = None
    severity: Expression | None = None
    over: Expression | None = None
    started_at: Expression | None = None
    labels: Mapping[str, Expression] = field(default_factory=dict)
    links: Mapping[str, Expression] = field(default_factory=dict)

    def takes(self, event: str) -> bool:
        """Whether it is for events of this name."""
        return fnmatch.fnmatchcase(event, self.event)

    def finds(self, body: Mapping[str, Any]) -> bool:
        """Whether what it is for is in a body at all, maybe as an empty list."""
        try:
            return self.each is None or self.each.search(body) is not None
        except JMESPathError:
            return True  # which is said when it is drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What expressions found in one part of a body."""

    title: str
    rule: str
    message: str
    severity: str
    over: bool
    started_at: Any
    labels: Mapping[str, str]
    links: Mapping[str, str]


def drawn(mapped: Mapped, body: Mapping[str, Any]) -> Iterator[Drawn | ShapeError]:
    """What it makes of a body; nothing where it is not meant."""
    try:
        found = mapped.each.search(body) if mapped.each is not None else body
    except JMESPathError as error:
        yield ShapeError(f"each: {error}")
        return
    parts = found if isinstance(found, list) else [] if found is None else [found]
    for number, part in enumerate(parts[:MOST_ITEMS]):
        try:
            if mapped.when is not None and not _true(mapped.when.search(part)):
                continue
            yield _draw(mapped, part)
        except (JMESPathError, ShapeError, RecursionError) as error:
            yield ShapeError(f"part {number}: {error}")


def _draw(mapped: Mapped, part: Any) -> Drawn:
    def text(expression: Expression | None) -> str:
        return words(expression.search(part)) if expression is not None else ""

    title = text(mapped.title)
    if not title:
        raise ShapeError(f"title finds no text in {shown(part)}")
    return Drawn(
        title=title,
        rule=text(mapped.rule),
        message=text(mapped.message),
        severity=text(mapped.severity),
        over=mapped.over is not None and _true(mapped.over.search(part)),
        started_at=moment(mapped.started_at.search(part)) if mapped.started_at else None,
        labels={name: text(one) for name, one in mapped.labels.items()},
        links={name: text(one) for name, one in mapped.links.items()},
    )


def _true(found: object) -> bool:
    """As JMESPath has it: nothing, false and what is empty is not."""
    return bool(found) or (found == 0 and not isinstance(found, bool))

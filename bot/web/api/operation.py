"""What the API can be asked: one row of a table says how, and both routes and document follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

from pydantic import BaseModel

from bot.core.audit import Actor
from bot.core.token import Scope, Token
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.base import Moment
from bot.web.api.desk import ApiDesk
from bot.web.api.problem import ProblemError

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, let in and read.

    Attributes:
        now: The one instant of this decision; aware, UTC.
        reader: Of what is said in words.
        path: What stands in the address, by name.
        query: As the operation's row says.
        body: The same.
        if_match: Versions of which one must still stand, None for any.
    """

    desk: ApiDesk
    token: Token
    now: datetime
    reader: Reader
    path: Mapping[str, str]
    query: BaseModel | None = None
    body: BaseModel | None = None
    if_match: frozenset[str] | None = None

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.token.actor

    @property
    def moment(self) -> Moment:
        """From when ends are counted that are said in words."""
        return Moment(now=self.now, zone=self.desk.zone)

    def asked(self, shape: type[T]) -> T:
        """The query."""
        assert isinstance(self.query, shape)  # noqa: S101 - the row names it
        return self.query

    def said(self, shape: type[T]) -> T:
        """The body."""
        assert isinstance(self.body, shape)  # noqa: S101 - the row names it
        return self.body

    def number(self, name: str) -> int:
        """A number in the address."""
        return int(self.path[name])

    def unchanged(self, version: str) -> None:
        """Refuse where what is to be changed is not any more what the program saw.

        Raises:
            ProblemError: With 412.
        """
        if self.if_match is not None and version not in self.if_match:
            raise ProblemError(
                HTTPStatus.PRECONDITION_FAILED,
                "changed_meanwhile",
                f'it is at "{version}" by now',
                remedy="read it again, and decide anew",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of it.

    Attributes:
        shape: None for nothing to say.
        version: Of the one thing that it shows, "" for lists; the entity tag begins with it.
        next: The cursor of the next page, "" without one.
        place: The address of what was made, below the API's; "" where nothing was.
    """

    shape: BaseModel | None = None
    version: str = ""
    next: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that the API does.

    Attributes:
        name: Camel case; the ``operationId``, and what metrics and the audit call it.
        path: Below ``/api/v1``, with ``{names}``; those in `numbers` are numbers.
        scope: What a token needs, None for any token.
        about: One sentence.
        more: What else is worth knowing, "" for nothing.
        answer: Of a success; None for 204.
        writes: Whether it changes something: then it is one transaction.
        guarded: Whether it heeds ``If-Match``.
        once: Whether it heeds ``Idempotency-Key``.
        conflicts: Whether the engine may refuse it with 409.
        before: What takes long, done ahead of the transaction.
    """

    name: str
    method: str
    path: str
    scope: Scope | None
    about: str
    run: Callable[[Call], Reply]
    answer: type[BaseModel] | None
    more: str = ""
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: HTTPStatus = HTTPStatus.OK
    guarded: bool = False
    once: bool = False
    conflicts: bool = False
    before: Callable[[Call], None] | None = field(default=None)

    @property
    def writes(self) -> bool:
        """Whether it changes something: then it is one transaction."""
        return self.scope is not None and self.scope.value.endswith(":write")

    @property
    def area(self) -> str:
        """What it is about, e.g. ``alerts``."""
        return self.path.split("/")[1]


NUMBERS = frozenset({"alert", "mute", "subscription"})
"""Names in addresses that stand for numbers."""
HIGHEST = 2**53 - 1
"""What JSON's readers take exactly, and every database takes."""

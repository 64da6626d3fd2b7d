"""What the API says when it does not do what was asked: RFC 9457, with the reason by name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from flask import Response
from pydantic import Field

from bot.core.errors import InvalidTransitionError, Refusal
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.errors import CommandError
from bot.web.api.shapes import Shape

MEDIA = "application/problem+json"
_UNKNOWN = {one for one in Refusal if one.value.startswith("unknown_")}
_SHOWN = 200


class Fault(Shape):
    """One thing that is wrong with a request."""

    where: str = Field(description="The member, parameter or header, e.g. `body.until`.")
    found: str = Field(description="As it came, shortened.")
    wanted: str = Field(description="What would be right.")


class Problem(Shape):
    """Why a request was not carried out (RFC 9457)."""

    type: str = Field(description="`urn:larkwatch:` and the reason.")
    title: str = Field(description="The status in words.")
    status: int
    reason: str = Field(description="Named, from a closed list; programs decide by it.")
    detail: str = Field(description="For people, in the language that was asked for.")
    remedy: str = Field(description='What to do, "" where nothing helps.')
    faults: list[Fault]


class ProblemError(Exception):
    """A request that is not carried out."""

    def __init__(
        self,
        status: HTTPStatus,
        reason: str,
        detail: str,
        *,
        remedy: str = "",
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.remedy = remedy
        self.faults = faults
        self.headers = dict(headers or {})

    @property
    def answer(self) -> Response:
        """What the program is answered."""
        said = Problem(
            type=f"urn:larkwatch:{self.reason}",
            title=self.status.phrase,
            status=self.status.value,
            reason=self.reason,
            detail=self.detail,
            remedy=self.remedy,
            faults=list(self.faults),
        )
        answer = Response(said.model_dump_json(), status=self.status, content_type=MEDIA)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers.update(self.headers)
        return answer


def unprocessable(*faults: Fault) -> ProblemError:
    """The request can be read, and something in it cannot be right."""
    said = "; ".join(f"{one.where}: wanted {one.wanted}" for one in faults)
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", said, faults=faults)


def missing(reason: str, detail: str) -> ProblemError:
    """There is no such thing."""
    return ProblemError(HTTPStatus.NOT_FOUND, reason, detail)


def refused(error: InvalidTransitionError, said: str) -> ProblemError:
    """The engine's no, with its reason by the name that chats and the audit know it by."""
    status = HTTPStatus.NOT_FOUND if error.reason in _UNKNOWN else HTTPStatus.CONFLICT
    return ProblemError(status, error.reason.value, said)


@contextmanager
def words_of(where: str, reader: Reader) -> Iterator[None]:
    """Words that are read as in chats; what cannot be read is said with what would be right.

    Raises:
        ProblemError: For words that cannot be read.
    """
    try:
        yield
    except CommandError as error:
        wanted = error.wanted(reader.texts)
        raise unprocessable(Fault(where=where, found=error.found, wanted=wanted)) from error


def shortened(found: object) -> str:
    """What came, as far as it is worth repeating."""
    text = found if isinstance(found, str) else repr(found)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"

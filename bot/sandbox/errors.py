"""How the open platform says no."""

from bot.sandbox.wire import Json


class ApiError(Exception):
    """A refusal with Feishu's code; HTTP 400 unless the gateway itself refuses."""

    def __init__(
        self,
        code: int,
        msg: str,
        *,
        status: int = 400,
        headers: dict[str, str] | None = None,
        error: Json | None = None,
    ) -> None:
        super().__init__(f"{code}: {msg}")
        self.code = code
        self.msg = msg
        self.status = status
        self.headers = headers or {}
        self.error = error or {}


class NotThereError(Exception):
    """The page asked for something the sandbox does not have."""


class BadRequestError(Exception):
    """The page asked for something that cannot be done; the message says what and why."""


def invalid(what: str) -> ApiError:
    """230001, the code for every wrong parameter."""
    return ApiError(230001, f"Your request contains an invalid request parameter, ext={what}")


def missing(field: str) -> ApiError:
    """A required field is absent or of the wrong type; the gateway checks this before the API."""
    violation = {"field": field, "description": f"{field} is required"}
    return ApiError(99992402, "field validation failed", error={"field_violations": [violation]})


def text_of(body: Json, field: str) -> str:
    """A required string of a request.

    Raises:
        ApiError: If it is absent, empty or of another type.
    """
    value = body.get(field)
    if not isinstance(value, str) or not value:
        raise missing(field)
    return value

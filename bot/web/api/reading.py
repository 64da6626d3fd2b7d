"""Reads queries, bodies and headers of requests; what is wrong is said all at once."""

import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TypeVar, get_origin

from flask import Request
from pydantic import BaseModel, ValidationError

from bot.web.api.problem import Fault, ProblemError, shortened, unprocessable

JSON = "application/json"
ONCE = "Idempotency-Key"
_KEY = re.compile(r"[!-~]{1,100}")
_TAG = re.compile(r"(?:W/)?\"([^\"-]*)-[0-9a-f]+\"")
T = TypeVar("T", bound=BaseModel)


def query_of(asked: Mapping[str, list[str]], shape: type[T]) -> T:
    """The query as a shape.

    Raises:
        ProblemError: If a parameter is unknown, wrong, or stands there twice.
    """
    found: dict[str, object] = {}
    for name, values in asked.items():
        known = shape.model_fields.get(name)
        many = known is not None and _is_list(known.annotation)
        if not many and len(values) > 1:
            wrong = Fault(where=f"query.{name}", found=shortened(values), wanted="it once")
            raise unprocessable(wrong)
        found[name] = values if many else values[0]
    try:
        return shape.model_validate(found, strict=False)
    except ValidationError as error:
        raise _wrong(error, "query") from error


def body_of(request: Request, shape: type[T]) -> T:
    """The body as a shape; none at all is an empty object.

    Raises:
        ProblemError: If it is no JSON, too large, or not as the shape says.
    """
    raw = request.get_data()
    if raw and request.mimetype != JSON:
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            f"the body is {shortened(request.mimetype) or 'of no type'}",
            remedy=f"send it as Content-Type: {JSON}",
        )
    try:
        return shape.model_validate_json(raw or b"{}")
    except ValidationError as error:
        raise _wrong(error, "body") from error


def if_match(request: Request) -> frozenset[str] | None:
    """The versions that may stand, None for any."""
    written = request.headers.get("If-Match", "*").strip()
    return None if written == "*" else frozenset(_TAG.findall(written))


def once_key(request: Request) -> str:
    """What the program calls its request, "" where it does not.

    Raises:
        ProblemError: If it is too long, or of strange characters.
    """
    key = request.headers.get(ONCE, "")
    if key and not _KEY.fullmatch(key):
        wanted = "1 to 100 printable ASCII characters without spaces"
        raise unprocessable(Fault(where=f"header.{ONCE}", found=shortened(key), wanted=wanted))
    return key


def digest_of(request: Request) -> str:
    """What tells one request from another under the same name."""
    asked = f"{request.method} {request.full_path}\n".encode("utf-8", "replace")
    return hashlib.sha256(asked + request.get_data()).hexdigest()


def _is_list(annotation: object) -> bool:
    return annotation is list or get_origin(annotation) is list


def _wrong(error: ValidationError, part: str) -> ProblemError:
    found = error.errors(include_url=False, include_context=False)
    if any(one["type"] == "json_invalid" for one in found):
        said = found[0]["msg"]
        return ProblemError(HTTPStatus.BAD_REQUEST, "bad_json", said, remedy="send JSON")
    faults = [
        Fault(
            where=".".join((part, *map(str, one["loc"])))[:200],
            found=shortened(one["input"]) if one["type"] != "missing" else "nothing",
            wanted=_wanted(one["type"], one["msg"]),
        )
        for one in found[:20]
    ]
    return unprocessable(*faults)


def _wanted(kind: str, said: str) -> str:
    """In words: pydantic says what it does not like."""
    if kind == "extra_forbidden":
        return "no such member: this one is not known"
    if kind == "missing":
        return "a value: this one is needed"
    return said.removeprefix("Value error, ").removeprefix("Input should be ")

"""The OpenAPI 3.1 document, made of the table of operations and the types of its shapes."""

import functools
import importlib.metadata
import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.core.token import Scope
from bot.web.api.operation import HIGHEST, NUMBERS, Operation
from bot.web.api.problem import MEDIA, Problem
from bot.web.api.reading import JSON, ONCE
from bot.web.api.table import OPERATIONS

_ABOUT = """Larkwatch for programs: what people can do in chats, by the same rules, with the same \
reasons where it is refused, and in the same audit, which names the token that acted.

Every request shows a token: `Authorization: Bearer TOKEN`. `larkwatch token create` makes one. \
What is said in words (spans, ends, conditions) is read as in chats. What is wrong with a \
request is said as `application/problem+json` with a `reason` to decide by.

Lists come in pages: `limit`, `cursor`, and `next` in the answer and as a `Link`. Answers to `GET` \
have an `ETag`: with `If-None-Match` what did not change is answered 304. Where a change heeds \
`If-Match`, one that met another change in between is answered 412. Where it heeds \
`Idempotency-Key`, the same request with the same key within a day is done once."""
_PLACE = re.compile(r"{(\w+)}")
_Mode = Literal["validation", "serialization"]
_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "It is no JSON.",
    HTTPStatus.UNAUTHORIZED: "No token, or one that opens nothing.",
    HTTPStatus.FORBIDDEN: "The token lacks the scope.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.CONFLICT: "As things stand this cannot be done; `reason` says why.",
    HTTPStatus.PRECONDITION_FAILED: "It was changed meanwhile.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is above 1 MiB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is no `application/json`.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something in it cannot be right; `faults` says what.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests with this token.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not just now: the database is busy, or Feishu is away.",
}


@functools.cache
def document_text() -> str:
    """The document as JSON text, always the same."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def document() -> dict[str, Any]:
    """The document."""
    shapes = _Shapes()
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Larkwatch",
            "version": importlib.metadata.version("larkwatch"),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": area} for area in dict.fromkeys(one.area for one in OPERATIONS)],
        "paths": paths,
        "components": {
            "schemas": shapes.components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Scopes: " + ", ".join(f"`{one.value}`" for one in Scope),
                }
            },
        },
    }


class _Shapes:
    """JSON Schemas of every shape; those of queries are taken apart into parameters."""

    def __init__(self) -> None:
        wanted: dict[tuple[type[BaseModel], _Mode], None] = {(Problem, "serialization"): None}
        for one in OPERATIONS:
            for shape in (one.query, one.body):
                if shape is not None:
                    wanted[shape, "validation"] = None
            if one.answer is not None:
                wanted[one.answer, "serialization"] = None
        refs, found = models_json_schema(list(wanted), ref_template="#/components/schemas/{model}")
        self._refs = {key: str(ref["$ref"]).rpartition("/")[2] for key, ref in refs.items()}
        self._all: dict[str, Any] = found["$defs"]
        queries = {self._refs[one.query, "validation"] for one in OPERATIONS if one.query}
        self.components = {name: one for name, one in self._all.items() if name not in queries}

    def ref(self, shape: type[BaseModel], mode: _Mode) -> dict[str, str]:
        """Where a shape's schema stands."""
        return {"$ref": f"#/components/schemas/{self._refs[shape, mode]}"}

    def parameters(self, shape: type[BaseModel]) -> Iterator[dict[str, Any]]:
        """The members of a query, one by one."""
        schema = self._all[self._refs[shape, "validation"]]
        for name, member in schema["properties"].items():
            yield _parameter(name, member, name in schema.get("required", ()))


def _parameter(name: str, member: dict[str, Any], required: bool) -> dict[str, Any]:
    found = {key: value for key, value in member.items() if key != "title"}
    about = found.pop("description", "")
    if found.get("default", 0) is None:
        del found["default"]  # a query leaves out what is not said: it knows no null
    some = [one for one in found.pop("anyOf", ()) if one.get("type") != "null"]
    for one in some:
        found |= one
    parameter = {"name": name, "in": "query", "required": required, "schema": found}
    if about:
        parameter["description"] = about
    if found.get("type") == "array":
        parameter |= {"style": "form", "explode": True}
    return parameter


def _operation(one: Operation, shapes: _Shapes) -> dict[str, Any]:
    parameters = [_in_path(name) for name in _PLACE.findall(one.path)]
    parameters += shapes.parameters(one.query) if one.query is not None else ()
    parameters += _headers(one)
    found: dict[str, Any] = {
        "operationId": one.name,
        "tags": [one.area],
        "summary": one.about,
        "security": [{"token": [one.scope.value] if one.scope is not None else []}],
        "responses": dict(_responses(one, shapes)),
    }
    scope = f"Scope: `{one.scope.value}`." if one.scope is not None else "Any token may ask."
    found["description"] = " ".join(part for part in (one.more, scope) if part)
    if parameters:
        found["parameters"] = parameters
    if one.body is not None:
        content = {JSON: {"schema": shapes.ref(one.body, "validation")}}
        needed = any(field.is_required() for field in one.body.model_fields.values())
        found["requestBody"] = {"required": needed, "content": content}
    return found


def _in_path(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}
    if name in NUMBERS:
        schema = {"type": "integer", "minimum": 0, "maximum": HIGHEST}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _headers(one: Operation) -> Iterator[dict[str, Any]]:
    if one.method == "GET":
        about = "Entity tags that are known already."
        yield _header("If-None-Match", about, {"type": "string"})
    if one.guarded:
        about = "The entity tag of what is to be changed, as it was read."
        yield _header("If-Match", about, {"type": "string"})
    if one.once:
        about = "Names the request, so that it can be sent again without being done again."
        yield _header(ONCE, about, {"type": "string", "pattern": "^[!-~]{1,100}$"})


def _header(name: str, about: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": about, "schema": schema}


def _responses(one: Operation, shapes: _Shapes) -> Iterator[tuple[str, dict[str, Any]]]:
    success: dict[str, Any] = {"description": HTTPStatus(one.status).phrase}
    if one.answer is None:
        yield str(HTTPStatus.NO_CONTENT.value), {"description": "Done."}
    else:
        success["content"] = {JSON: {"schema": shapes.ref(one.answer, "serialization")}}
        success["headers"] = _said(one)
        yield str(one.status.value), success
    if one.method == "GET":
        yield str(HTTPStatus.NOT_MODIFIED.value), {"description": "It is as it was."}
    problem = {MEDIA: {"schema": shapes.ref(Problem, "serialization")}}
    for status, about in _PROBLEMS.items():
        if status in _never(one):
            continue
        yield str(status.value), {"description": about, "content": problem}


def _said(one: Operation) -> dict[str, Any]:
    """Headers of a success."""
    headers = {"ETag": {"schema": {"type": "string"}, "description": "Its entity tag."}}
    if one.query is not None and "cursor" in one.query.model_fields:
        about = 'The next page, as `rel="next"`; none on the last.'
        headers["Link"] = {"schema": {"type": "string"}, "description": about}
    if one.status is HTTPStatus.CREATED:
        headers["Location"] = {"schema": {"type": "string"}, "description": "Where it is."}
    return headers


def _never(one: Operation) -> set[HTTPStatus]:
    """Problems that it cannot have."""
    never = set()
    if one.body is None:
        never |= {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        }
    if "{" not in one.path:
        never.add(HTTPStatus.NOT_FOUND)
    if not one.conflicts:
        never.add(HTTPStatus.CONFLICT)
    if not one.guarded:
        never.add(HTTPStatus.PRECONDITION_FAILED)
    if one.scope is None:
        never.add(HTTPStatus.FORBIDDEN)
    return never

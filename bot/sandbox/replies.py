"""HTTP answers as the open platform sends them."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Response

from bot.sandbox.errors import ApiError
from bot.sandbox.wire import Json, dumps, new_id

JSON = "application/json; charset=utf-8"


class Dropped(Response):
    """No answer at all: the connection is closed without a byte."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Break off; the server closes the socket."""
        raise ConnectionAbortedError("the sandbox drops this connection")


def reply(body: Json, status: int = 200) -> Response:
    """A JSON answer with the trace id in the exact casing that clients look for."""
    response = Response(dumps(body), status, content_type=JSON)
    response.headers["X-Tt-Logid"] = new_id("")
    return response


def ok(data: Json | None = None, msg: str = "success") -> Response:
    """The usual answer of an API."""
    return reply({"code": 0, "msg": msg, "data": data or {}})


def refused(error: ApiError) -> Response:
    """An error in the platform's shape; the trace id is in the header and in the body."""
    response = reply({}, error.status)
    log_id = response.headers["X-Tt-Logid"]
    help_text = (
        f"排查建议查看(Troubleshooting suggestions): the sandbox refused this; log_id {log_id}"
    )
    response.set_data(
        dumps(
            {
                "code": error.code,
                "msg": error.msg,
                "error": {"log_id": log_id, "troubleshooter": help_text, **error.error},
            }
        )
    )
    response.headers.extend(error.headers)
    return response


def gateway_page(status: int) -> Response:
    """The HTML page of a gateway in trouble."""
    title = f"{status} Bad Gateway"
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Response(html, status, content_type="text/html")

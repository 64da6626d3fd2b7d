"""The routes of the API, made of the table of its operations."""

import hashlib
import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from bot.core.errors import BusyError, DeliveryError, InvalidTransitionError
from bot.core.subscription import Language
from bot.core.token import KeptAnswer, Token
from bot.feishu.cards.reader import Reader
from bot.feishu.commands.refusals import first_of, refusal
from bot.web.api.desk import ApiDesk
from bot.web.api.gate import Gate
from bot.web.api.operation import HIGHEST, NUMBERS, Call, Operation, Reply
from bot.web.api.problem import Fault, ProblemError, missing, refused, unprocessable
from bot.web.api.reading import ONCE, body_of, digest_of, if_match, once_key, query_of
from bot.web.api.table import OPERATIONS
from bot.web.requests import Requests
from watchers.clock import Clock

PREFIX = "/api/v1"
REPLAYED = "Idempotency-Replayed"
_LATER_S = 5
_PLACE = re.compile(r"{(\w+)}")
_JSON = "application/json"


def api_routes(desk: Callable[[], ApiDesk], requests: Requests, clock: Clock) -> Blueprint:
    """Everything below ``/api/v1``; `desk` is asked anew for each request."""
    routes = Blueprint("api", __name__, url_prefix=PREFIX)
    gate = Gate(clock)

    def add(operation: Operation) -> None:
        def answer(**path: str | int) -> Answer:
            try:
                found = _answer(
                    operation, {k: str(v) for k, v in path.items()}, desk(), gate, clock
                )
            except ProblemError as problem:
                found = problem.answer
            except BusyError:
                found = _later("busy", "the database is busy").answer
            except DeliveryError as error:
                found = _later("feishu", f"Feishu cannot be asked just now: {error.detail}").answer
            requests.count(operation.name, found.status_code)
            return found

        rule = _PLACE.sub(lambda one: _converter(one[1]), operation.path)
        routes.add_url_rule(rule, operation.name, answer, methods=[operation.method])

    for operation in OPERATIONS:
        add(operation)

    @routes.get("/openapi.json")
    def openapi() -> Answer:
        from bot.web.api.document import document_text  # noqa: PLC0415 - few ever ask

        requests.count("openapi", HTTPStatus.OK)
        return _tagged(Response(document_text(), content_type=_JSON), "")

    return routes


def problem_of(error: HTTPException) -> Response:
    """What programs are told where no operation was reached."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    reasons = {
        HTTPStatus.NOT_FOUND: "no_such_address",
        HTTPStatus.METHOD_NOT_ALLOWED: "no_such_method",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    }
    remedy = f"GET {PREFIX}/openapi.json says what there is"
    allow = {k: v for k, v in error.get_headers() if k == "Allow"}
    said = ProblemError(
        status, reasons.get(status, "failed"), status.description, remedy=remedy, headers=allow
    )
    return said.answer


def _converter(name: str) -> str:
    return f"<int:{name}>" if name in NUMBERS else f"<{name}>"


def _answer(
    operation: Operation, path: dict[str, str], desk: ApiDesk, gate: Gate, clock: Clock
) -> Answer:
    token = gate.admit(request, operation, desk)
    if any(name in NUMBERS and int(path[name]) > HIGHEST for name in path):
        raise missing("no_such_number", "there is nothing with so high a number")
    now = clock.now()
    best = request.accept_languages.best_match([one.value for one in Language], "en")
    query = operation.query
    if query is None and request.args:
        found = next(iter(request.args))
        raise unprocessable(Fault(where=f"query.{found}", found=found, wanted="no query"))
    call = Call(
        desk=desk,
        token=token,
        now=now,
        reader=Reader(language=Language(best), zone=desk.zone, now=now),
        path=path,
        query=query_of(request.args.to_dict(flat=False), query) if query is not None else None,
        body=body_of(request, operation.body) if operation.body is not None else None,
        if_match=if_match(request) if operation.guarded else None,
    )
    if not operation.writes:
        return _written(operation, _done(operation, call))
    if operation.before is not None:
        operation.before(call)
    return _changed(operation, call, token)


def _changed(operation: Operation, call: Call, token: Token) -> Answer:
    """What came of a change: one transaction, which a refusal does not undo.

    A second person to take an alert on is refused, and follows it from then on.
    """
    key = once_key(request) if operation.once else ""
    named, problem = f"{token.key}:{key}", None
    answer = Answer()
    with call.desk.store.transaction():
        if key and (kept := call.desk.store.tokens.answered(named)) is not None:
            return _again(kept)
        try:
            answer = _written(operation, _done(operation, call))
        except ProblemError as error:
            problem = error
        else:
            if key:
                _keep(answer, named, call)
    call.desk.engine.wake()
    if problem is not None:
        raise problem
    return answer


def _done(operation: Operation, call: Call) -> Reply:
    try:
        return operation.run(call)
    except InvalidTransitionError as error:
        if "alert" in call.path:
            said = first_of(error, call.number("alert"), call.desk.views, call.reader)
        else:
            said = refusal(error, call.reader)
        raise refused(error, said) from error


def _written(operation: Operation, reply: Reply) -> Answer:
    if reply.shape is None:
        return Response(status=HTTPStatus.NO_CONTENT)
    answer = Response(reply.shape.model_dump_json(), status=operation.status, content_type=_JSON)
    if reply.next:
        query = [(k, v) for k, v in request.args.items(multi=True) if k != "cursor"]
        following = urlencode([*query, ("cursor", reply.next)])
        answer.headers["Link"] = f'<{request.path}?{following}>; rel="next"'
    if reply.place:
        answer.headers["Location"] = f"{PREFIX}{reply.place}"
    return _tagged(answer, reply.version)


def _tagged(answer: Answer, version: str) -> Answer:
    """With its entity tag; a reader who has it already is told so instead."""
    digest = hashlib.sha256(answer.get_data()).hexdigest()[:16]
    answer.set_etag(f"{version}-{digest}")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.update(("Authorization", "Accept-Language"))
    return answer.make_conditional(request)


def _keep(answer: Answer, named: str, call: Call) -> None:
    headers = {k: v for k, v in answer.headers if k in ("Location", "ETag")}
    kept = KeptAnswer(
        key=named,
        request=digest_of(request),
        status=answer.status_code,
        headers=headers,
        body=answer.get_data(as_text=True),
        at=call.now,
    )
    call.desk.store.tokens.keep_answer(kept)


def _again(kept: KeptAnswer) -> Answer:
    if kept.request != digest_of(request):
        raise unprocessable(
            Fault(
                where=f"header.{ONCE}",
                found=request.headers[ONCE],
                wanted="a new key for another request",
            )
        )
    answer = Response(kept.body, status=kept.status, content_type=_JSON)
    answer.headers.update(kept.headers)
    answer.headers[REPLAYED] = "true"
    return answer


def _later(reason: str, said: str) -> ProblemError:
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        reason,
        said,
        remedy="come again",
        headers={"Retry-After": str(_LATER_S)},
    )

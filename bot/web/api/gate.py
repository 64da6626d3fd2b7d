"""Lets programs in: who shows which token, whether it may, and whether it asks too often."""

import math
import threading
from http import HTTPStatus

from flask import Request

from bot.core.token import Scope, Token
from bot.engine.tokens import Tokens
from bot.ingest.flow import Flow
from bot.web.api.desk import ApiDesk
from bot.web.api.operation import Operation
from bot.web.api.problem import ProblemError
from watchers.clock import Clock

_REALM = 'Bearer realm="larkwatch"'


class Gate:
    """Safe between threads; the pace is kept for this process alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._flows: dict[tuple[str, int], Flow] = {}
        self._lock = threading.Lock()

    def admit(self, request: Request, operation: Operation, desk: ApiDesk) -> Token:
        """The token that was shown.

        Raises:
            ProblemError: With 401, 403 or 429.
        """
        kind, _, shown = request.headers.get("Authorization", "").partition(" ")
        now = self._clock.now()
        token = Tokens(desk.store).who(shown.strip(), now) if kind.lower() == "bearer" else None
        if token is None:
            raise ProblemError(
                HTTPStatus.UNAUTHORIZED,
                "bad_token" if shown else "no_token",
                "the token opens nothing: unknown, revoked or expired"
                if shown
                else "a token is needed",
                remedy="send Authorization: Bearer TOKEN; larkwatch token create makes one",
                headers={"WWW-Authenticate": _REALM},
            )
        self._pace(token, desk)
        if operation.scope is not None and operation.scope not in token.scopes:
            if operation.writes:
                desk.engine.refused(token.actor, operation.name, request.path, now)
            raise _forbidden(token, operation.scope)
        return token

    def _pace(self, token: Token, desk: ApiDesk) -> None:
        key = (token.key, desk.per_minute)
        with self._lock:
            flow = self._flows.setdefault(key, Flow(desk.per_minute, self._clock))
        if wait_s := flow.admit(1):
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many",
                f"more than {desk.per_minute} requests a minute with this token",
                remedy="come again after Retry-After seconds",
                headers={"Retry-After": str(math.ceil(wait_s))},
            )


def _forbidden(token: Token, wanted: Scope) -> ProblemError:
    has = " ".join(sorted(token.scopes)) or "none"
    return ProblemError(
        HTTPStatus.FORBIDDEN,
        "missing_scope",
        f"the token {token.name} lacks the scope {wanted.value}; it has: {has}",
        remedy=f"larkwatch token create NAME --scope {wanted.value}",
        headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{wanted}"'},
    )

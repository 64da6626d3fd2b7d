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
        self._flows: dict[tuple[str, str], Flow] = {}
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
            # A program may try again and again: the audit need not hear it each time.
            if operation.writes and not self._wait_s(token, operation.name, 1):
                desk.engine.refused(token.actor, operation.name, request.path, now)
            raise _forbidden(token, operation.scope)
        return token

    def _pace(self, token: Token, desk: ApiDesk) -> None:
        if wait_s := self._wait_s(token, "", desk.per_minute):
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many",
                f"more than {desk.per_minute} requests a minute with this token",
                remedy="come again after Retry-After seconds",
                headers={"Retry-After": str(math.ceil(wait_s))},
            )

    def _wait_s(self, token: Token, what: str, per_minute: int) -> float:
        """Seconds until a token may do this once more, 0.0 if it may now, and then it counts."""
        key = (token.key, what)
        with self._lock:
            flow = self._flows.setdefault(key, Flow(per_minute, self._clock))
        return flow.admit(1)


def _forbidden(token: Token, wanted: Scope) -> ProblemError:
    has = " ".join(sorted(token.scopes)) or "none"
    return ProblemError(
        HTTPStatus.FORBIDDEN,
        "missing_scope",
        f"the token {token.name} lacks the scope {wanted.value}; it has: {has}",
        remedy=f"larkwatch token create NAME --scope {wanted.value}",
        headers={"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{wanted}"'},
    )

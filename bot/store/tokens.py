"""Tokens of programs and what they were answered, in the database."""

from datetime import datetime

from bot.core.token import KeptAnswer, Scope, Token
from bot.store.database import Database
from bot.store.token_rows import AnswerRow, TokenRow

_SCOPES = {one.value: one for one in Scope}


class Tokens:
    """`core.token.TokenStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: Token) -> None:
        """Keep a new one."""
        TokenRow.insert(
            key=token.key,
            name=token.name,
            digest=token.digest,
            scopes=sorted(one.value for one in token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
        ).execute(self._database)

    def all(self) -> tuple[Token, ...]:
        """Every one, revoked ones too, oldest first."""
        query = TokenRow.select().order_by(TokenRow.created_at, TokenRow.name)
        return tuple(map(_token, query.execute(self._database)))

    def find(self, key: str) -> Token | None:
        """One by its key."""
        query = TokenRow.select().where(TokenRow.key == key)
        return next(iter(map(_token, query.execute(self._database))), None)

    def save(self, token: Token) -> None:
        """Keep what changed of one."""
        TokenRow.update(used_at=token.used_at, revoked_at=token.revoked_at).where(
            TokenRow.key == token.key
        ).execute(self._database)

    def answered(self, key: str) -> KeptAnswer | None:
        """What was answered under a key."""
        query = AnswerRow.select().where(AnswerRow.key == key)
        for row in query.execute(self._database):
            return KeptAnswer(
                key=row.key,
                request=row.request,
                status=row.status,
                headers=row.headers,
                body=row.body,
                at=row.at,
            )
        return None

    def keep_answer(self, answer: KeptAnswer) -> None:
        """Keep what is answered; the key must be new."""
        AnswerRow.insert(
            key=answer.key,
            request=answer.request,
            status=answer.status,
            headers=dict(answer.headers),
            body=answer.body,
            at=answer.at,
        ).execute(self._database)

    def prune(self, before: datetime) -> int:
        """Forget some answers of before that."""
        return self._database.forget(AnswerRow, AnswerRow.at < before, AnswerRow.at)


def _token(row: TokenRow) -> Token:
    return Token(
        key=row.key,
        name=row.name,
        digest=row.digest,
        # A scope that this version does not know opens nothing.
        scopes=frozenset(_SCOPES[one] for one in row.scopes if one in _SCOPES),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )

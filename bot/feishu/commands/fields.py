"""Of which records a field is asked for, and what is answered where there are none with it."""

from collections.abc import Sequence
from datetime import datetime

from bot.engine.reading import Views
from bot.engine.scope import EVERYTHING, Scope, ScopeKind
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.field_words import names_of
from bot.feishu.texts.base import Texts

_MOST_NAMED = 20


def wider(scope: Scope) -> tuple[Scope, ...]:
    """Where a field is looked for: beyond what a chat subscribed to where that has none."""
    return (scope, EVERYTHING) if scope.kind is ScopeKind.CHAT else (scope,)


def unknown_field(
    field: str, known: Sequence[str], example: str, views: Views, now: datetime
) -> CommandError:
    """There is no such field there; the services that have it are named, or all fields."""
    services = listed(views.field_rankings.services(names_of(field), now))
    names = listed(known)

    def wanted(texts: Texts) -> str:
        say = texts.fields
        if services:
            return say.elsewhere(services)
        return say.unknown(names) if names else say.none_known

    return CommandError(field, wanted, example)


def listed(known: Sequence[str]) -> str:
    """The first few names, safe to show in the middle of a sentence."""
    more = ", …" if len(known) > _MOST_NAMED else ""
    return ", ".join(name[:40] for name in known[:_MOST_NAMED]) + more

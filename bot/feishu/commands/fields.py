"""What is answered where a field is not known."""

from collections.abc import Sequence

from bot.feishu.commands.errors import CommandError
from bot.feishu.texts.base import Texts

_MOST_NAMED = 20


def unknown_field(field: str, known: Sequence[str], example: str) -> CommandError:
    """There is no such field; those there are are named."""
    names = listed(known)

    def wanted(texts: Texts) -> str:
        return texts.fields.unknown(names) if names else texts.fields.none_known

    return CommandError(field, wanted, example)


def listed(known: Sequence[str]) -> str:
    """The first few names, safe to show in the middle of a sentence."""
    more = ", …" if len(known) > _MOST_NAMED else ""
    return ", ".join(name[:40] for name in known[:_MOST_NAMED]) + more

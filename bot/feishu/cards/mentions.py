"""People whom a card mentions: they are told even if they muted the group."""

import re
from collections.abc import Sequence

from bot.feishu.cards.elements import Element
from bot.feishu.cards.reader import Reader

_OPEN_ID = re.compile(r"ou_\w{1,64}")
_MOST = 20


def mentions(ids: Sequence[str], reader: Reader) -> list[Element]:
    """A line that mentions these; none without any. What is no open_id is left out."""
    tags = " ".join(f"<at id={one}></at>" for one in ids[:_MOST] if _OPEN_ID.fullmatch(one))
    if not tags:
        return []
    return [{"tag": "markdown", "content": f"{reader.texts.advice.mentions}{tags}"}]

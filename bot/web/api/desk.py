"""What the API works with; knows no web framework, since every process has one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.permission import Chat
from bot.core.ports import Store
from bot.core.subscription import Language
from bot.engine.engine import Engine
from bot.engine.reading import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDesk:
    """What operations work with, as the configuration is now.

    Attributes:
        meet: What Feishu says of a chat; goes over the network when that is not known. Raises
            DeliveryError while Feishu cannot be reached.
        language: Of chats that chose none.
        per_minute: Requests that a token may make, in each process.
    """

    store: Store
    engine: Engine
    views: Views
    meet: Callable[[str, datetime], Chat]
    zone: ZoneInfo
    language: Language
    per_minute: int

"""Faults a visitor or a test can switch on, each for an API, a share of the calls, and a count."""

import secrets
import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.sandbox.bus import Bus
from bot.sandbox.errors import BadRequestError
from bot.sandbox.wire import Json, dumps

_chance = secrets.SystemRandom()


class Fault(StrEnum):
    """What can go wrong: first what meets API calls, then what meets pushes."""

    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    SLOW_REPLY = "slow_reply"
    DROPPED = "dropped"
    LOST_REPLY = "lost_reply"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a name, no secret
    CONTENT_REFUSED = "content_refused"
    CONTENT_AUDITED = "content_audited"
    BOT_REMOVED = "bot_removed"
    GROUP_DISSOLVED = "group_dissolved"
    URGENT_QUOTA = "urgent_quota"
    FRAGMENTED = "fragmented"
    DUPLICATED = "duplicated"
    OUT_OF_ORDER = "out_of_order"
    HALF_OPEN = "half_open"
    KICKED = "kicked"
    STRING_VALUE = "string_value"
    MISSING_KEYS = "missing_keys"
    CARD_FRAMES = "card_frames"


LABELS = {
    Fault.RATE_LIMITED: "429 网关限流",
    Fault.SERVER_ERROR: "502 网页错误",
    Fault.SLOW_REPLY: "回复变慢 (5 s)",
    Fault.DROPPED: "不答而断开",
    Fault.LOST_REPLY: "已执行但回复丢失",
    Fault.TOKEN_EXPIRED: "访问凭证失效 (99991663)",
    Fault.CONTENT_REFUSED: "内容被审核拒绝 (230028)",
    Fault.CONTENT_AUDITED: "内容审核不通过 (230022)",
    Fault.BOT_REMOVED: "机器人已不在群 (230002)",
    Fault.GROUP_DISSOLVED: "群已解散 (232009)",
    Fault.URGENT_QUOTA: "短信/电话加急额度用尽 (230024)",
    Fault.FRAGMENTED: "推送分片",
    Fault.DUPLICATED: "事件重复推送",
    Fault.OUT_OF_ORDER: "事件乱序 (晚 1 s)",
    Fault.HALF_OPEN: "长连接半开 (无声)",
    Fault.KICKED: "推送前踢掉长连接",
    Fault.STRING_VALUE: "回调 value 变为字符串",
    Fault.MISSING_KEYS: "推送缺少可选字段",
    Fault.CARD_FRAMES: "回调帧 type=card",
}


REFUSALS = {
    Fault.CONTENT_REFUSED: (
        230028,
        "The messages do NOT pass the audit, ext=contain sensitive data.",
    ),
    Fault.CONTENT_AUDITED: (230022, "The content of the message contains sensitive information."),
    Fault.BOT_REMOVED: (230002, "Bot/User can NOT be out of the chat."),
    Fault.GROUP_DISSOLVED: (
        232009,
        "Your request specifies a chat which has already been dissolved.",
    ),
}
"""What a call that writes a message is told when the fault strikes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How one fault is set.

    Attributes:
        api: ``*`` or the beginning of a path, e.g. ``/open-apis/im/v1/messages``.
        rate: Share of the calls that meet it, 0 to 1.
        count: How many more times it strikes; None for ever.
    """

    active: bool = False
    api: str = "*"
    rate: float = 1.0
    count: int | None = None


class Faults:
    """The switches; thread-safe."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._lock = threading.Lock()
        self._settings = {fault: Setting() for fault in Fault}

    def set(
        self,
        fault: Fault,
        *,
        active: bool = True,
        api: str = "*",
        rate: float = 1.0,
        count: int | None = None,
    ) -> None:
        """Switch a fault on or off."""
        with self._lock:
            self._settings[fault] = Setting(active=active, api=api, rate=rate, count=count)
        self._bus.publish_latest("faults", lambda: dumps(self.to_json()))

    def set_json(self, body: Json) -> None:
        """Switch a fault as the page asks.

        Raises:
            BadRequestError: If the body does not name a fault or has a wrong value.
        """
        name, api, rate, count = (body.get(key) for key in ("name", "api", "rate", "count"))
        if name not in LABELS:
            raise BadRequestError(f"fault {name!r} is unknown; wanted one of {', '.join(Fault)}")
        if rate is None:
            rate = 1.0
        if not _is_number(rate) or not 0 <= rate <= 1:
            raise BadRequestError(f"rate is {rate!r}; wanted a number from 0 to 1")
        if count is not None and (not _is_number(count) or count < 0):
            raise BadRequestError(f"count is {count!r}; wanted a whole number or null")
        self.set(
            Fault(name),
            active=bool(body.get("active")),
            api=str(api or "*"),
            rate=float(rate),
            count=None if count is None else int(count),
        )

    def active(self, fault: Fault) -> bool:
        """Whether the switch is on, whatever its rate."""
        return self._settings[fault].active

    def hits(self, fault: Fault, path: str = "") -> bool:
        """Whether the fault strikes this time; counts down."""
        if not self._settings[fault].active:
            return False
        with self._lock:
            setting = self._settings[fault]
            if not setting.active or not (setting.api == "*" or path.startswith(setting.api)):
                return False
            if setting.rate < 1 and _chance.random() >= setting.rate:
                return False
            if setting.count is None:
                return True
            left = setting.count - 1
            self._settings[fault] = replace(setting, count=max(left, 0), active=left > 0)
        self._bus.publish_latest("faults", lambda: dumps(self.to_json()))
        return left >= 0

    def to_json(self) -> Json:
        """All switches as the page reads them."""
        return {
            "faults": [
                {
                    "name": fault.value,
                    "label": LABELS[fault],
                    "active": setting.active,
                    "api": setting.api,
                    "rate": setting.rate,
                    "count": setting.count,
                }
                for fault, setting in self._settings.items()
            ]
        }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

"""Which services a message names: ``upstream billing answered 503`` names billing."""

import re
from collections.abc import Collection

_WORD = re.compile(r"[A-Za-z][\w.-]*|[^\x00-\x7f\s]+|\S", re.ASCII)
_ADDRESS = re.compile(r"(?:https?|grpc|tcp|amqp|kafka|redis)://([A-Za-z][\w-]*)")
_SAID_BEFORE = (
    "upstream downstream dependency service backend server peer host client call calls calling"
    " called to from at by via on of with against through reach reaching contact contacting"
    " request requests requesting connect connecting"
)
_SAID_BEHIND = (
    "service answered answers returned returns responded replied unavailable unreachable timed"
    " timeout timeouts failed fails failing refused refuses is are was down not did does gave error"
    " errors rejected returning"
)
_BEFORE = frozenset(_SAID_BEFORE.split())
_BEHIND = frozenset(_SAID_BEHIND.split())
_CHINESE_BEFORE = ("调用", "上游", "下游", "依赖", "服务", "连接", "请求")
_CHINESE_BEHIND = ("不可用", "超时", "失败", "返回", "无响应", "服务", "拒绝", "异常")
_QUOTES = "\"'`[(<="
_LONGEST = 2000


def named_in(message: str, services: Collection[str]) -> list[str]:
    """The services that a message is about, besides whoever wrote it.

    A word that happens to be a service's name is not enough (``payment provider declined``): a
    word beside it must say that somebody is meant, or it stands in quotes or in an address.
    """
    found: list[str] = []
    words = _WORD.findall(message[:_LONGEST])
    for at, word in enumerate(words):
        name = word.rstrip(".-")
        if name not in services:
            name = name.partition(".")[0]  # billing.prod.svc
            if name == word or name not in services:
                continue
        before = words[at - 1] if at else ""
        behind = words[at + 1] if at + 1 < len(words) else ""
        if (
            before.lower() in _BEFORE
            or before.endswith(_CHINESE_BEFORE)
            or behind.lower() in _BEHIND
            or behind.startswith(_CHINESE_BEHIND)
            or (before and before in _QUOTES)
            or behind == ":"
        ):
            found.append(name)
    found += [name for name in _ADDRESS.findall(message[:_LONGEST]) if name in services]
    return list(dict.fromkeys(found))

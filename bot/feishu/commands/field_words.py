"""Fields as people call them, and which figure of their numbers is meant."""

import re
from collections.abc import Sequence

from bot.engine.field_courses import HOST_FIGURES, Stat
from bot.feishu.phrases.vocabulary import CONCEPTS

_NAME = re.compile(r"[A-Za-z_@][\w.@/-]{0,63}")
_TAKES_TIME = re.compile(
    r"(?:.*[._])?(?:latency|duration|elapsed|took|response_time|request_time|rt|cost)\w*"
    r"|.*_(?:ms|us|ns|s|seconds)",
    re.IGNORECASE,
)
_NO_FIELDS = frozenset({"by", "until", "since", "from", "to", "at", "and", "or", "file"})
_USER = ("user", "user_id", "username", "uid", "customer")
_PATH = ("path", "uri", "url", "route", "endpoint")
_CLIENT = ("client", "client_ip", "remote_addr", "ip")
_STATUS = ("status", "status_code", "code")
_LATENCY = (
    "latency",
    "latency_ms",
    "latency_s",
    "duration",
    "duration_ms",
    "elapsed",
    "elapsed_ms",
    "took",
    "took_ms",
    "response_time",
    "request_time",
    "rt",
    "cost",
    "cost_ms",
)
_MEANT = {
    **dict.fromkeys(("user", "users", "用户", "账号"), _USER),
    **dict.fromkeys(("path", "paths", "路径", "接口", "页面", "地址", "url"), _PATH),
    **dict.fromkeys(("client", "clients", "ip", "客户端", "来源"), _CLIENT),
    **dict.fromkeys(("status", "code", "状态码", "返回码"), _STATUS),
    **dict.fromkeys(("latency", "duration", "延迟", "延时", "耗时", "响应时间"), _LATENCY),
    **dict.fromkeys(("method", "方法"), ("method",)),
    **dict.fromkeys(("bytes", "size", "大小"), ("bytes", "size")),
}
_OF_HOSTS = {
    **{one: one for one in HOST_FIGURES},
    "处理器": "cpu",
    "mem": "memory",
    "内存": "memory",
    "磁盘": "disk",
    "硬盘": "disk",
    "交换": "swap",
    "负载": "load",
}
_STATS = {
    **{one.value: one for one in Stat},
    "avg": Stat.MEAN,
    "average": Stat.MEAN,
    "均值": Stat.MEAN,
    "平均": Stat.MEAN,
    "median": Stat.P50,
    "中位数": Stat.P50,
    "最大": Stat.MAX,
    "最小": Stat.MIN,
    "合计": Stat.SUM,
    "次数": Stat.COUNT,
}


def field_named(word: str) -> str:
    """The field that a word names, "" when it can be none: ``top errors`` is a sentence."""
    if word.lower() in _MEANT or word.lower() in _OF_HOSTS:
        return word.lower()
    spoken = word.lower() in _NO_FIELDS or word.lower() in CONCEPTS
    return word if _NAME.fullmatch(word) and not spoken else ""


def names_of(field: str) -> Sequence[str]:
    """How records may call it, the likeliest first."""
    return (field, *(one for one in _MEANT.get(field.lower(), ()) if one != field))


def host_figure(field: str) -> str:
    """The figure of hosts that a field is, "" for none."""
    return _OF_HOSTS.get(field, "")


def stat_named(word: str) -> Stat | None:
    """The figure that a word names."""
    return _STATS.get(word)


def usual_stat(field: str) -> Stat:
    """What is asked first: of times how long the slow ones take, of others the mean."""
    slow = _TAKES_TIME.fullmatch(field) or field in ("延迟", "延时", "耗时", "响应时间")
    return Stat.P95 if slow else Stat.MEAN

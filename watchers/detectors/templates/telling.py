"""Names of fields whose value says what happened, so that it is no value to mask."""

from typing import Final

TELLING: Final = frozenset(
    (
        *("msg", "message", "event", "error", "err", "reason", "exception", "level", "lvl"),
        *("severity", "logger", "component", "module", "log", "action", "act", "op", "operation"),
    )
)
TELLING_IN_CHINESE: Final = (
    *("原因", "错误", "异常", "失败", "成功", "超时", "警告", "告警", "提示", "注意", "消息"),
    *("信息", "事件", "状态", "结果", "级别", "描述", "说明", "完成", "开始", "结束", "过高"),
    *("不足", "过低", "详情", "内容", "操作", "动作", "类型", "模块"),
)
"""What the names of such fields end with."""


def tells(word: str) -> bool:
    """Whether a word is a field, as in ``event=login``, that says what happened."""
    name, mark, value = word.partition("=")
    return bool(mark and value) and name.lstrip("[({,").lower() in TELLING

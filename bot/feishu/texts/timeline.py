"""What happened to an alert, by the named rule that changed it; a section with both languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.why import Why

Happened = Callable[[str, str], str]
"""From the name of who did it and the note, both plain text; "" for what does not apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineTexts:
    """The history of an alert; every rule has its words."""

    happened: Mapping[Why, Happened]


def _of(text: str) -> Happened:
    """Words that may name ``{name}`` and ``{note}``."""
    return lambda name, note: text.format(name=name, note=note)


def _dated(text: str, written: str) -> Happened:
    """Words, and behind them when that was written, where the note says so."""
    return lambda _name, note: text + (written.format(note=note) if note else "")


TIMELINE_EN = TimelineTexts(
    happened={
        Why.FIRST_SEEN: _dated("first fired", " (written {note})"),
        Why.RECURRED: _dated("fired again", " (written {note})"),
        Why.FLAPPING: _of("fires and ends over and over: flapping"),
        Why.STEADY: _of("flaps no more"),
        Why.SEVERITY_RAISED: _of("severity rose: {note}"),
        Why.VOLUME_GREW: _of("many times the records since it was taken: taken no more"),
        Why.LATE: _of("older records came in late: counted only"),
        Why.ACKNOWLEDGED: _of("{name} acknowledged"),
        Why.FOLLOWED: _of("{name} follows"),
        Why.UNACKNOWLEDGED: _of("{name} let it go"),
        Why.ACK_EXTENDED: _of("{name} set how long it is taken"),
        Why.ACK_REMINDED: _of("reminder: soon taken no more"),
        Why.ACK_EXPIRED: _of("the acknowledgement timed out"),
        Why.RESOLVED: _of("{name} resolved"),
        Why.QUIET: _of("no new lines: over by itself"),
        Why.RECOVERED: _of("it was said to be over"),
        Why.RULE_REMOVED: _of("its rule was removed: closed"),
        Why.SOURCE_LOST: _of("its source is gone: unknown"),
        Why.SOURCE_BACK: _of("its source is back"),
        Why.ASSIGNED: lambda name, note: (
            f"{name} assigned it to {note}" if note else f"{name} assigned it to nobody"
        ),
        Why.COMMENTED: _of("{name}: {note}"),
        Why.SEVERITY_SET: _of("{name} set the severity: {note}"),
        Why.ESCALATED: _of("nobody has it: {note}"),
        Why.ESCALATION_FAILED: _of("reached nobody: {note}"),
        Why.ERRAND_APPROVED: _of("{name} approved {note}"),
        Why.ERRAND_DECLINED: _of("{name} declined {note}"),
        Why.ERRAND_DONE: _of("done: {note}"),
        Why.ERRAND_FAILED: _of("failed: {note}"),
    }
)
TIMELINE_ZH = TimelineTexts(
    happened={
        Why.FIRST_SEEN: _dated("首次触发", "（日志写于 {note}）"),
        Why.RECURRED: _dated("再次触发", "（日志写于 {note}）"),
        Why.FLAPPING: _of("反复触发又恢复，按抖动处理"),
        Why.STEADY: _of("不再抖动"),
        Why.SEVERITY_RAISED: _of("级别升高：{note}"),
        Why.VOLUME_GREW: _of("认领后条数成倍增长，认领失效"),
        Why.LATE: _of("解决前的旧日志迟到，只计数"),
        Why.ACKNOWLEDGED: _of("{name} 认领"),
        Why.FOLLOWED: _of("{name} 关注"),
        Why.UNACKNOWLEDGED: _of("{name} 取消认领"),
        Why.ACK_EXTENDED: _of("{name} 调整认领时限"),
        Why.ACK_REMINDED: _of("提醒认领人：认领快到期"),
        Why.ACK_EXPIRED: _of("认领到期，自动取消"),
        Why.RESOLVED: _of("{name} 标记解决"),
        Why.QUIET: _of("不再有新日志，自动恢复"),
        Why.RECOVERED: _of("收到恢复消息，自动恢复"),
        Why.RULE_REMOVED: _of("规则已移除，关闭"),
        Why.SOURCE_LOST: _of("来源失联，状态未知"),
        Why.SOURCE_BACK: _of("来源恢复"),
        Why.ASSIGNED: lambda name, note: f"{name} 指派给 {note}" if note else f"{name} 取消指派",
        Why.COMMENTED: _of("{name}：{note}"),
        Why.SEVERITY_SET: _of("{name} 调整级别：{note}"),
        Why.ESCALATED: _of("无人认领，升级：{note}"),
        Why.ESCALATION_FAILED: _of("升级未送达：{note}"),
        Why.ERRAND_APPROVED: _of("{name} 批准 {note}"),
        Why.ERRAND_DECLINED: _of("{name} 拒绝 {note}"),
        Why.ERRAND_DONE: _of("已执行：{note}"),
        Why.ERRAND_FAILED: _of("执行失败：{note}"),
    }
)

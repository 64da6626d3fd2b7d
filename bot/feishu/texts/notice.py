"""What the short messages beneath an alert's card say; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

_One = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTexts:
    """Short messages beneath an alert's card."""

    reopened: Callable[[int], str]
    severity_raised: _One
    worse: _One
    unacknowledged: _One
    ack_reminder: Callable[[str, str], str]
    flapping: Callable[[int], str]
    flapping_hint: str
    steady: Callable[[str, int], str]
    keep_on: str


NOTICE_EN = NoticeTexts(
    reopened=lambda times: f"Fires again: recurrence {times}",
    severity_raised=lambda severity: f"Worse: severity is {severity} now",
    worse=lambda count: f"Much worse since it was acknowledged: {count} records",
    unacknowledged=lambda name: f"Nobody has it any more: {name}'s acknowledgement timed out",
    ack_reminder=lambda name, at: f"{name}, your acknowledgement ends at {at}",
    flapping=lambda times: f"Flapping: fired {times} times in a short while",
    flapping_hint="The card goes on counting; no messages until it is steady.",
    steady=lambda at, times: f"Steady again: flapped {times}× since {at}",
    keep_on="Keep it 2 h more",
)
NOTICE_ZH = NoticeTexts(
    reopened=lambda times: f"再次触发：第 {times} 次复发",
    severity_raised=lambda severity: f"级别升高：现在是{severity}",
    worse=lambda count: f"认领后成倍增长：已 {count} 条",
    unacknowledged=lambda name: f"认领到期：{name} 的认领已自动取消，现在无人处理",
    ack_reminder=lambda name, at: f"{name}，你的认领将于 {at} 到期",
    flapping=lambda times: f"开始抖动：短时间内反复触发 {times} 次",
    flapping_hint="卡片会继续计数，平稳之前不再提醒。",
    steady=lambda at, times: f"恢复平稳：{at} 以来抖动 {times} 次",
    keep_on="再留 2 小时",
)

"""What the short messages beneath an alert's card say; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTexts:
    """Short messages beneath an alert's card."""

    reopened: Callable[[int], str]


NOTICE_EN = NoticeTexts(reopened=lambda times: f"Fires again: recurrence {times}")
NOTICE_ZH = NoticeTexts(reopened=lambda times: f"再次触发：第 {times} 次复发")

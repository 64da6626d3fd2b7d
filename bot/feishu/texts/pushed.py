"""What is said of what others push in: links, who ended an alert, and what came to nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.pushed import Outcome
from bot.feishu.texts.command import CommandText

_One = Callable[[str], str]
_Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedTexts:
    """Events of others, and alerts that they push.

    Attributes:
        links: What an address leads to, by the name it comes with.
    """

    command: CommandText
    title: Callable[[int], str]
    none: str
    none_hint: str
    hint: str
    outcomes: Mapping[Outcome, str]
    seen: Callable[[int, str], str]
    newest: str
    links: Mapping[str, str]
    over: _Two


PUSHED_EN = PushedTexts(
    command=CommandText(
        about="Events that were pushed in and that nothing came of (admins)",
        usage="/events",
        examples=("/events",),
    ),
    title=lambda count: f"📥 {count} kind{'' if count == 1 else 's'} of events came to nothing",
    none="📥 No events came to nothing",
    none_hint="Here stand events that senders push in and that no handler takes, or that one "
    "stumbled over.",
    hint="Map them to alerts in [[ingest]], or install a handler; all of them: larkwatch events",
    outcomes={
        Outcome.UNKNOWN: "nothing handles it",
        Outcome.FAILED: "could not be used",
    },
    seen=lambda count, last: f"{count:,}× · last {last}",
    newest="The newest",
    links={
        "source": "Source",
        "dashboard": "Dashboard",
        "panel": "Panel",
        "runbook": "Runbook",
        "silence": "Silence there",
        "issue": "Issue",
        "trace": "Trace",
    },
    over=lambda sender, at: f"🟢 {sender} says it is over; resolved at {at}",
)
PUSHED_ZH = PushedTexts(
    command=CommandText(
        about="查看推送进来但没有被处理的事件（管理员）",
        usage="/events",
        examples=("/events", "事件"),
    ),
    title=lambda count: f"📥 {count} 种事件没有被处理",
    none="📥 没有未处理的事件",
    none_hint="外部推送进来、没有处理器接收或处理出错的事件会列在这里。",
    hint="在 [[ingest]] 中把它们映射成告警，或安装处理器；全部列表：larkwatch events",
    outcomes={
        Outcome.UNKNOWN: "没有处理器",
        Outcome.FAILED: "无法处理",
    },
    seen=lambda count, last: f"{count:,} 次 · 最近 {last}",
    newest="最新一条",
    links={
        "source": "来源",
        "dashboard": "仪表盘",
        "panel": "面板",
        "runbook": "处理手册",
        "silence": "在那边静默",
        "issue": "问题详情",
        "trace": "链路追踪",
    },
    over=lambda sender, at: f"🟢 {sender} 报告已恢复，于 {at} 解决",
)

"""What is said while nobody acknowledges: steps, who is on call; a section with both languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.escalation import Means
from bot.feishu.texts.command import CommandText

_One = Callable[[str], str]
_Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationTexts:
    """Steps of an escalation, who is on call, and what is mailed."""

    nobody: _One
    step: Callable[[int, int], str]
    means: Mapping[Means, str]
    next_step: _Two
    last_step: Callable[[int], str]
    on_call: CommandText
    on_call_title: str
    on_call_none: str
    on_call_hint: str
    until: _Two
    nobody_now: str
    following: Callable[[str, str, str], str]
    no_following: str
    unknown_person: _One
    calendar_fault: _One
    unheard: Callable[[int], str]
    mail_subject: _Two
    mail_over: _One
    mail_count: str
    mail_first: str
    mail_last: str
    mail_lines: str
    mail_foot: str


ESCALATION_EN = EscalationTexts(
    nobody=lambda waited: f"⏫ Nobody has acknowledged for {waited}",
    step=lambda step, steps: f"Escalation, step {step} of {steps}",
    means={
        Means.MENTION: "message in the chat",
        Means.CHAT: "another chat",
        Means.URGENT_APP: "urgent push in the app",
        Means.URGENT_SMS: "urgent push by SMS",
        Means.URGENT_PHONE: "urgent push by phone",
        Means.EMAIL: "e-mail",
        Means.WEBHOOK: "webhook",
    },
    next_step=lambda means, at: f"⏫ Nobody has it: next {means} at {at}",
    last_step=lambda taken: f"⏫ Nobody has it: all {taken} steps of the escalation are taken",
    on_call=CommandText(
        about="who is on call, now and next", usage="/oncall", examples=("/oncall",)
    ),
    on_call_title="☎️ On call",
    on_call_none="No rota is configured.",
    on_call_hint="An operator adds [[rota]] to the configuration.",
    until=lambda name, at: f"{name}, until {at}",
    nobody_now="nobody; escalations go to the admins",
    following=lambda name, at, until: f"next: {name}, {at} – {until}",
    no_following="next: nobody else is known",
    unknown_person=lambda name: f"{name} (not known to Feishu: cannot be reached)",
    calendar_fault=lambda why: f"⚠️ Its calendar cannot be read; the last good one holds: {why}",
    unheard=lambda count: f"🔇 Critical alerts that nobody was told of: {count}",
    mail_subject=lambda number, title: f"[Larkwatch {number}] {title}",
    mail_over=lambda who: f"No longer needed: {who}",
    mail_count="Records",
    mail_first="First",
    mail_last="Last",
    mail_lines="From the log",
    mail_foot="Acknowledge it in Feishu, on the alert's card or with",
)
ESCALATION_ZH = EscalationTexts(
    nobody=lambda waited: f"⏫ 已 {waited}无人认领",
    step=lambda step, steps: f"升级：第 {step} 步，共 {steps} 步",
    means={
        Means.MENTION: "群内提醒",
        Means.CHAT: "通知其他群",
        Means.URGENT_APP: "应用内加急",
        Means.URGENT_SMS: "短信加急",
        Means.URGENT_PHONE: "电话加急",
        Means.EMAIL: "发送邮件",
        Means.WEBHOOK: "调用 Webhook",
    },
    next_step=lambda means, at: f"⏫ 无人认领：{at} 将{means}",
    last_step=lambda taken: f"⏫ 无人认领：升级的 {taken} 步都已执行",
    on_call=CommandText(about="现在和下一班谁值班", usage="/oncall", examples=("/oncall",)),
    on_call_title="☎️ 值班",
    on_call_none="没有配置值班表。",
    on_call_hint="请运维在配置里添加 [[rota]]。",
    until=lambda name, at: f"{name}，到 {at}",
    nobody_now="现在无人值班，升级会通知管理员",
    following=lambda name, at, until: f"下一班：{name}，{at} – {until}",
    no_following="下一班：暂无他人",
    unknown_person=lambda name: f"{name}（飞书里查不到，无法通知）",
    calendar_fault=lambda why: f"⚠️ 日历读取失败，沿用上次的内容：{why}",
    unheard=lambda count: f"🔇 {count} 条严重告警没有通知到任何人",
    mail_subject=lambda number, title: f"[Larkwatch {number}] {title}",
    mail_over=lambda who: f"无需再处理：{who}",
    mail_count="条数",
    mail_first="首次",
    mail_last="最近",
    mail_lines="日志",
    mail_foot="请在飞书的告警卡片上认领，或发送",
)

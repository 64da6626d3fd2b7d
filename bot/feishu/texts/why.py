"""Why an alert was told or not: the words around the reasons; a section with both its languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.attempt import Dropped
from bot.core.notification import Purpose
from bot.core.trace import Reason, Stage, Told
from bot.feishu.texts.command import CommandText
from bot.feishu.texts.reasons import FACTS_EN, FACTS_ZH, REASONS_EN, REASONS_ZH

_One = Callable[[str], str]
_Count = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyTexts:
    """Why an alert was told or not.

    Attributes:
        facts: Words of a closed list, by the name of the fact that holds one.
        purposes: What a notification was for, all of them.
        dropped: Why one came to be owed no more; what is not listed is said as it is.
    """

    command: CommandText
    title: _Count
    about: _One
    told: Mapping[Told, str]
    stages: Mapping[Stage, str]
    reasons: Mapping[Reason, str]
    facts: Mapping[str, Mapping[str, str]]
    more_chats: _Count
    deliveries: str
    at: str
    what: str
    to: Callable[[str, str], str]
    outcome: str
    purposes: Mapping[Purpose, str]
    sent: Callable[[int], str]
    tries: _Count
    refused: _One
    waiting: _One
    under_way: str
    given_up: str
    dropped: Mapping[str, str]
    shows_less: str
    private: str
    nothing_sent: str
    more: _Count
    none: _One
    found: Callable[[str, str, str, str], str]
    records_only: str
    found_none: _One
    trouble: Callable[[str, str], str]
    ask: str
    wanted: str


WHY_EN = WhyTexts(
    command=CommandText(
        about="why an alert was told, or why not",
        usage="/why 42 | service",
        examples=("/why 42", "/why pay"),
    ),
    title=lambda number: f"🔎 Why #{number}",
    about=lambda word: f"🔎 Where alerts of {word} go",
    told={
        Told.TOLD: "Told.",
        Told.WAITING: "A message is owed and not out yet.",
        Told.FAILED: "A message could not be delivered.",
        Told.LATER: "It is told when the hours of the chat begin.",
        Told.NOT_YET: "Not told yet: it must last for longer first.",
        Told.MUTED: "Nobody was told: a mute hides it.",
        Told.HELD: "Held back for now: see the group.",
        Told.NOBODY: "Nobody was told: nobody subscribed to it.",
        Told.SILENT: "Nothing rings: it only counts, the card that stands is edited.",
        Told.RECORDED: "Nobody is told: it goes into the local record only.",
        Told.NOTHING: "Nothing happens: no rule wants it.",
        Told.UNTOLD: "Nobody was told.",
    },
    stages={
        Stage.LINE: "Line",
        Stage.RULE: "Rule",
        Stage.DEDUP: "Counting",
        Stage.STATE: "State",
        Stage.GROUP: "Group",
        Stage.MUTE: "Mute",
        Stage.SUBSCRIPTION: "Chat",
        Stage.ESCALATION: "Escalation",
    },
    reasons=REASONS_EN,
    facts=FACTS_EN,
    more_chats=lambda count: f"… and {count} more that do not take it",
    deliveries="Messages",
    at="Time",
    what="What",
    to=lambda what, chat: f"{what} → {chat}",
    outcome="Outcome",
    purposes={
        Purpose.FIRST: "first card",
        Purpose.REFRESH: "edit",
        Purpose.CONTINUED: "new card for an old one",
        Purpose.FROZEN: "last edit of an old card",
        Purpose.FAREWELL: "farewell",
        Purpose.AFTER_HOURS: "after hours",
        Purpose.DAILY: "daily digest",
        Purpose.DIGEST: "digest",
        Purpose.REOPENED: "notice: fires again",
        Purpose.JOINED: "notice: more alerts on the card",
        Purpose.REPEATED: "notice: still firing",
        Purpose.SEVERITY_RAISED: "notice: more severe",
        Purpose.WORSE: "notice: many more matches",
        Purpose.ACK_REMINDER: "reminder of who took it",
        Purpose.UNACKNOWLEDGED: "notice: nobody has it any more",
        Purpose.FLAPPING: "notice: flapping",
        Purpose.STEADY: "notice: steady again",
        Purpose.ESCALATED: "escalation",
        Purpose.LOOKED_UP: "what a host answered",
        Purpose.FILE: "file",
        Purpose.STOOD_DOWN: "all-clear after an escalation",
        Purpose.ERRAND: "action of its severity",
        Purpose.ANSWER: "answer",
        Purpose.RECORD: "local record",
        Purpose.MUTE_ENDING: "a mute is about to end",
        Purpose.MUTE_ENDED: "a mute has ended",
        Purpose.MUTES_TODAY: "today's mutes",
        Purpose.DAILY: "the daily digest",
        Purpose.ADVICE: "message to admins",
        Purpose.CONCERN: "trouble, to admins",
        Purpose.RULE_TRAINED: "a rule has learned enough",
    },
    sent=lambda ms: f"sent, {ms} ms",
    tries=lambda count: f"try {count}",
    refused=lambda code: f"before that {code}",
    waiting=lambda at: f"waits until {at}",
    under_way="on its way",
    given_up="given up",
    dropped={
        Dropped.NOTHING_TO_TELL: "not sent: nothing new to show, or muted by then",
        Dropped.NO_LONGER_OWED: "not sent: no longer needed",
        Dropped.SENT_ANEW: "its card was gone: sent anew",
        Dropped.SUPERSEDED: "replaced by a newer one",
        Dropped.NO_LONGER_FOLLOWED: "not sent: the chat follows it no more",
        Dropped.IN_A_DIGEST: "told in a digest",
    },
    shows_less="shows less",
    private="in private",
    nothing_sent="No message was ever owed.",
    more=lambda count: f"… and {count} older ones",
    none=lambda word: f"No alert of {word} in 24 hours.",
    found=lambda rule, service, count, at: f"{rule} in {service}: {count} records, last {at}",
    records_only="only recorded",
    found_none=lambda word: f"No rule found anything in {word} in 24 hours.",
    trouble=lambda source, state: f"{source}: {state}",
    ask="Why",
    wanted="an alert's number, or the name of a service or a rule",
)
WHY_ZH = WhyTexts(
    command=CommandText(
        about="为什么通知了，或者为什么没有",
        usage="/why 42 | 服务",
        examples=("/why 42", "/why pay"),
    ),
    title=lambda number: f"🔎 为什么：#{number}",
    about=lambda word: f"🔎 {word} 的告警去了哪里",
    told={
        Told.TOLD: "已通知。",
        Told.WAITING: "有消息待发，还没有发出。",
        Told.FAILED: "有消息没能送达。",
        Told.LATER: "到群的时段开始时才通知。",
        Told.NOT_YET: "还没有通知：要持续更久才通知。",
        Told.MUTED: "没有通知任何人：被静默了。",
        Told.HELD: "暂时没有通知：见合并一栏。",
        Told.NOBODY: "没有通知任何人：没有人订阅。",
        Told.SILENT: "不会提醒：只计数，并刷新已有的卡片。",
        Told.RECORDED: "不通知任何人：只写进本地记录。",
        Told.NOTHING: "什么也不会发生：没有规则要它。",
        Told.UNTOLD: "没有通知任何人。",
    },
    stages={
        Stage.LINE: "日志",
        Stage.RULE: "规则",
        Stage.DEDUP: "计数",
        Stage.STATE: "状态",
        Stage.GROUP: "合并",
        Stage.MUTE: "静默",
        Stage.SUBSCRIPTION: "会话",
        Stage.ESCALATION: "升级",
    },
    reasons=REASONS_ZH,
    facts=FACTS_ZH,
    more_chats=lambda count: f"……另有 {count} 个不收的会话",
    deliveries="消息",
    at="时间",
    what="内容",
    to=lambda what, chat: f"{what} → {chat}",
    outcome="结果",
    purposes={
        Purpose.FIRST: "首次卡片",
        Purpose.REFRESH: "刷新",
        Purpose.CONTINUED: "续发新卡片",
        Purpose.FROZEN: "旧卡片最后一次刷新",
        Purpose.FAREWELL: "不再关注",
        Purpose.AFTER_HOURS: "时段外汇总",
        Purpose.DAILY: "每日摘要",
        Purpose.DIGEST: "汇总",
        Purpose.REOPENED: "提醒：再次触发",
        Purpose.JOINED: "提醒：卡片上有新告警",
        Purpose.REPEATED: "提醒：仍在触发",
        Purpose.SEVERITY_RAISED: "提醒：级别升高",
        Purpose.WORSE: "提醒：次数猛增",
        Purpose.ACK_REMINDER: "提醒认领人",
        Purpose.UNACKNOWLEDGED: "提醒：认领已失效",
        Purpose.FLAPPING: "提醒：反复触发",
        Purpose.STEADY: "提醒：已经稳定",
        Purpose.ESCALATED: "升级通知",
        Purpose.LOOKED_UP: "主机的答复",
        Purpose.FILE: "文件",
        Purpose.STOOD_DOWN: "升级解除",
        Purpose.ERRAND: "按级别的动作",
        Purpose.ANSWER: "回复",
        Purpose.RECORD: "本地记录",
        Purpose.MUTE_ENDING: "静默即将结束",
        Purpose.MUTE_ENDED: "静默已结束",
        Purpose.MUTES_TODAY: "今天的静默",
        Purpose.DAILY: "日报",
        Purpose.ADVICE: "给管理员的消息",
        Purpose.CONCERN: "给管理员的故障提醒",
        Purpose.RULE_TRAINED: "规则训练完成",
    },
    sent=lambda ms: f"已发送，{ms} 毫秒",
    tries=lambda count: f"第 {count} 次",
    refused=lambda code: f"之前 {code}",
    waiting=lambda at: f"等到 {at}",
    under_way="正在发送",
    given_up="已放弃",
    dropped={
        Dropped.NOTHING_TO_TELL: "未发：没有新内容，或当时已静默",
        Dropped.NO_LONGER_OWED: "未发：已不需要",
        Dropped.SENT_ANEW: "卡片已不在：重新发送",
        Dropped.SUPERSEDED: "已被更新的一条取代",
        Dropped.NO_LONGER_FOLLOWED: "未发：会话不再关注",
        Dropped.IN_A_DIGEST: "已并入汇总",
    },
    shows_less="内容不全",
    private="私聊",
    nothing_sent="从未产生过消息。",
    more=lambda count: f"……还有更早的 {count} 条",
    none=lambda word: f"24 小时内没有 {word} 的告警。",
    found=lambda rule, service, count, at: f"{service} 的 {rule}：{count} 条，最近 {at}",
    records_only="只记录",
    found_none=lambda word: f"24 小时内没有规则在 {word} 里匹配到内容。",
    trouble=lambda source, state: f"{source}：{state}",
    ask="为什么",
    wanted="告警编号，或服务、规则的名字",
)

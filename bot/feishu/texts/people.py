"""Who may do what, who did what, and how a chat wants to be told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.audit import Source
from bot.core.permission import Right
from bot.core.subscription import Acting, Mention
from bot.feishu.texts import cldr
from bot.feishu.texts.command import CommandText

One = Callable[[str], str]
Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTexts:
    """Rights, the audit, and the ways of a subscription."""

    may_not_act: str
    may_not_administer: str
    forwarded: str
    whoami: CommandText
    admin: CommandText
    audit: CommandText
    subscription: CommandText
    whoami_title: One
    admin_here: str
    rights: Callable[[Right], str]
    may: One
    may_not: One
    admins_title: Callable[[int], str]
    admins_none: str
    admins_hint: str
    audit_title: str
    audit_none: str
    sources: Mapping[Source, str]
    actions: Mapping[str, str]
    stale_title: str
    stale_lead: Two
    stale_run: str
    stale_note: One
    hours: str
    any_hour: str
    hours_begin: str
    hours_end: str
    zone: str
    urgent_from: One
    urgent: str
    acting: str
    actors: str
    acting_is: Callable[[Acting], str]
    mention: str
    mentions: str
    mention_is: Callable[[Mention], str]
    config_refused: One
    config_since: One
    advanced: str
    edit: str
    saved_changes: str
    wanted_hours: str
    wanted_zone: str
    wanted_acting: str
    wanted_person: str
    wanted_option: str


_ACTING_ZH = {
    Acting.EVERYONE: "所有人",
    Acting.LISTED: "指定的人",
    Acting.LEADERS: "群主、群管理员和运维管理员",
    Acting.NOBODY: "只读，不能操作",
}
_ACTING_EN = {
    Acting.EVERYONE: "everyone",
    Acting.LISTED: "people listed",
    Acting.LEADERS: "the group's owner, its managers and admins",
    Acting.NOBODY: "nobody: read only",
}
_MENTION_ZH = {
    Mention.NOBODY: "不提醒",
    Mention.ON_CALL: "值班的人",
    Mention.LISTED: "指定的人",
}
_MENTION_EN = {
    Mention.NOBODY: "nobody",
    Mention.ON_CALL: "who is on call",
    Mention.LISTED: "people listed",
}
_RIGHTS_ZH = {
    Right.READ: "查看告警和状态",
    Right.ACT: "认领、静默、解决",
    Right.MANAGE: "改本会话的订阅",
    Right.RULES: "改规则",
    Right.ADMINISTER: "运维管理",
}
_RIGHTS_EN = {
    Right.READ: "see alerts and status",
    Right.ACT: "acknowledge, mute, resolve",
    Right.MANAGE: "change this chat's subscriptions",
    Right.RULES: "change rules",
    Right.ADMINISTER: "administer",
}

PEOPLE_ZH = PeopleTexts(
    may_not_act="你没有权限在这里处理告警；发送 /whoami 看谁可以",
    may_not_administer="只有运维管理员可以",
    forwarded="这张卡片不是发给本会话的，不能在这里操作",
    whoami=CommandText(about="看我是谁、能做什么", usage="/whoami", examples=("/whoami", "我是谁")),
    admin=CommandText(about="列出运维管理员", usage="/admin list", examples=("/admin list",)),
    audit=CommandText(about="谁做过什么", usage="/audit [42]", examples=("/audit", "/audit 42")),
    subscription=CommandText(
        about="查看并修改一个订阅", usage="/subscription 3", examples=("/subscription 3",)
    ),
    whoami_title=lambda name: f"👤 {name}",
    admin_here="运维管理员",
    rights=lambda right: _RIGHTS_ZH[right],
    may=lambda what: f"✅ {what}",
    may_not=lambda what: f"🚫 {what}",
    admins_title=lambda count: f"运维管理员 {count} 人",
    admins_none="没有配置运维管理员",
    admins_hint="在配置文件的 [feishu] admins 里修改，保存后自动生效。",
    audit_title="📜 操作记录",
    audit_none="还没有操作记录",
    sources={
        Source.CLICK: "点击",
        Source.COMMAND: "命令",
        Source.REACTION: "表情",
        Source.SYSTEM: "系统",
        Source.CONFIG: "配置",
        Source.API: "接口",
    },
    actions={
        "acknowledged": "认领",
        "resolved": "解决",
        "muted": "静默",
        "unmuted": "取消静默",
        "subscribed": "订阅",
        "subscription_edited": "修改订阅",
        "unsubscribed": "取消订阅",
        "suspended": "暂停订阅",
        "ended": "群已解散",
        "resumed": "恢复订阅",
        "digest": "改日报时间",
        "refused": "被拒绝",
        "language": "改语言",
        "rule_made": "创建规则",
        "rule_changed": "修改规则",
        "rule_paused": "暂停规则",
        "rule_resumed": "恢复规则",
        "rule_deleted": "删除规则",
        "configuration_changed": "配置变更",
        "configuration_refused": "配置有错",
        "health_interval": "采样间隔",
        "host_forgotten": "移除主机",
        "judged": "评判日志",
        "token_made": "发放令牌",
        "token_revoked": "收回令牌",
    },
    stale_title="⏳ 这条命令来晚了，还要执行吗？",
    stale_lead=lambda text, ago: f"{text}（{ago}前发出）",
    stale_run="现在执行",
    stale_note=lambda at: f"⏳ 回复的是 {at} 的消息",
    hours="时段",
    any_hour="全天",
    hours_begin="开始",
    hours_end="结束（两项都不选为全天）",
    zone="时区",
    urgent_from=lambda severity: f"时段外只通知 {severity} 及以上，其余到点汇总",
    urgent="时段外仍立即通知",
    acting="谁可以操作",
    actors="指定的人（可不选）",
    acting_is=lambda acting: _ACTING_ZH[acting],
    mention="首次告警提醒",
    mentions="提醒谁（可不选）",
    mention_is=lambda mention: _MENTION_ZH[mention],
    config_refused=lambda problem: f"⚠️ 配置文件有错，仍用旧配置：{problem}",
    config_since=lambda at: f"配置自 {at} 起生效",
    advanced="更多：时段、权限、提醒",
    edit="修改",
    saved_changes="✅ 订阅已修改",
    wanted_hours="时段，例如 --hours 09:00-18:00，全天写 --hours all",
    wanted_zone="时区，例如 --tz Asia/Shanghai",
    wanted_acting="谁可以操作：everyone、admins、nobody，或 @某人",
    wanted_person="@某人、邮箱、手机号、open_id，或 oncall（值班）",
    wanted_option="--hours、--tz、--urgent、--act、--mention 之一",
)

PEOPLE_EN = PeopleTexts(
    may_not_act="You may not act on alerts here; /whoami says who may",
    may_not_administer="Only admins may do that",
    forwarded="This card was not sent to this chat; it cannot be used here",
    whoami=CommandText(
        about="who I am and what I may do", usage="/whoami", examples=("/whoami", "who am i")
    ),
    admin=CommandText(about="list the admins", usage="/admin list", examples=("/admin list",)),
    audit=CommandText(about="who did what", usage="/audit [42]", examples=("/audit", "/audit 42")),
    subscription=CommandText(
        about="see and change one subscription",
        usage="/subscription 3",
        examples=("/subscription 3",),
    ),
    whoami_title=lambda name: f"👤 {name}",
    admin_here="admin",
    rights=lambda right: _RIGHTS_EN[right],
    may=lambda what: f"✅ {what}",
    may_not=lambda what: f"🚫 {what}",
    admins_title=lambda count: cldr.many(count, "admin"),
    admins_none="No admins are configured",
    admins_hint="Change [feishu] admins in the configuration; it takes effect when saved.",
    audit_title="📜 Audit",
    audit_none="Nobody has done anything yet",
    sources={
        Source.CLICK: "click",
        Source.COMMAND: "command",
        Source.REACTION: "reaction",
        Source.SYSTEM: "system",
        Source.CONFIG: "configuration",
        Source.API: "API",
    },
    actions={},
    stale_title="⏳ This command comes late: run it now?",
    stale_lead=lambda text, ago: f"{text} (sent {ago} ago)",
    stale_run="Run it now",
    stale_note=lambda at: f"⏳ In answer to the message of {at}",
    hours="Hours",
    any_hour="any hour",
    hours_begin="From",
    hours_end="To (neither: any hour)",
    zone="Time zone",
    urgent_from=lambda severity: f"at other hours only {severity} and above ring; the rest waits",
    urgent="Rings at any hour",
    acting="Who may act",
    actors="People listed (optional)",
    acting_is=lambda acting: _ACTING_EN[acting],
    mention="First cards mention",
    mentions="Mention (optional)",
    mention_is=lambda mention: _MENTION_EN[mention],
    config_refused=lambda problem: f"⚠️ Configuration refused, the old one stays: {problem}",
    config_since=lambda at: f"Configuration in force since {at}",
    advanced="More: hours, rights, mentions",
    edit="Change",
    saved_changes="✅ Subscription changed",
    wanted_hours="hours, e.g. --hours 09:00-18:00, or --hours all",
    wanted_zone="a time zone, e.g. --tz Europe/Berlin",
    wanted_acting="who may act: everyone, admins, nobody, or @somebody",
    wanted_person="@somebody, an e-mail address, a mobile number, an open_id, or oncall",
    wanted_option="one of --hours, --tz, --urgent, --act, --mention",
)

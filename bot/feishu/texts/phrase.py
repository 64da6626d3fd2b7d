"""What is said of sentences, and help on commands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.permission import Right

One = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseTexts:
    """Sentences and the commands that they mean.

    Attributes:
        samples: Sentences that are understood, to begin with.
        groups: What commands are about, by the name of the group.
        said: Sentences that mean a command, by its name.
    """

    understood: One
    choose_title: str
    choose_lead: str
    confirm_title: str
    confirm: str
    lead: str
    samples: tuple[str, ...]
    groups: Mapping[str, str]
    usage: str
    examples: str
    in_words: str
    aliases: One
    who: Mapping[Right, str]
    back: str
    said: Mapping[str, tuple[str, ...]]


PHRASE_ZH = PhraseTexts(
    understood=lambda line: f"理解为 {line}",
    choose_title="🤔 你是想…",
    choose_lead="点一下才会执行；也可以换个说法。",
    confirm_title="⚠️ 确定要执行吗？",
    confirm="确定执行",
    lead="直接说也行，例如：",
    samples=("支付服务静默一小时", "最近一小时哪些报错最多", "谁在值班"),
    groups={
        "see": "👀 查看",
        "act": "🙋 处理",
        "quiet": "🔕 静默",
        "tell": "🔔 订阅",
        "rules": "📏 规则",
        "more": "🧰 其他",
    },
    usage="写法",
    examples="例子",
    in_words="也可以这样说",
    aliases=lambda names: f"别名：{names}",
    who={
        Right.READ: "本企业的人都可以",
        Right.ACT: "本会话里可以处理告警的人",
        Right.MANAGE: "群主、群管理员和运维管理员",
        Right.RULES: "群主、群管理员（在群里）和运维管理员",
        Right.ADMINISTER: "运维管理员",
    },
    back="全部命令",
    said={
        "alerts": ("现在有什么告警", "pay 最近两小时的严重告警"),
        "alert": ("42 怎么样了",),
        "why": ("pay 为什么没告警",),
        "top": ("最近一小时哪些报错最多",),
        "trend": ("pay 最近一天的趋势",),
        "ack": ("把 42 认领了", "认领 42 两小时"),
        "unack": ("取消 42 的认领",),
        "resolve": ("42 搞定了",),
        "assign": ("把 42 指派给 @林晓", "42 交给我"),
        "severity": ("把 42 的级别调成严重",),
        "mute": ("支付服务静默一小时", "静默 42 到明早九点"),
        "unmute": ("取消 pay 的静默",),
        "mutes": ("哪些被静默了",),
        "subscribe": ("订阅 pay 的严重告警",),
        "unsubscribe": ("取消所有订阅",),
        "oncall": ("今晚谁值班",),
        "status": ("一切正常吗",),
        "audit": ("谁认领了 42",),
        "lang": ("请说英文",),
        "health": ("机器健康吗",),
        "logs": ("pay 的日志里搜 “refused”",),
        "digest": ("给个汇总",),
        "rule": ("panic 规则",),
    },
)
PHRASE_EN = PhraseTexts(
    understood=lambda line: f"Understood as {line}",
    choose_title="🤔 Did you mean …",
    choose_lead="Nothing is done until you choose; or say it in other words.",
    confirm_title="⚠️ Is that to be done?",
    confirm="Yes, do it",
    lead="Plain sentences do, too:",
    samples=("silence pay for an hour", "what broke in the last 30 minutes", "who is on call"),
    groups={
        "see": "👀 See",
        "act": "🙋 Act",
        "quiet": "🔕 Mute",
        "tell": "🔔 Subscribe",
        "rules": "📏 Rules",
        "more": "🧰 More",
    },
    usage="Written",
    examples="Examples",
    in_words="Or said",
    aliases=lambda names: f"Also: {names}",
    who={
        Right.READ: "everybody of the company",
        Right.ACT: "whoever may act on alerts in this chat",
        Right.MANAGE: "the group's owner, its managers and admins",
        Right.RULES: "the owner and managers of a group, in that group, and admins",
        Right.ADMINISTER: "admins",
    },
    back="All commands",
    said={
        "alerts": ("show me critical alerts of pay", "what broke in the last 30 minutes"),
        "alert": ("what is 42",),
        "why": ("why didn't pay alert",),
        "top": ("top errors of the last hour",),
        "trend": ("trend of pay over the last day",),
        "ack": ("I'll take 42", "ack 42 for two hours please"),
        "unack": ("release 42 please",),
        "resolve": ("mark 42 as resolved",),
        "assign": ("assign 42 to me please",),
        "severity": ("set 42 to critical",),
        "mute": ("silence pay for an hour", "mute 42 until 9am tomorrow"),
        "unmute": ("lift the mute on pay",),
        "mutes": ("what is muted right now",),
        "subscribe": ("subscribe us to critical alerts of pay",),
        "unsubscribe": ("unsubscribe from everything",),
        "oncall": ("who is on call tonight",),
        "status": ("is everything ok?",),
        "audit": ("who acked 42",),
        "lang": ("switch to english",),
        "health": ("are the machines healthy",),
        "logs": ("search the logs of pay for “refused”",),
        "digest": ("daily digest please",),
        "rule": ("show the panic rule",),
    },
)

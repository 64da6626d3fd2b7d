"""What admins are told in private, and what a chat is told at the edges of its hours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.advice import Advice
from bot.feishu.texts import cldr

Facts = Mapping[str, str]
Count = Callable[[int], str]
Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A title, and what it means and asks for."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceTexts:
    """What admins are told; and farewells and digests."""

    advice: Callable[[Advice, Facts], Said]
    farewell: str
    after_hours: Count
    after_hours_lead: Two
    state_and_count: Two
    more: Count
    mentions: str
    why_lost: Callable[[str], str]


_WHY_ZH = {"the bot is out": "机器人被移出群", "the group was dissolved": "群已解散"}


def _zh(advice: Advice, facts: Facts) -> Said:
    chat, count, why = (facts.get(key, "") for key in ("chat", "count", "why"))
    match advice:
        case Advice.CHAT_LOST:
            return Said(
                title=f"⏸ 群“{chat}”收不到告警了",
                text=f"{count} 个订阅已暂停：{_WHY_ZH.get(why, why)}。"
                "别的群不订阅的告警改发给兜底群或管理员。把机器人重新拉进群就会自动恢复。",
            )
        case Advice.CHAT_ENDED:
            return Said(
                title=f"⛔ 群“{chat}”已解散",
                text=f"{count} 个订阅已终止。别的群不订阅的告警改发给兜底群或管理员；"
                "请在别的群里重新订阅。",
            )
        case Advice.CHAT_BACK:
            return Said(title=f"▶️ 群“{chat}”又能收到告警了", text=f"{count} 个订阅已恢复。")
        case Advice.CONFIG_REFUSED:
            return Said(
                title="⚠️ 新配置有错，继续用旧配置",
                text="改好文件后会自动重新读取；用 larkwatch check 可以先检查。",
            )
        case Advice.CONFIG_CHANGED:
            later = facts.get("later", "")
            return Said(
                title="🔄 配置已重新读取", text=f"以下各项重启后生效：{later}" if later else ""
            )


def _en(advice: Advice, facts: Facts) -> Said:
    chat, count, why = (facts.get(key, "") for key in ("chat", "count", "why"))
    match advice:
        case Advice.CHAT_LOST:
            return Said(
                title=f"⏸ The group “{chat}” cannot be told any more",
                text=f"Subscriptions suspended: {count}; {why}. Alerts that no other chat takes go "
                "to the fallback. They resume when the bot is added to the group again.",
            )
        case Advice.CHAT_ENDED:
            return Said(
                title=f"⛔ The group “{chat}” was dissolved",
                text=f"Subscriptions ended: {count}. Alerts that no other chat takes go to the "
                "fallback; subscribe another group.",
            )
        case Advice.CHAT_BACK:
            return Said(
                title=f"▶️ The group “{chat}” is told again",
                text=f"Subscriptions resumed: {count}.",
            )
        case Advice.CONFIG_REFUSED:
            return Said(
                title="⚠️ The new configuration is wrong; the old one stays",
                text="It is read again when the file changes; larkwatch check looks at it before.",
            )
        case Advice.CONFIG_CHANGED:
            later = facts.get("later", "")
            return Said(
                title="🔄 The configuration was read anew",
                text=f"These take effect at the next start: {later}" if later else "",
            )


ADVICE_ZH = AdviceTexts(
    advice=_zh,
    farewell="本会话不再关注这条告警，卡片不再更新",
    after_hours=lambda count: f"🌅 非工作时段共 {count} 条告警",
    after_hours_lead=lambda firing, over: f"{firing} 条仍在触发，{over} 条已结束或有人处理。",
    state_and_count=lambda state, count: f"{state} · {count} 次",
    more=lambda count: f"另有 {count} 条未列出，用 /alerts 查看",
    mentions="请关注：",
    why_lost=lambda why: _WHY_ZH.get(why, why),
)
ADVICE_EN = AdviceTexts(
    advice=_en,
    farewell="This chat follows the alert no more; the card is not updated any longer",
    after_hours=lambda count: f"🌅 While your hours were over: {cldr.many(count, 'alert')}",
    after_hours_lead=lambda firing, over: f"{firing} still firing, {over} over or taken on.",
    state_and_count=lambda state, count: f"{state} · {count}×",
    more=lambda count: f"{count} more are not listed; see /alerts",
    mentions="Please look: ",
    why_lost=lambda why: why,
)

"""What is said about delivery itself; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.feishu.texts import cldr

One = Callable[[str], str]
Count = Callable[[int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTexts:
    """Words about delivery itself; a lone `int` is a count, or the platform's code."""

    redacted: Count
    shortened: Count
    withheld: One
    look_there: One
    answer_withheld: str
    continues: str
    frozen: str
    digest_title: Count
    digest_lead: Callable[[str, str], str]
    digest_row: Callable[[str, str, str], str]
    digest_more: Count
    queued: Callable[[str, int, str], str]
    tripped: Callable[[str, str, str], str]
    lessened: Callable[[str, int], str]
    suspended: Callable[[str, str], str]
    sparing: One
    more_troubles: Count
    refused_here: Count


def _en(code: int) -> str:
    return f" ({code})" if code else ""


def _zh(code: int) -> str:
    return f"（{code}）" if code else ""


DELIVERY_EN = DeliveryTexts(
    redacted=lambda code: (
        f"Feishu refused the text{_en(code)}: numbers, mail and addresses are masked."
    ),
    shortened=lambda code: f"Feishu refused the text{_en(code)}: the log lines are left out.",
    withheld=lambda command: (
        f"Feishu refused what this alert says, so it is withheld; see {command}."
    ),
    look_there=lambda place: f"On the host: {place}",
    answer_withheld="Feishu refused the content of the answer; ask otherwise, or look on the host",
    continues="Continues the card above, which is too old to be edited.",
    frozen="This card is two weeks old and no longer follows the alert; a new card below does.",
    digest_title=lambda count: f"{cldr.many(count, 'alert')} came and went",
    digest_lead=lambda since, until: (
        f"Between {since} and {until} this chat could not be told. These are over by now:"
    ),
    digest_row=lambda count, first, last: f"{count}× · {first} → {last}",
    digest_more=lambda count: f"… and {count} more; /alerts shows what is still open",
    queued=lambda chat, count, age: f"{chat}: {count} waiting, oldest for {age}",
    tripped=lambda chat, fault, until: f"{chat}: failing, next try {until} ({fault})",
    lessened=lambda chat, count: (
        f"{chat}: {cldr.many(count, 'card')} with less on it, Feishu refused the text"
    ),
    suspended=lambda chat, why: f"{chat}: suspended ({why})",
    more_troubles=lambda count: f"… and {count} more",
    refused_here=lambda code: (
        f"In some chats the card shows less: Feishu refused the text{_en(code)}."
    ),
    sparing=lambda used: f"API calls nearly used up this month: {used}; edits are held back",
)
DELIVERY_ZH = DeliveryTexts(
    redacted=lambda code: f"飞书拒绝了原文{_zh(code)}：号码、邮箱和地址已隐去。",
    shortened=lambda code: f"飞书拒绝了原文{_zh(code)}：日志内容已略去。",
    withheld=lambda command: f"飞书拒绝了这条告警的内容，已不显示；详情请发送 {command}。",
    look_there=lambda place: f"主机上的位置：{place}",
    answer_withheld="飞书拒绝了回复的内容，请换个问法，或到主机上查看",
    continues="接上面那张卡片：它太旧，飞书不允许再更新。",
    frozen="这张卡片已满两周，不再更新；后续请看下面的新卡片。",
    digest_title=lambda count: f"期间有 {count} 条告警发生并恢复",
    digest_lead=lambda since, until: (
        f"{since} 到 {until} 之间无法向本群发送消息。以下告警现已恢复："
    ),
    digest_row=lambda count, first, last: f"{count} 次 · {first} → {last}",
    digest_more=lambda count: f"……还有 {count} 条；发送 /alerts 查看未恢复的告警",
    queued=lambda chat, count, age: f"{chat}：{count} 条待发，最久已等 {age}",
    tripped=lambda chat, fault, until: f"{chat}：连续失败，{until} 再试（{fault}）",
    lessened=lambda chat, count: f"{chat}：{count} 张卡片因飞书拒绝原文而内容不全",
    suspended=lambda chat, why: f"{chat}：已停发（{why}）",
    more_troubles=lambda count: f"……还有 {count} 条",
    refused_here=lambda code: f"有的群里卡片内容不全：飞书拒绝了原文{_zh(code)}。",
    sparing=lambda used: f"本月 API 调用量将用尽：{used}；卡片很少刷新",
)

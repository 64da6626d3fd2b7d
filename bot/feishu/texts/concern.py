"""What admins are told when delivery suffers; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.quota import SPARE_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernTexts:
    """Concerns of delivery; `where` and `code` are "" where there is nothing to say."""

    refused_title: str
    refused: str
    given_up_title: str
    given_up: str
    paused_title: str
    paused: str
    quota_title: Callable[[int], str]
    quota: Callable[[str, int], str]
    step_failed_title: Callable[[str], str]
    step_failed: str
    nobody_on_call_title: Callable[[str], str]
    nobody_on_call: str
    unheard_title: Callable[[int], str]
    unheard: str
    calendar_title: Callable[[str], str]
    calendar: str
    rules_title: str
    rules: str
    rule_given_up_title: Callable[[str], str]
    rule_given_up: str
    wrong_clock_title: Callable[[str], str]
    wrong_clock: Callable[[str], str]
    template_title: Callable[[str], str]
    template: str
    where: Callable[[str, int], str]
    code: Callable[[int, str], str]


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


CONCERN_EN = ConcernTexts(
    refused_title="Feishu refused content",
    refused="What was sent instead shows less. Told once per code and hour.",
    given_up_title="A message could not be delivered",
    given_up="It is tried again a few times, with longer and longer waits.",
    paused_title="Feishu refused the app: delivery paused",
    paused="Nothing is lost: what is owed waits, and one call now and then tries whether it works.",
    quota_title=lambda percent: f"{percent} % of this month's API calls are used",
    quota=lambda used, percent: (
        f"{used} calls. "
        + (
            "From now on only answers, first cards and critical notices are sent; edits seldom."
            if percent >= SPARE_AT
            else "At 95 % only answers, first cards and critical notices go out."
        )
        + " Raise [delivery] monthly_calls if your plan allows more."
    ),
    step_failed_title=lambda means: f"An escalation reached nobody: {means}",
    step_failed="The next step is taken at once.",
    nobody_on_call_title=lambda rota: f"Nobody is on call: {rota}",
    nobody_on_call="Admins stand in. Look at the rota's people and its calendar; see /oncall.",
    unheard_title=lambda alert: f"Nobody was told of critical alert #{alert}",
    unheard="It has no card anywhere and no next step of an escalation. Subscribe a chat, set "
    "[feishu] fallback_chat, or add an [[escalation]]; /alert shows it.",
    calendar_title=lambda rota: f"The calendar of the rota {rota} cannot be read",
    calendar="What it said last still holds.",
    rules_title="Some rules cannot be used",
    rules="They are left out; all others are looked for. /rules shows them; edit or delete them.",
    wrong_clock_title=lambda watch: f"The times in the lines of {watch} cannot be right",
    wrong_clock=lambda hours: (
        f"They differ by {hours} h from the clock of the host that reads them. Set time_zone of "
        'this watch to where they are written, e.g. "Asia/Shanghai" or "UTC"; if it is set, look '
        "at the clock of the host that writes them."
    ),
    rule_given_up_title=lambda rule: f"Rule {rule} took too long and was switched off",
    rule_given_up="Its pattern nearly explodes on lines of this file. All other rules are looked "
    "for. Write it without repetition in repetition, or without look-around and back-references; "
    "with another pattern it is looked for again.",
    template_title=lambda name: f"The template {name} breaks",
    template="The default is sent in its place. Mend it in the configuration; `larkwatch template "
    "preview` shows what it makes.",
    where=lambda chat, alert: _joined(
        [f"Chat {chat}" if chat else "", f"alert #{alert}" if alert else ""]
    ),
    code=lambda code, words: _joined([f"Code {code}" if code else "", words]),
)
CONCERN_ZH = ConcernTexts(
    refused_title="飞书拒绝了消息内容",
    refused="已改发内容更少的版本。同一错误码每小时只提醒一次。",
    given_up_title="有消息未能送达",
    given_up="之后会隔越来越长的时间再试几次。",
    paused_title="飞书拒绝了整个应用：投递已暂停",
    paused="不会丢失：待发的消息都留着，隔一会儿会试发一次。",
    quota_title=lambda percent: f"本月 API 调用量已用 {percent}%",
    quota=lambda used, percent: (
        f"已调用 {used} 次。"
        + (
            "从现在起只发回复、首次告警和严重通知，卡片很少刷新。"
            if percent >= SPARE_AT
            else "到 95% 后只发回复、首次告警和严重通知。"
        )
        + "如果套餐额度更高，请调大 [delivery] monthly_calls。"
    ),
    step_failed_title=lambda means: f"升级未送达：{means}",
    step_failed="已立即执行下一步。",
    nobody_on_call_title=lambda rota: f"“{rota}”现在无人值班",
    nobody_on_call="已改为通知管理员。请检查值班表的人员和日历，用 /oncall 查看。",
    unheard_title=lambda alert: f"严重告警 #{alert} 没有通知到任何人",
    unheard="它没有卡片，也没有下一步升级。请让一个群订阅、设置 [feishu] fallback_chat，"
    "或添加 [[escalation]]；用 /alert 查看。",
    calendar_title=lambda rota: f"值班表“{rota}”的日历读取失败",
    calendar="沿用上次读到的内容。",
    rules_title="有规则不能使用",
    rules="已跳过它们，其他规则照常。用 /rules 查看，修改或删除即可。",
    wrong_clock_title=lambda watch: f"{watch} 的日志时间不对",
    wrong_clock=lambda hours: (
        f"日志写的时间与读取主机的时钟相差 {hours} 小时。请把该监视的 time_zone 设为写日志的时区，"
        "例如 Asia/Shanghai 或 UTC；若已设置，请检查写日志主机的时钟。"
    ),
    rule_given_up_title=lambda rule: f"规则 {rule} 耗时过长，已停用",
    rule_given_up="它的正则在这个文件的某些行上几乎无法算完；其他规则照常。请去掉嵌套的重复，"
    "或不用环视和反向引用；正则改过之后会重新启用。",
    template_title=lambda name: f"模板 {name} 出错",
    template="已改用默认模板发送。请在配置里修正；可用 `larkwatch template preview` 预览。",
    where=lambda chat, alert: _joined(
        [f"会话 {chat}" if chat else "", f"告警 #{alert}" if alert else ""]
    ),
    code=lambda code, words: _joined([f"错误码 {code}" if code else "", words]),
)

"""What a severity sends out beside the chats, and its approval; a section with both languages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.errand import ErrandState
from bot.feishu.texts.command import CommandText

_One = Callable[[str], str]
_Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandTexts:
    """Errands on cards, in messages, and their approval.

    Attributes:
        states: How one stands that the card tells of; the others are in the timeline.
    """

    firing: _One
    pushed: _One
    states: Mapping[ErrandState, str]
    stands: _Two
    dry_run: str
    approve: str
    decline: str
    approved: _Two
    declined: _Two
    over: str
    decided: _One
    may_not: _One
    who: Mapping[str, str]
    command: CommandText
    wanted_template: str
    unknown_template: str
    no_templates: str
    template_breaks: _One
    preview: str


ERRAND_EN = ErrandTexts(
    firing=lambda severity: f"🔔 {severity}: it fires",
    pushed=lambda severity: f"🔔 {severity}: pushed at once",
    states={
        ErrandState.ASKED: "⏸ Waits for approval",
        ErrandState.OWED: "▶️ About to be done",
        ErrandState.BEGUN: "▶️ Under way",
        ErrandState.COOLING: "❄️ Not done again so soon",
    },
    stands=lambda state, what: f"{state}: {what}",
    dry_run="dry run",
    approve="Approve",
    decline="Decline",
    approved=lambda name, key: f"{name} approved {key}",
    declined=lambda name, key: f"{name} declined {key}",
    over="The alert is over: it is not done any more",
    decided=lambda name: f"{name} decided on this already" if name else "This is decided already",
    may_not=lambda who: f"Who may approve this: {who}",
    who={
        "admins": "admins",
        "leaders": "the group's owner and managers",
        "everyone": "everyone",
    },
    command=CommandText(
        about="what a template makes of an alert (admins)",
        usage="/template name [42]",
        examples=("/template short 42",),
    ),
    wanted_template="the name of a template, and an alert's number",
    unknown_template="There is no such template",
    no_templates="no [[template]] is configured",
    template_breaks=lambda name: f"The template {name} breaks",
    preview="📝 Preview:",
)
ERRAND_ZH = ErrandTexts(
    firing=lambda severity: f"🔔 {severity}告警触发",
    pushed=lambda severity: f"🔔 {severity}告警，直接加急",
    states={
        ErrandState.ASKED: "⏸ 等待批准",
        ErrandState.OWED: "▶️ 即将执行",
        ErrandState.BEGUN: "▶️ 正在执行",
        ErrandState.COOLING: "❄️ 刚执行过，冷却中，本次不执行",
    },
    stands=lambda state, what: f"{state}：{what}",
    dry_run="演练",
    approve="批准",
    decline="拒绝",
    approved=lambda name, key: f"{name} 批准了 {key}",
    declined=lambda name, key: f"{name} 拒绝了 {key}",
    over="告警已经结束，不再执行",
    decided=lambda name: f"{name} 已经处理过" if name else "已经处理过",
    may_not=lambda who: f"能批准的人：{who}",
    who={"admins": "运维管理员", "leaders": "群主和群管理员", "everyone": "所有人"},
    command=CommandText(
        about="模板用在告警上的样子（管理员）",
        usage="/template 名称 [42]",
        examples=("/template short 42",),
    ),
    wanted_template="模板的名称，和告警编号",
    unknown_template="没有这个模板",
    no_templates="没有配置 [[template]]",
    template_breaks=lambda name: f"模板 {name} 出错",
    preview="📝 预览：",
)

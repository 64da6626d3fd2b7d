"""What the cards of alerts told together say; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.feishu.texts import cldr

Count = Callable[[int], str]
One = Callable[[str], str]
Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTexts:
    """Cards that tell of several alerts, and their notices."""

    labels: One
    upstream: One
    storm: str
    limited: str
    away: One
    about_labels: str
    about_upstream: str
    about_storm: str
    about_limited: str
    about_away: Two
    storm_over: One
    alerts: Count
    firing: Count
    acknowledged: Count
    unknown: Count
    resolved: Count
    all_resolved: str
    rules: str
    services: str
    no_service: str
    more: Count
    held_back: Count
    act_on: One
    ack_all: Count
    resolve_all: Count
    together: Callable[[str, str, str], str]
    joined: Count
    repeated: One
    repeated_group: Count


GROUP_EN = GroupTexts(
    labels=lambda key: f"Alerts of {key}",
    upstream=lambda number: f"Alerts that come of #{number}",
    storm="🌊 Alert storm",
    limited="🧺 Alerts held back by a limit",
    away=lambda rule: f"💤 While I was away: {rule}",
    about_labels="Alerts that belong together share this card.",
    about_upstream="What they depend on is broken: they do not ring, they are shown here.",
    about_storm="Too many alerts began at once; these have no card of their own.",
    about_limited="The limit on messages was used up; these have no card of their own.",
    about_away=lambda left, back: (
        f"Larkwatch was not running from {left} to {back}; found in the backlog:"
    ),
    storm_over=lambda at: f"The storm was over at {at}.",
    alerts=lambda count: cldr.many(count, "alert"),
    firing=lambda count: f"{count} firing",
    acknowledged=lambda count: f"{count} acknowledged",
    unknown=lambda count: f"{count} unknown",
    resolved=lambda count: f"{count} resolved",
    all_resolved="All resolved",
    rules="By rule",
    services="By service",
    no_service="(none)",
    more=lambda count: f"{count} more: /alerts",
    held_back=lambda count: f"🧺 {cldr.many(count, 'message')} held back",
    act_on=lambda number: f"The worst one, #{number}:",
    ack_all=lambda count: f"Acknowledge all {count}…",
    resolve_all=lambda count: f"Resolve all {count}…",
    together=lambda count, span, first: f"⛓ {count} alerts began within {span}; first: {first}",
    joined=lambda count: f"{cldr.many(count, 'new alert')} on this card",
    repeated=lambda span: f"Still firing after {span}, and nobody took it on",
    repeated_group=lambda count: f"Still firing and not taken on: {count}",
)
GROUP_ZH = GroupTexts(
    labels=lambda key: f"{key} 的告警",
    upstream=lambda number: f"由 #{number} 引起的告警",
    storm="🌊 告警风暴",
    limited="🧺 被限流合并的告警",
    away=lambda rule: f"💤 我不在的时候：{rule}",
    about_labels="同一组的告警合在这张卡片上。",
    about_upstream="它们依赖的服务出了问题：不再单独提醒，都列在这里。",
    about_storm="短时间内告警太多，以下告警不再单独发卡片。",
    about_limited="提醒次数已达上限，以下告警不再单独发卡片。",
    about_away=lambda left, back: f"Larkwatch 在 {left} 到 {back} 之间没有运行，补读日志时发现：",
    storm_over=lambda at: f"风暴已于 {at} 平息。",
    alerts=lambda count: f"{count} 条告警",
    firing=lambda count: f"{count} 条触发中",
    acknowledged=lambda count: f"{count} 条已认领",
    unknown=lambda count: f"{count} 条未知",
    resolved=lambda count: f"{count} 条已恢复",
    all_resolved="全部已恢复",
    rules="按规则",
    services="按服务",
    no_service="（无）",
    more=lambda count: f"另有 {count} 条，见 /alerts",
    held_back=lambda count: f"🧺 已合并 {count} 条提醒",
    act_on=lambda number: f"其中最严重的 #{number}：",
    ack_all=lambda count: f"认领全部 {count} 条…",
    resolve_all=lambda count: f"解决全部 {count} 条…",
    together=lambda count, span, first: f"⛓ {span}内同时出现 {count} 条告警，最先的是 {first}",
    joined=lambda count: f"这张卡片新增 {count} 条告警",
    repeated=lambda span: f"已持续 {span}，仍无人认领",
    repeated_group=lambda count: f"仍有 {count} 条告警在触发，无人认领",
)

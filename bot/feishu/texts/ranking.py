"""What cards say of rankings and trends; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.engine.places import By
from bot.feishu.texts.command import CommandText

_Count = Callable[[int], str]
_One = Callable[[str], str]
_Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingTexts:
    """``/top`` and ``/trend``: what was found most, and how it went."""

    top: CommandText
    trend: CommandText
    top_title: _Two
    by: Callable[[By], str]
    no_name: Callable[[By], str]
    of_chat: _One
    of_everything: str
    of_filter: _One
    total: _Two
    nothing: str
    nothing_hint: str
    against: _One
    against_before: _One
    fresh: str
    rise: _One
    fall: _One
    same: str
    unknown: str
    count: str
    share: str
    change: str
    others: _Count
    example: _One
    show_alerts: str
    mute_it: str
    everything: str
    trend_title: _One
    per_step: _One
    now_series: str
    day_before: str
    week_before: str
    weeks_before: _Count
    records: str
    peak: str
    to_top: str
    to_trend: str
    by_samples: str
    wanted: str
    wanted_span: str
    wanted_trend: str
    wanted_field: str


_BY_ZH = {By.TEMPLATE: "模板", By.SERVICE: "服务", By.RULE: "规则", By.HOST: "主机"}
_BY_EN = {By.TEMPLATE: "Template", By.SERVICE: "Service", By.RULE: "Rule", By.HOST: "Host"}
_NONE_ZH = {By.TEMPLATE: "（其他模板）", By.SERVICE: "（无服务）", By.HOST: "（无主机）"}
_NONE_EN = {By.TEMPLATE: "(other templates)", By.SERVICE: "(no service)", By.HOST: "(no host)"}

RANKING_ZH = RankingTexts(
    top=CommandText(
        about="最近哪些报错最多，某个字段哪些值最多",
        usage="/top [字段] [1h] [标签=值…] [by service|rule|host|template]",
        examples=(
            "/top",
            "排行 24小时 按服务",
            "/top path service=nginx 1h",
            "排行 用户 rule=login_failed 今天",
        ),
    ),
    trend=CommandText(
        about="报错、数值字段或主机指标的走势，与昨天或上周同期比",
        usage="/trend [字段 [p95|mean|max|count…]] [24h] [标签=值…]",
        examples=(
            "/trend",
            "趋势 service=pay 7天",
            "/trend latency_ms service=pay 6h p95",
            "趋势 磁盘 host=web-1",
        ),
    ),
    top_title=lambda span, by: f"🏆 最近 {span}报错最多的{by}",
    by=_BY_ZH.__getitem__,
    no_name=lambda by: _NONE_ZH.get(by, "（无）"),
    of_chat=lambda what: f"范围：本会话订阅（{what}）",
    of_everything="范围：全部",
    of_filter=lambda what: f"范围：{what}",
    total=lambda count, change: f"共 {count} 条，{change}",
    nothing="没有匹配的记录 🎉",
    nothing_hint="这段时间、这个范围内没有任何规则命中。",
    against=lambda earlier: f"较{earlier}",
    against_before=lambda change: f"较前一段 {change}",
    fresh="新出现",
    rise=lambda percent: f"↑ {percent}%",
    fall=lambda percent: f"↓ {percent}%",
    same="持平",
    unknown="—",
    count="条数",
    share="占比",
    change="较前一段",
    others=lambda count: f"另有 {count:,} 项未列出",
    example=lambda line: f"例：{line}",
    show_alerts="看告警",
    mute_it="静默 1h",
    everything="看全部",
    trend_title=lambda span: f"📊 最近 {span}走势",
    per_step=lambda step: f"每 {step}的匹配条数",
    now_series="本期",
    day_before="昨天同期",
    week_before="上周同期",
    weeks_before=lambda count: f"{count} 周前同期",
    records="匹配",
    peak="峰值",
    to_top="看排行",
    to_trend="看走势",
    by_samples="短时间内的大量记录按其最新几行归入模板。",
    wanted=(
        "时间（如 1h、24小时、7天）、条件（如 service=pay）、一个字段或 "
        "by service|rule|host|template"
    ),
    wanted_span="5 分钟到 14 天之间的一段时间",
    wanted_trend="时间、条件和一个字段，例如 /trend service=pay 24h",
    wanted_field="要统计的字段和条件，例如 /top path status>=500",
)

RANKING_EN = RankingTexts(
    top=CommandText(
        about="What was found most lately, or which values of a field",
        usage="/top [field] [1h] [label=value…] [by service|rule|host|template]",
        examples=(
            "/top",
            "/top 24h by service",
            "/top path service=nginx 1h",
            "/top user rule=login_failed today",
        ),
    ),
    trend=CommandText(
        about="Matches, numbers of a field or of a host over time, against the day or week before",
        usage="/trend [field [p95|mean|max|count…]] [24h] [label=value…]",
        examples=(
            "/trend",
            "/trend service=pay 7d",
            "/trend latency_ms service=pay 6h p95",
            "/trend disk host=web-1",
        ),
    ),
    top_title=lambda span, by: f"🏆 Most matches in {span}, by {by.lower()}",
    by=_BY_EN.__getitem__,
    no_name=lambda by: _NONE_EN.get(by, "(none)"),
    of_chat=lambda what: f"Of what this chat subscribed to ({what})",
    of_everything="Of everything",
    of_filter=lambda what: f"Of {what}",
    total=lambda count, change: f"{count} in all, {change}",
    nothing="No matches 🎉",
    nothing_hint="No rule found anything here in this time.",
    against=lambda earlier: f"Against {earlier}",
    against_before=lambda change: f"{change} against the time before",
    fresh="new",
    rise=lambda percent: f"↑ {percent}%",
    fall=lambda percent: f"↓ {percent}%",
    same="same",
    unknown="—",
    count="Matches",
    share="Share",
    change="Change",
    others=lambda count: f"{count:,} more not listed",
    example=lambda line: f"e.g. {line}",
    show_alerts="Alerts",
    mute_it="Mute 1h",
    everything="Everything",
    trend_title=lambda span: f"📊 Matches of the last {span}",
    per_step=lambda step: f"Matches per {step}",
    now_series="now",
    day_before="the day before",
    week_before="the week before",
    weeks_before=lambda count: f"{count} weeks before",
    records="Matches",
    peak="Peak",
    to_top="Ranking",
    to_trend="Trend",
    by_samples="Of a burst, the newest few lines say of which templates it is.",
    wanted=(
        "a span (1h, 24h, 7d), conditions (service=pay), one field, "
        "or by service, rule, host or template"
    ),
    wanted_span="a span from 5 minutes to 14 days",
    wanted_trend="a span, conditions and one field, for example /trend service=pay 24h",
    wanted_field="a field to count by before its conditions, for example /top path status>=500",
)

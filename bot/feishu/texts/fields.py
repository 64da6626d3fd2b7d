"""What cards say of fields of records, their values and their numbers; both languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.engine.field_courses import Stat

_One = Callable[[str], str]
_Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTexts:
    """``/top FIELD`` and ``/trend FIELD``."""

    top_title: _Two
    trend_title: _Two
    of_host: _One
    total: _Two
    distinct: _One
    nothing: str
    nothing_hint: str
    sampled: _Two
    recorded: _One
    rest: _One
    lines: str
    stat: Callable[[Stat], str]
    low: str
    mean: str
    high: str
    records: str
    full_in: _One
    never_full: str
    per_step: _Two
    unknown: _One
    none_known: str
    elsewhere: _One
    which_host: _One
    not_of_hosts: str
    full: Callable[[int], str]


_STATS_ZH = {
    Stat.MEAN: "均值",
    Stat.MIN: "最小",
    Stat.MAX: "最大",
    Stat.SUM: "合计",
    Stat.COUNT: "次数",
}
_STATS_EN = {
    Stat.MEAN: "mean",
    Stat.MIN: "lowest",
    Stat.MAX: "highest",
    Stat.SUM: "sum",
    Stat.COUNT: "count",
}

FIELDS_ZH = FieldTexts(
    top_title=lambda span, field: f"🏆 最近 {span} {field} 排行",
    trend_title=lambda span, field: f"📈 最近 {span} {field} 走势",
    of_host=lambda host: f"主机：{host}",
    total=lambda count, change: f"共 {count} 条，{change}",
    distinct=lambda count: f"{count} 个不同的值",
    nothing="这段时间没有数据",
    nothing_hint=("字段从命中规则的日志中提取；也可在配置里设为统计每一行。"),
    sampled=lambda looked, total: (
        f"采样统计：读取了 {total} 条中的 {looked} 条，各值为估算，总数准确。"
    ),
    recorded=lambda conditions: (
        f"{f'条件：{conditions}。' if conditions else ''}"
        "仅统计命中规则并保存了原文的日志，可能少于实际条数。"
    ),
    rest=lambda count: f"其他值共 {count} 条",
    lines="看日志",
    stat=lambda stat: _STATS_ZH.get(stat, stat.value),
    low="最低",
    mean="均值",
    high="最高",
    records="条数",
    full_in=lambda span: f"🟠 照此趋势约 {span} 后写满",
    never_full="一周内不会写满",
    per_step=lambda stat, step: f"每 {step}的{stat}",
    unknown=lambda known: f"已保存的字段之一：{known}",
    elsewhere=lambda services: f"有这个字段（且为所需类型）的服务：{services}",
    none_known="已保存的字段；目前还没有，见配置 [fields]",
    which_host=lambda known: f"主机名，例如 host={known}" if known else "已上报的主机，host=…",
    not_of_hosts="主机指标只能按 host=… 筛选",
    full=lambda count: f"字段序列已达上限，新的不再保存（已舍弃 {count} 次）；见配置 [fields]",
)

FIELDS_EN = FieldTexts(
    top_title=lambda span, field: f"🏆 Top {field} in {span}",
    trend_title=lambda span, field: f"📈 {field} over the last {span}",
    of_host=lambda host: f"Of host {host}",
    total=lambda count, change: f"{count} records, {change}",
    distinct=lambda count: f"{count} different values",
    nothing="Nothing in this time",
    nothing_hint=(
        "Fields are taken from lines that rules match; "
        "every_line = true in [watch.fields] counts every line."
    ),
    sampled=lambda looked, total: (
        f"Sampled: {looked} of {total} records were read; the total is exact, each value estimated."
    ),
    recorded=lambda conditions: (
        f"{f'Where {conditions}. ' if conditions else ''}"
        "Only of lines that rules found and that are kept; there may have been more."
    ),
    rest=lambda count: f"{count} with other values",
    lines="Lines",
    stat=lambda stat: _STATS_EN.get(stat, stat.value),
    low="Lowest",
    mean="Mean",
    high="Highest",
    records="Records",
    full_in=lambda span: f"🟠 Full in {span} if it goes on like this",
    never_full="Not full within a week",
    per_step=lambda stat, step: f"{stat} per {step}",
    unknown=lambda known: f"one of the fields that are kept: {known}",
    elsewhere=lambda services: f"a service whose records have it: {services}",
    none_known="a field that is kept; there are none yet, see [fields] in the configuration",
    which_host=lambda known: (
        f"a host, for example host={known}" if known else "a host that reports"
    ),
    not_of_hosts="figures of hosts can only be asked for by host=…",
    full=lambda count: (
        f"There are too many series of fields: new ones are not kept ({count} times by now); "
        "see [fields] in the configuration"
    ),
)

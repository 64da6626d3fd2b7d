"""What cards say of a chat's day; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.feishu.texts.command import CommandText

_Count = Callable[[int], str]
_One = Callable[[str], str]
_Two = Callable[[str, str], str]
_Three = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyTexts:
    """The daily digest, and when it comes."""

    command: CommandText
    title: str
    period: _Two
    quiet_title: str
    quiet: _Two
    opened: str
    against: _One
    none_opened: str
    still_open: str
    muted: _Count
    all_over: str
    mtta: str
    mttr: str
    mtta_note: _Three
    mttr_note: _Three
    chart: str
    records: _Two
    noisiest: str
    change: str
    grown: str
    grown_row: _Three
    open_title: str
    mutes: _Count
    idle: _Count
    ranking: str
    trend: str
    alerts: str
    comes_at: _One
    plan_title: _One
    plan_zone: _One
    off_title: str
    off_hint: str
    now: str
    turn_off: str
    turn_on: str
    wanted: str


def _alerts(count: str) -> str:
    return f"{count} alert{'' if count == '1' else 's'}"


DAILY_ZH = DailyTexts(
    command=CommandText(
        about="每天的告警日报，看一眼或改时间",
        usage="/digest [now | at 09:00 [时区] | on | off]",
        examples=("/digest now", "日报 at 09:30", "/digest off"),
    ),
    title="📋 告警日报",
    period=lambda since, until: f"{since} → {until}",
    quiet_title="🌙 一天平静",
    quiet=lambda since, until: f"{since} → {until}：没有告警，也没有匹配的记录。",
    opened="新告警",
    against=lambda change: f"较前一天 {change}",
    none_opened="一天没有新告警",
    still_open="仍未恢复",
    muted=lambda count: f"{count:,} 条已静默",
    all_over="全部恢复",
    mtta="认领用时",
    mttr="恢复用时",
    mtta_note=lambda count, middle, mean: f"MTTA：{count} 次认领，中位 {middle}，平均 {mean}",
    mttr_note=lambda count, middle, mean: f"MTTR：{count} 次恢复，中位 {middle}，平均 {mean}",
    chart="每小时匹配条数",
    records=lambda count, change: f"匹配记录 {count} 条，较前一天 {change}",
    noisiest="最吵的模板",
    change="较前一天",
    grown="📈 比前一天明显变多",
    grown_row=lambda name, count, change: f"{name}：{count} 条（{change}）",
    open_title="仍未恢复",
    mutes=lambda count: f"🔕 生效中的静默 {count} 条",
    idle=lambda count: f"⚠️ 其中 {count} 条没有挡住任何告警",
    ranking="看排行",
    trend="看走势",
    alerts="看告警",
    comes_at=lambda at: f"每天 {at} 发送；/digest at 18:00 改时间，/digest off 关闭",
    plan_title=lambda at: f"📋 每天 {at} 发送日报",
    plan_zone=lambda zone: f"时区 {zone}；范围是本会话订阅的告警",
    off_title="日报已关闭",
    off_hint="发送 /digest at 09:00 开启；/digest now 随时看一眼。",
    now="现在看",
    turn_off="关闭",
    turn_on="开启",
    wanted="now、on、off，或时间，例如 at 09:00 或 at 09:00 Asia/Tokyo",
)

DAILY_EN = DailyTexts(
    command=CommandText(
        about="The daily digest: see it, or change its hour",
        usage="/digest [now | at 09:00 [zone] | on | off]",
        examples=("/digest now", "/digest at 09:30", "/digest off"),
    ),
    title="📋 Daily digest",
    period=lambda since, until: f"{since} → {until}",
    quiet_title="🌙 A quiet day",
    quiet=lambda since, until: f"{since} → {until}: no alerts, and no matches.",
    opened="New alerts",
    against=lambda change: f"{change} against the day before",
    none_opened="no new alert all day",
    still_open="Still open",
    muted=lambda count: f"{count:,} muted",
    all_over="all over",
    mtta="To acknowledge",
    mttr="To resolve",
    mtta_note=lambda count, middle, mean: (
        f"MTTA: {_alerts(count)} acknowledged, median {middle}, mean {mean}"
    ),
    mttr_note=lambda count, middle, mean: (
        f"MTTR: {_alerts(count)} resolved, median {middle}, mean {mean}"
    ),
    chart="Matches per hour",
    records=lambda count, change: f"{count} matches, {change} against the day before",
    noisiest="Noisiest templates",
    change="Change",
    grown="📈 Much more than the day before",
    grown_row=lambda name, count, change: f"{name}: {count} ({change})",
    open_title="Still open",
    mutes=lambda count: f"🔕 {count} active mute{'' if count == 1 else 's'}",
    idle=lambda count: f"⚠️ {count} of them hit{'s' if count == 1 else ''} nothing",
    ranking="Ranking",
    trend="Trend",
    alerts="Alerts",
    comes_at=lambda at: f"Every day at {at}; /digest at 18:00 changes that, /digest off ends it",
    plan_title=lambda at: f"📋 Daily digest at {at}",
    plan_zone=lambda zone: f"Time zone {zone}; of what this chat subscribed to",
    off_title="The daily digest is off",
    off_hint="/digest at 09:00 turns it on; /digest now shows it at any time.",
    now="Show now",
    turn_off="Turn off",
    turn_on="Turn on",
    wanted="now, on, off, or a time such as at 09:00 or at 09:00 Asia/Tokyo",
)

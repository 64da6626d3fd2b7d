"""What cards say of mutes: their list, their ends, previews; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.mute import MuteEvent
from bot.feishu.texts import cldr

_Count = Callable[[int], str]
_One = Callable[[str], str]
_Two = Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteTexts:
    """Mutes: list, history, preview, and what is told when one ends."""

    title: _Count
    none: str
    none_hint: str
    until: _Two
    hits: _Count
    hits_nothing: str
    suppressed: _Count
    by: _One
    version: _Count
    next_window: _One
    provisioned: _One
    notify_only: str
    lift: str
    add_hour: str
    made: _One
    made_lines: _Two
    ends: _One
    extended: _Two
    lifted: _One
    more: _Count
    resolved: str
    worse: _Count
    days: Callable[[frozenset[int]], str]
    every: Callable[[str, str, str, str], str]
    preview_title: str
    preview_open: _Count
    preview_lately: _Count
    preview_hint: str
    set_it: str
    ending_title: _One
    ended_title: _One
    worse_title: Callable[[str, int], str]
    firing: _Count
    acknowledged: _Count
    resolved_meanwhile: _Count
    first_seen: _Count
    fresh: str
    nothing_came: str
    again: str
    today_title: _Count
    end_today: _Count
    hit_nothing: _Count
    show_all: str
    history_title: str
    history_none: str
    history_button: str
    event: Callable[[MuteEvent], str]
    wanted_recurrence: str
    wanted_zone: str
    wanted_times: str


_EVENTS_EN: dict[MuteEvent, str] = {
    MuteEvent.SET: "set",
    MuteEvent.EXTENDED: "given another end",
    MuteEvent.LIFTED: "lifted",
    MuteEvent.EXPIRED: "expired",
    MuteEvent.RESOLVED: "over, all is resolved",
    MuteEvent.WORSE: "over, it became worse",
    MuteEvent.REMOVED: "removed from the configuration",
}
_EVENTS_ZH: dict[MuteEvent, str] = {
    MuteEvent.SET: "设置",
    MuteEvent.EXTENDED: "改了结束时间",
    MuteEvent.LIFTED: "取消",
    MuteEvent.EXPIRED: "到期",
    MuteEvent.RESOLVED: "结束：都已解决",
    MuteEvent.WORSE: "结束：情况恶化",
    MuteEvent.REMOVED: "从配置文件中移除",
}
_WEEKDAYS, _WEEKEND, _EVERY_DAY = range(5), range(5, 7), range(7)


def _days_en(days: frozenset[int]) -> str:
    if days == frozenset(_EVERY_DAY):
        return "every day"
    if days == frozenset(_WEEKDAYS):
        return "every weekday"
    if days == frozenset(_WEEKEND):
        return "every weekend"
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return "every " + ", ".join(names[day] for day in sorted(days))


def _days_zh(days: frozenset[int]) -> str:
    if days == frozenset(_EVERY_DAY):
        return "每天"
    if days == frozenset(_WEEKDAYS):
        return "每个工作日"
    if days == frozenset(_WEEKEND):
        return "每个周末"
    return "每周" + "、".join("一二三四五六日"[day] for day in sorted(days))


MUTE_EN = MuteTexts(
    title=lambda count: cldr.many(count, "mute"),
    none="Nothing is muted",
    none_hint="For example /mute 42 1h, or /mute service=pay 2d releasing",
    until=lambda until, left: f"until {until} ({left} left)",
    hits=lambda count: f"hides {cldr.many(count, 'alert')} now",
    hits_nothing="⚠️ hits nothing",
    suppressed=lambda count: f"{cldr.many(count, 'record')} suppressed",
    by=lambda name: f"by {name}",
    version=lambda number: f"version {number}",
    next_window=lambda at: f"next from {at}",
    provisioned=lambda name: f"configured as “{name}”",
    notify_only="cards come, nothing rings",
    lift="Unmute",
    add_hour="+1h",
    made=lambda number: f"🔕 Muted {number}",
    made_lines=lambda until, span: f"Until {until} ({span})",
    ends=lambda until: f"until {until}",
    extended=lambda number, until: f"🔕 {number} now lasts until {until}",
    lifted=lambda numbers: f"🔔 Unmuted {numbers}",
    more=lambda count: f"{cldr.many(count, 'more mute')} not listed",
    resolved="resolved",
    worse=lambda times: f"{times}× worse",
    days=_days_en,
    every=lambda days, begins, ends, zone: f"{days} {begins}–{ends} {zone}",
    preview_title="🔎 What this mute would hide",
    preview_open=lambda count: f"{cldr.many(count, 'open alert')} now",
    preview_lately=lambda count: f"{cldr.many(count, 'alert')} of the last 24 hours",
    preview_hint="Nothing is muted yet.",
    set_it="Mute them",
    ending_title=lambda number: f"⏳ Mute {number} is about to end",
    ended_title=lambda number: f"🔔 Mute {number} has ended",
    worse_title=lambda number, times: f"📈 {times}× worse: mute {number} has ended",
    firing=lambda count: f"🔥 {count:,} still firing",
    acknowledged=lambda count: f"{count:,} acknowledged",
    resolved_meanwhile=lambda count: f"🟢 {count:,} resolved meanwhile",
    first_seen=lambda count: f"🆕 {count:,} seen for the first time",
    fresh="first seen",
    nothing_came="nothing came in meanwhile",
    again="Mute again, 1h",
    today_title=lambda count: f"🔕 {cldr.many(count, 'active mute')}",
    end_today=lambda count: f"{count} {cldr.plural('en', count, 'ends', 'end')} today",
    hit_nothing=lambda count: f"⚠️ {count} {cldr.plural('en', count, 'hits', 'hit')} nothing",
    show_all="All mutes",
    history_title="History of mutes",
    history_none="No mute was ever set",
    history_button="History",
    event=_EVENTS_EN.__getitem__,
    wanted_recurrence="days and hours: every weekday 22:00-06:00, every Mon,Wed 01:00-02:00 UTC",
    wanted_zone="a time zone such as Asia/Shanghai, Europe/Berlin or UTC",
    wanted_times="a figure from 2 to 1000, for example until x10",
)

MUTE_ZH = MuteTexts(
    title=lambda count: f"静默 {count} 条",
    none="当前没有静默",
    none_hint="例：/mute 42 1h，或 /mute service=pay 2天 发布中",
    until=lambda until, left: f"至 {until}（还有 {left}）",
    hits=lambda count: f"正在挡住 {count} 条告警",
    hits_nothing="⚠️ 没有挡住任何告警",
    suppressed=lambda count: f"已压下 {count:,} 条记录",
    by=lambda name: f"由 {name} 设置",
    version=lambda number: f"第 {number} 版",
    next_window=lambda at: f"下次 {at} 开始",
    provisioned=lambda name: f"写在配置文件里：“{name}”",
    notify_only="卡片照发，只是不响",
    lift="取消静默",
    add_hour="+1h",
    made=lambda number: f"🔕 已静默 {number}",
    made_lines=lambda until, span: f"到 {until} 为止（{span}）",
    ends=lambda until: f"至 {until}",
    extended=lambda number, until: f"🔕 {number} 改为静默至 {until}",
    lifted=lambda numbers: f"🔔 已取消静默 {numbers}",
    more=lambda count: f"另有 {count} 条静默未列出",
    resolved="问题解决",
    worse=lambda times: f"恶化 {times} 倍",
    days=_days_zh,
    every=lambda days, begins, ends, zone: f"{days} {begins}–{ends} {zone}",
    preview_title="🔎 这条静默会挡住",
    preview_open=lambda count: f"当前活跃告警 {count:,} 条",
    preview_lately=lambda count: f"最近 24 小时告警 {count:,} 条",
    preview_hint="还没有静默任何告警。",
    set_it="确认静默",
    ending_title=lambda number: f"⏳ 静默 {number} 即将结束",
    ended_title=lambda number: f"🔔 静默 {number} 已结束",
    worse_title=lambda number, times: f"📈 恶化 {times} 倍：静默 {number} 已结束",
    firing=lambda count: f"🔥 {count:,} 条仍在触发",
    acknowledged=lambda count: f"{count:,} 条已认领",
    resolved_meanwhile=lambda count: f"🟢 {count:,} 条期间已恢复",
    first_seen=lambda count: f"🆕 {count:,} 条首次出现",
    fresh="首次出现",
    nothing_came="期间没有新记录",
    again="再静默 1h",
    today_title=lambda count: f"🔕 生效中的静默 {count} 条",
    end_today=lambda count: f"{count} 条今天结束",
    hit_nothing=lambda count: f"⚠️ {count} 条没有挡住任何告警",
    show_all="全部静默",
    history_title="静默历史",
    history_none="还没有设置过静默",
    history_button="历史",
    event=_EVENTS_ZH.__getitem__,
    wanted_recurrence="日子和时段：每个工作日 22:00-06:00、每周一、三 01:00-02:00 UTC",
    wanted_zone="时区，例如 Asia/Shanghai、Europe/Berlin 或 UTC",
    wanted_times="2 到 1000 之间的倍数，例如 直到恶化10倍",
)

"""What cards say of actions on many alerts; a section with both its languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.mass import MassAct
from bot.feishu.texts import cldr

_ActCount = Callable[[MassAct, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MassTexts:
    """Actions on many alerts: what would be hit, what was done."""

    preview: _ActCount
    hint: str
    more: Callable[[int], str]
    go: _ActCount
    done: _ActCount
    left: Callable[[int], str]
    failed: Callable[[int], str]
    nothing: str


_ACT_EN = {MassAct.ACKNOWLEDGE: "Acknowledge", MassAct.RESOLVE: "Resolve"}
_DONE_EN = {MassAct.ACKNOWLEDGE: "acknowledged", MassAct.RESOLVE: "resolved"}
_ACT_ZH = {MassAct.ACKNOWLEDGE: "认领", MassAct.RESOLVE: "解决"}

MASS_EN = MassTexts(
    preview=lambda act, count: f"🔎 {_ACT_EN[act]} {cldr.many(count, 'alert')}?",
    hint="The button does it to exactly these, not to later ones. It works for 15 minutes.",
    more=lambda count: f"… and {cldr.many(count, 'alert')} more",
    go=lambda act, count: f"{_ACT_EN[act]} {cldr.many(count, 'alert')}",
    done=lambda act, count: f"{cldr.many(count, 'alert')} {_DONE_EN[act]}",
    left=lambda count: f"{cldr.many(count, 'alert')} to go; they follow within seconds",
    failed=lambda count: f"{cldr.many(count, 'alert')} had changed meanwhile and stay as they are",
    nothing="No such alert is open",
)

MASS_ZH = MassTexts(
    preview=lambda act, count: f"🔎 {_ACT_ZH[act]} {count:,} 条告警？",
    hint="按钮只作用于这些告警，不含之后的新告警；15 分钟内有效。",
    more=lambda count: f"… 另有 {count:,} 条",
    go=lambda act, count: f"{_ACT_ZH[act]} {count:,} 条",
    done=lambda act, count: f"已{_ACT_ZH[act]} {count:,} 条告警",
    left=lambda count: f"还有 {count:,} 条，几秒内陆续完成",
    failed=lambda count: f"{count:,} 条期间已有变化，保持原样",
    nothing="没有这样的活跃告警",
)

"""What is said over lists of alerts."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.sifting import Standing

One = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiftingTexts:
    """Lists of alerts that stand one way or the other."""

    title: Callable[[Standing, int], str]
    none: Callable[[Standing], str]
    none_hint: str
    since: One
    containing: One
    mine: str
    wanted: str


_ZH = {
    Standing.OPEN: "活跃告警",
    Standing.FIRING: "未认领的告警",
    Standing.ACKED: "已认领的告警",
    Standing.RESOLVED: "已恢复的告警",
    Standing.MUTED: "已静默的告警",
    Standing.ANY: "告警",
}
_EN = {
    Standing.OPEN: "open",
    Standing.FIRING: "unclaimed",
    Standing.ACKED: "acknowledged",
    Standing.RESOLVED: "resolved",
    Standing.MUTED: "muted",
    Standing.ANY: "",
}


def _title_en(standing: Standing, count: int) -> str:
    kind = f"{_EN[standing]} " if _EN[standing] else ""
    return f"{count} {kind}alert{'' if count == 1 else 's'}"


SIFTING_ZH = SiftingTexts(
    title=lambda standing, count: f"{_ZH[standing]} {count} 条",
    none=lambda standing: f"没有{_ZH[standing]}",
    none_hint="换个条件试试，例如 /alerts any 24h。",
    since=lambda at: f"{at} 以来",
    containing=lambda text: f"包含“{text}”",
    mine="我认领或被指派的",
    wanted="条件（service=pay）、级别、状态（open acked resolved muted any）、时长（2h、today）、"
    "mine 或引号中的文字",
)
SIFTING_EN = SiftingTexts(
    title=_title_en,
    none=lambda standing: f"No {_EN[standing]} alerts".replace("  ", " "),
    none_hint="Try other conditions, e.g. /alerts any 24h.",
    since=lambda at: f"since {at}",
    containing=lambda text: f"with “{text}”",
    mine="taken by or assigned to me",
    wanted="a condition (service=pay), a severity, a state (open acked resolved muted any), a span "
    "(2h, today), mine, or a text in quotes",
)

"""Severities and languages as people name them."""

from bot.core.subscription import Language
from watchers.finding import Severity

_SEVERITIES = {
    Severity.CRITICAL: ("critical", "crit", "fatal", "p1", "严重", "紧急", "致命"),
    Severity.HIGH: ("high", "error", "p2", "高", "高级", "重要"),
    Severity.MEDIUM: ("medium", "mid", "warning", "warn", "p3", "中", "中级", "一般"),
    Severity.LOW: ("low", "p4", "低", "低级"),
    Severity.INFO: ("info", "p5", "提示", "信息"),
}
_BY_NAME = {name: severity for severity, names in _SEVERITIES.items() for name in names}

_LANGUAGES = {
    "zh": Language.ZH,
    "zh_cn": Language.ZH,
    "cn": Language.ZH,
    "chinese": Language.ZH,
    "中文": Language.ZH,
    "en": Language.EN,
    "en_us": Language.EN,
    "english": Language.EN,
    "英文": Language.EN,
    "英语": Language.EN,
}


def severity_named(name: str) -> Severity | None:
    """The severity of this name in either language, None for an unknown name."""
    return _BY_NAME.get(name.strip().lower())


def language_named(name: str) -> Language | None:
    """The language of this name in either language, None for an unknown name."""
    return _LANGUAGES.get(name.strip().lower().replace("-", "_"))

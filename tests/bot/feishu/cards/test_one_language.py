"""Every card speaks one language, apart from names, log text and what people type."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.core.subscription import Language
from tests.bot.feishu import samples
from tests.bot.feishu.cards.making import Maker, functions

SEEDS = range(12)
_SAID = frozenset({"content", "title", "display_name", "label", "placeholder"})
_HAN = re.compile(r"[\u3400-\u9fff，。：；（）、？！]+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_TYPED = re.compile(
    r"/[a-z]+.*|`[^`]*`|\b[a-z_]+ *[<>=!]=?~?[^ ]*|--[a-z]+\S*"  # commands, matchers, options
    r"|\[[a-z]+\] [a-z_]+|\[+[a-z]+\]+(?: … 的 [a-z_]+)?"  # the configuration
    r"|(?:larkwatch|timedatectl) [a-z -]+"  # the terminal
    r"|[A-Z][a-z]+/[A-Z][A-Za-z_]+"  # zones
    r"|fallback_chat|log_id|open_id|inode|\*\.log"  # names of things
    r"|\bm[\d▒–]+|\blabel\d+"  # mutes, and labels of the test's own
)
_SPAN = re.compile(r"(?:\b\d+ in )?\d+(?:\.\d+)? ?(?:ms|s|m|h|d|k|M|kB|KB|MB|GB)\b")
BOTH = frozenset(
    {
        *("Larkwatch", "English", "CPU", "API", "UTC", "Webhook", "MTTA", "MTTR", "inode"),
        *("p", "k", "M", "B", "kB", "ms", "s", "RE"),
    }
)
"""Said in every language; the name of the other language is in its own."""
NAMES = frozenset(
    {"App", "ID", "Secret", "Encrypt", "Key", "Verification", "Token", "Lark"}
    | {"HTTP", "DNS", "TLS", "IP", "inotify", "logrotate"}
)
"""Of things that are called so everywhere."""


def said(node: Any, key: str = "") -> Iterator[str]:
    """Everything that people read on a card."""
    if isinstance(node, dict):
        if node.get("tag") == "table":
            yield from (str(one) for row in node["rows"] for one in _cells(row))
        for name, inner in node.items():
            if name not in {"behaviors", "columns" if node.get("tag") == "table" else ""}:
                yield from said(inner, name)
        if node.get("tag") == "table":
            yield from (column["display_name"] for column in node["columns"])
    elif isinstance(node, list):
        for inner in node:
            yield from said(inner, key)
    elif isinstance(node, str) and key in _SAID:
        yield node


def _cells(row: dict[str, Any]) -> Iterator[str]:
    for value in row.values():
        if isinstance(value, list):
            yield from (one["text"] for one in value)
        elif isinstance(value, str):
            yield value


@pytest.mark.parametrize("name", functions())
def test_english_cards_hold_no_chinese(name: str) -> None:
    reader = samples.reader(Language.EN)
    for seed in SEEDS:
        card = Maker(seed, ("x", "one two", "a=b"), reader).card(functions()[name])
        for text in said(card):
            left = _HAN.findall(text.replace("中文", ""))
            assert not left, (seed, text)


@pytest.mark.parametrize("name", functions())
def test_chinese_cards_hold_no_english(name: str) -> None:
    reader = samples.reader(Language.ZH)
    for seed in SEEDS:
        card = Maker(seed, ("甲", "乙 丙", "丁=戊"), reader).card(functions()[name])
        for text in said(card):
            bare = _SPAN.sub("", _TYPED.sub("", text))
            left = [word for word in _WORD.findall(bare) if word not in BOTH | NAMES]
            assert not left, (seed, text)

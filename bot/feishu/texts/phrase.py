"""What is said of sentences, of languages, and of help on one command."""

from collections.abc import Callable
from dataclasses import dataclass

One = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseTexts:
    """Sentences and the commands that they mean."""

    understood: One
    choose_title: str
    choose_lead: str
    confirm_title: str
    confirm: str


PHRASE_ZH = PhraseTexts(
    understood=lambda line: f"理解为 {line}",
    choose_title="🤔 你是想…",
    choose_lead="点一下才会执行；也可以换个说法。",
    confirm_title="⚠️ 确定要执行吗？",
    confirm="确定执行",
)
PHRASE_EN = PhraseTexts(
    understood=lambda line: f"Understood as {line}",
    choose_title="🤔 Did you mean …",
    choose_lead="Nothing is done until you choose; or say it in other words.",
    confirm_title="⚠️ Is that to be done?",
    confirm="Yes, do it",
)

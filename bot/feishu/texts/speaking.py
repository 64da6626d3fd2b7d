"""What is said of languages."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.feishu.texts.command import CommandText

One = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakingTexts:
    """The language of a chat, and of a person."""

    command: CommandText
    title: str
    chat: One
    mine: One
    as_chat: str
    set_chat: One
    set_mine: One
    set_as_chat: str
    hint: str
    use_here: One
    use_mine: One
    wanted: str


SPEAKING_ZH = SpeakingTexts(
    command=CommandText(
        about="看或改语言：本会话的，或只对我",
        usage="/lang [me] zh|en",
        examples=("/lang en", "/lang me en", "语言 中文"),
    ),
    title="🌐 语言",
    chat=lambda name: f"本会话：{name}",
    mine=lambda name: f"我：{name}",
    as_chat="跟随会话",
    set_chat=lambda name: f"本会话改用 {name}",
    set_mine=lambda name: f"以后用 {name} 回答你",
    set_as_chat="以后用各会话的语言回答你",
    hint="告警卡片用会话的语言；回答、提示和私聊用你自己的语言。",
    use_here=lambda name: f"本会话用 {name}",
    use_mine=lambda name: f"我用 {name}",
    wanted="语言：zh、en，或 me zh、me en、me default",
)
SPEAKING_EN = SpeakingTexts(
    command=CommandText(
        about="The language of this chat, or only for me",
        usage="/lang [me] zh|en",
        examples=("/lang en", "/lang me en", "/lang me default"),
    ),
    title="🌐 Language",
    chat=lambda name: f"This chat: {name}",
    mine=lambda name: f"You: {name}",
    as_chat="as the chat",
    set_chat=lambda name: f"This chat is told in {name} from now on",
    set_mine=lambda name: f"You are answered in {name} from now on",
    set_as_chat="You are answered in each chat's language from now on",
    hint="Alert cards speak the chat's language; answers, toasts and private chat speak yours.",
    use_here=lambda name: f"{name} in this chat",
    use_mine=lambda name: f"{name} for me",
    wanted="a language: zh, en, or me zh, me en, me default",
)

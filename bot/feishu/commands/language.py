"""``/lang``: which language is spoken; ``/lang en`` in this chat, ``/lang me en`` to who asks."""

from dataclasses import dataclass, replace

from bot.core.permission import Right
from bot.core.subscription import Language
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.speaking import language_card, name_in
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words, nothing_more
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.levels import language_named
from bot.feishu.commands.refusals import may_not_subscribe
from bot.feishu.commands.rights import refused

_EXAMPLE = "/lang en"
_ME = ("me", "my", "我", "我的", "对我")
_AS_CHAT = ("default", "off", "auto", "默认", "跟随")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLanguage:
    """Say which language is spoken."""

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Answer with that of the chat and that of who asks."""
        mine = views.spoken_to(request.person.id)
        return Answer(card=language_card(request.shared.language, mine, request.reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakHere:
    """Let this chat be told in a language."""

    language: Language

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Change it if who asks may, and say so in that language."""
        if refused(Right.MANAGE, "lang", None, request, engine, views):
            return may_not_subscribe(request)
        engine.speak(request.target, self.language, request.person, request.now)
        reader = replace(request.reader, language=self.language)
        said = reader.texts.speaking.set_chat(name_in(self.language))
        return Answer(card=note_card(said, [reader.texts.speaking.hint], Tone.GOOD, reader))


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakToMe:
    """Answer who asks in a language, with None in that of the chat."""

    language: Language | None

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Change it, and say so in that language."""
        engine.speak_to(request.person, self.language, request.now)
        language = self.language or request.shared.language
        reader = replace(request.reader, language=language)
        say = reader.texts.speaking
        said = say.set_mine(name_in(language)) if self.language else say.set_as_chat
        return Answer(card=note_card(said, [say.hint], Tone.GOOD, reader))


def _read(words: Words, moment: Moment) -> Command:
    if not words:
        return ShowLanguage()
    mine = words[0].text.lower() in _ME
    rest = words[1:] if mine else words
    if not rest:
        return ShowLanguage()
    said = rest[0].text.lower()
    nothing_more(rest[1:], _EXAMPLE)
    language = language_named(said)
    if mine and said in _AS_CHAT:
        return SpeakToMe(language=None)
    if language is None:
        raise CommandError(said, lambda texts: texts.speaking.wanted, _EXAMPLE)
    return SpeakToMe(language=language) if mine else SpeakHere(language=language)


SPEC = Spec(
    names=("lang", "语言", "language"),
    text=lambda texts: texts.speaking.command,
    read=_read,
    right=Right.READ,
)

"""``/assign 42 @somebody``: name who is to see to an alert."""

import re
import unicodedata
from dataclasses import dataclass

from bot.core.alert import Person
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.acted import acted_card
from bot.feishu.cards.names import name_of
from bot.feishu.cards.suggestion import error_card
from bot.feishu.commands.alert import current
from bot.feishu.commands.base import Answer, Moment, Request, Spec, Words, alert_id
from bot.feishu.commands.errors import CommandError

_EXAMPLE = "/assign 42 me"
_ME = ("me", "我", "自己", "我自己")
_NOBODY = ("nobody", "none", "no one", "无", "无人", "取消", "-")
_BETWEEN = re.compile(r"[\s,、;@]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCommand:
    """Name who is to see to an alert; `who` is as written."""

    alert_id: int
    who: str

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Assign, and say so; or say whom it could mean."""
        reader = request.reader
        if self.who.lower() in _NOBODY:
            engine.assign(self.alert_id, None, request.person, request.now)
            said = reader.texts.life.assigned_to_nobody(f"#{self.alert_id}")
        else:
            person = self._person(request)
            if person is None:
                wanted = reader.texts.life.wanted_person
                return Answer(card=error_card(self.who, wanted, _EXAMPLE, reader))
            engine.assign(self.alert_id, person, request.person, request.now)
            said = reader.texts.life.assigned(f"#{self.alert_id}", name_of(person, reader))
        return Answer(card=acted_card(said, current(self.alert_id, request, views), reader))

    def _person(self, request: Request) -> Person | None:
        if self.who.lower() in _ME:
            return request.person
        wanted = _bare(self.who)
        for name, open_id in request.mentioned.items():
            if _bare(name) == wanted:
                return Person(id=open_id, name=name.removeprefix("@"))
        return None


def _bare(name: str) -> str:
    """A name as it is left when a line was read into words."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", name)).lower()


def _read(words: Words, moment: Moment) -> AssignCommand:
    number = alert_id(words[:1], _EXAMPLE)
    who = " ".join(word.text for word in words[1:]).removeprefix("to ").removeprefix("给").strip()
    if not who:
        raise CommandError("", lambda texts: texts.life.wanted_person, _EXAMPLE)
    return AssignCommand(alert_id=number, who=who)


SPEC = Spec(
    names=("assign", "指派", "分派", "转派", "分配"),
    text=lambda texts: texts.commands.assign,
    read=_read,
)

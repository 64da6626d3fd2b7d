"""A chat line to a command, or to the nearest one."""

import difflib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.suggestion import suggestion_card
from bot.feishu.commands.base import Answer, Command, Moment, Request, Spec, Words
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.help import Help
from bot.feishu.commands.limits import LONGEST_TEXT
from bot.feishu.commands.registry import COMMANDS
from bot.feishu.commands.words import Word, split

_NAMES: dict[str, Spec] = {name: spec for spec in COMMANDS for name in spec.names}
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)
_NEAR = 0.62
_ARGUMENT = re.compile(
    r"\s|[#\d]|m\d|全部|所有|到|第|[\w.-]+(?:>=|≥|<=|≤|=~|!~|!=|=|~|>|<)", re.IGNORECASE
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A line that is no command.

    Attributes:
        text: What was written; untrusted.
        nearest: A command line that was probably meant, "" when nothing is near.
    """

    text: str
    nearest: str

    def run(self, request: Request, engine: Engine, views: Views) -> Answer:
        """Suggest the nearest command, or show all."""
        if not self.text:
            return Help(commands=COMMANDS).run(request, engine, views)
        return Answer(card=suggestion_card(self.text, self.nearest, request.reader))


def parse(text: str, now: datetime, zone: ZoneInfo) -> Command:
    """Read a line from which the bot's mention is already gone.

    The slash is optional, case and width of characters do not count. An empty line asks for help.

    Raises:
        CommandError: If the command is known, but something behind its name is not.
    """
    return understood(text, now, zone)[1]


def understood(text: str, now: datetime, zone: ZoneInfo) -> tuple[Spec | None, Command]:
    """The same, with which command it is; None for a line that is none.

    Raises:
        CommandError: If the command is known, but something behind its name is not.
    """
    line = _plain(text)
    found = _named(line)
    if len(line) > (found[0].longest if found is not None else LONGEST_TEXT):
        raise CommandError(line, lambda texts: texts.wanted.shorter, "/help")
    moment = Moment(now=now, zone=zone)
    if found is None:
        return None, Unknown(text=line, nearest=_nearest(line, moment))
    spec, rest = found
    return spec, spec.read(_words(spec, _as_written(spec, text, rest)), moment)


def named(text: str) -> tuple[Spec, str] | None:
    """The command that a line begins with, and what stands behind its name."""
    return _named(_plain(text))


def right_of(text: str) -> Right:
    """What it takes to run a line, as far as its name says; lines that are no command only read."""
    found = _named(_plain(text))
    return found[0].needs(found[1]) if found is not None else Right.READ


def slashed(text: str) -> bool:
    """Whether a line says itself that it is a command."""
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE).strip()).startswith("/")


def _plain(text: str) -> str:
    line = unicodedata.normalize("NFKC", text.translate(_INVISIBLE).strip()).strip()
    return line.removeprefix("/").strip()


def _as_written(spec: Spec, text: str, rest: str) -> str:
    """The rest with the marks that the writer chose, where the command takes it as it is."""
    plain = text.translate(_INVISIBLE).strip()
    front = len(unicodedata.normalize("NFKC", plain)) - len(rest)
    if not spec.free or front < 0:
        return rest
    # The name may be written in wide characters, and what follows may change its length.
    cut = next(n for n in range(len(plain) + 1) if _length(plain[:n]) >= front)
    return plain[cut:]


def _length(text: str) -> int:
    return len(unicodedata.normalize("NFKC", text))


def _words(spec: Spec, rest: str) -> Words:
    if not spec.free:
        return split(rest)
    first, _, behind = rest.strip().partition(" ")
    words = [Word(text=first)] if first else []
    return (*words, Word(text=behind.strip(), quoted=True)) if behind.strip() else tuple(words)


def _named(line: str) -> tuple[Spec, str] | None:
    """The command a line begins with, longest name first, and what stands behind the name."""
    lowered = line.lower()
    if len(lowered) != len(line):
        lowered = line
    for name in _LONGEST_FIRST:
        if not lowered.startswith(name):
            continue
        rest = line[len(name) :]
        if _ends_here(name, rest):
            return _NAMES[name], rest
    return None


def _ends_here(name: str, rest: str) -> bool:
    """Whether the name is a word of its own: Chinese needs no space, but no sentence either."""
    if not rest or rest[0].isspace():
        return True
    if name.isascii():
        return rest[0] == "#" or (name.isalpha() and rest[0].isdigit() and len(name) > 1)
    return _ARGUMENT.match(rest) is not None


def _nearest(line: str, moment: Moment) -> str:
    """A line that works where possible: of the command spelt nearly so, or named inside."""
    lowered = line.lower()
    word, _, rest = lowered.partition(" ")
    # Slips are seldom in the first letters, and "what" is no "watch".
    alike = [name for name in _NAMES if not name.isascii() or name[:2] == word[:2]]
    for name in difflib.get_close_matches(word, alike, n=1, cutoff=_NEAR):
        return _with_rest(_NAMES[name], rest, moment)
    for name in _LONGEST_FIRST:
        if _inside(name, lowered):
            number = re.search(r"\d{1,12}", lowered)
            return _with_rest(_NAMES[name], number[0] if number else "", moment)
    return ""


def _inside(name: str, line: str) -> bool:
    if len(name) == 1:
        return False
    return re.search(rf"\b{name}\b", line) is not None if name.isascii() else name in line


def _with_rest(spec: Spec, rest: str, moment: Moment) -> str:
    """The command with what was written behind it, as far as it can be read."""
    line = f"/{spec.names[0]}"
    if not (spec.takes and rest):
        return line
    try:
        spec.read(_words(spec, rest), moment)
    except CommandError:
        return line
    return f"{line} {rest}"

"""A sentence to the command that it means; a line that is a command already is left alone."""

from dataclasses import dataclass

from bot.engine.reading import Views
from bot.feishu.commands.base import Command, Request, Spec
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.help import Help
from bot.feishu.commands.lines import slashed, understood
from bot.feishu.commands.logs import SearchLogs
from bot.feishu.commands.mute import MuteMany, MuteOne
from bot.feishu.commands.why import ExplainSilence
from bot.feishu.phrases.knowledge import Known
from bot.feishu.phrases.reading import Reading, near, read

_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a sentence means.

    Attributes:
        lines: The command, or the few that it may mean, most likely first.
        spec: None as long as nobody chose.
        command: The same.
    """

    lines: tuple[str, ...]
    spec: Spec | None = None
    command: Command | None = None


def heard(text: str, request: Request, views: Views) -> Heard | None:
    """The command that a sentence means, or several to choose from; None for anything else."""
    if slashed(text):
        return None
    strict = _strictly(text, request)
    if strict is not None and not _loose(strict):
        return None
    runnable = [
        (reading, *found)
        for reading in readings(text, request, views)
        if (found := _runs(reading.line, request)) is not None
    ]
    if not runnable:
        return None
    best, spec, command = runnable[0]
    if best.clear:
        return Heard(lines=(best.line,), spec=spec, command=command)
    if strict is not None:
        return None
    few = near([reading for reading, _, _ in runnable], _MOST)
    return Heard(lines=tuple(reading.line for reading in few))


def readings(
    text: str, request: Request, views: Views, about: int | None = None
) -> tuple[Reading, ...]:
    """What a sentence may mean, with the names that the database knows."""
    names = views.names.of(request.now)
    known = Known(services=names.services, rules=names.rules, hosts=names.hosts)
    return read(text, known, request.now, request.zone, about)


def _strictly(text: str, request: Request) -> Command | None:
    try:
        spec, command = understood(text, request.now, request.zone)
    except CommandError:
        return None
    return command if spec is not None or not text.strip() else None


def _loose(command: Command) -> bool:
    """Whether a line that can be read as a command is perhaps a sentence all the same."""
    match command:
        case ExplainSilence(word=word):
            return not word.isascii() or " " in word
        case MuteOne(reason=reason) | MuteMany(reason=reason):
            return bool(reason)
        case SearchLogs(words=words):
            return " " in words
        case Help():
            return bool(command.topic) and command.spec is None
        case _:
            return False


def _runs(line: str, request: Request) -> tuple[Spec, Command] | None:
    """What a line runs, None where there is no such command or it cannot be read."""
    try:
        spec, command = understood(line, request.now, request.zone)
    except CommandError:
        return None
    return (spec, command) if spec is not None else None

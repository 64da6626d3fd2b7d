"""What is answered to a chat line: the command it is, or the one that its sentence means."""

from dataclasses import replace

from bot.core.errors import InvalidTransitionError
from bot.core.permission import Right
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.cards.note import Tone, note_card
from bot.feishu.cards.suggestion import error_card
from bot.feishu.cards.understood import choices_card, confirm_card, with_line
from bot.feishu.commands.base import Answer, Command, Request, Spec
from bot.feishu.commands.errors import CommandError
from bot.feishu.commands.lines import Unknown, named, parse, right_of, understood
from bot.feishu.commands.mute import MuteMany
from bot.feishu.commands.refusals import first_of, may_not_subscribe, refusal
from bot.feishu.commands.rights import refused
from bot.feishu.commands.saying import Heard, heard
from bot.feishu.commands.unsubscribe import Unsubscribe

__all__ = ["Unknown", "named", "parse", "respond", "right_of", "right_to", "understood"]


def respond(text: str, request: Request, engine: Engine, views: Views) -> Answer:
    """Parse, run, and answer whatever happens: every error of the writer becomes a card."""
    said = heard(text, request, views)
    if said is not None:
        return _in_words(said, text, request, engine, views)
    try:
        spec, command = understood(text, request.now, request.zone)
    except CommandError as error:
        return _unreadable(error, request)
    if spec is not None and spec.right_of is not None:
        spec = replace(spec, right=right_of(text))
    return _run(spec, command, request, engine, views)


def right_to(text: str, request: Request, views: Views) -> Right:
    """What it takes to run a line or what a sentence means; what asks first only reads."""
    said = heard(text, request, views)
    if said is None:
        return right_of(text)
    return said.spec.right if said.spec is not None else Right.READ


def _in_words(said: Heard, text: str, request: Request, engine: Engine, views: Views) -> Answer:
    """The answer to a sentence: of the command that it means, or which it may mean."""
    reader = request.reader
    if said.spec is None or said.command is None:
        return Answer(card=choices_card(text, said.lines, reader))
    if why := _refused(said.spec, said.command, request, engine, views):
        return why
    if isinstance(said.command, Unsubscribe):
        return Answer(card=confirm_card(said.lines[0], reader))
    command = said.command.asking() if isinstance(said.command, MuteMany) else said.command
    answer = _run(said.spec, command, request, engine, views)
    return Answer(card=with_line(answer.card, said.lines[0], reader))


def _run(
    spec: Spec | None, command: Command, request: Request, engine: Engine, views: Views
) -> Answer:
    reader = request.reader
    alert_id = _alert_of(command)
    if spec is not None and (refused := _refused(spec, command, request, engine, views)):
        return refused
    try:
        return command.run(request, engine, views)
    except CommandError as error:
        return _unreadable(error, request)
    except InvalidTransitionError as error:
        if alert_id is not None:
            said = first_of(error, alert_id, views, reader)
        else:
            said = refusal(error, reader)
        return Answer(card=note_card(said, [], Tone.WARNING, reader))


def _alert_of(command: Command) -> int | None:
    number = getattr(command, "alert_id", None)
    return number if isinstance(number, int) else None


def _unreadable(error: CommandError, request: Request) -> Answer:
    reader = request.reader
    return Answer(card=error_card(error.found, error.wanted(reader.texts), error.example, reader))


def _refused(
    spec: Spec, command: Command, request: Request, engine: Engine, views: Views
) -> Answer | None:
    why = refused(spec.right, spec.names[0], _alert_of(command), request, engine, views)
    if not why:
        return None
    if spec.right is Right.MANAGE:
        return may_not_subscribe(request)
    return Answer(card=note_card(why, (), Tone.WARNING, request.reader))

"""What happened to an alert, and how its rule was written: folded on the card."""

from datetime import datetime

from bot.core.alert import Alert, Transition
from bot.core.why import Why
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import Element, button, code, folded, text
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import fence, one_line
from watchers.finding import Severity

_LEAST, _LONG = 3, 6
_NOTE_CHARS = 80
_SEVERITIES = {severity.value: severity for severity in Severity}


def history(timeline: tuple[Transition, ...], reader: Reader, most: int) -> list[Element]:
    """The newest changes, oldest first; nothing where the card itself says it all.

    Where there may be more of them, a button leads to all.
    """
    if len(timeline) < _LEAST:
        return []
    shown = timeline[-most:]
    elements = [text("\n".join(happened(transition, reader) for transition in shown))]
    if len(timeline) >= _LONG:
        whole = RunCommand(text=f"/timeline {timeline[0].alert_id}")
        elements.append(button(reader.texts.context.whole_timeline, encode(whole), small=True))
    return [folded(reader.texts.alert.timeline, elements)]


def rule_text(alert: Alert, reader: Reader) -> list[Element]:
    """How the rule was written when the alert fired last."""
    if not alert.rule_text:
        return []
    lines = [
        f"{one_line(key, 30)} = {one_line(said, 400)}" for key, said in alert.rule_text.items()
    ]
    return [folded(reader.texts.life.rule_text, [code(fence(lines))])]


def happened(transition: Transition, reader: Reader) -> str:
    """One change on one line."""
    say = reader.texts.timeline.happened[transition.why]
    said = say(name_of(transition.by, reader), _note(transition, reader))
    return f"{reader.time(transition.at)}  {said}"


def _note(transition: Transition, reader: Reader) -> str:
    note = transition.note
    if transition.why in (Why.SEVERITY_RAISED, Why.SEVERITY_SET):
        names = [_SEVERITIES[one] for one in note.split(">") if one in _SEVERITIES]
        return " → ".join(reader.texts.format.severity(one) for one in names)
    if transition.why in (Why.ESCALATED, Why.ESCALATION_FAILED):
        return one_line(_step(note, reader), _NOTE_CHARS)
    if transition.why in (Why.FIRST_SEEN, Why.RECURRED):
        return _moment(note, reader)
    return one_line(note, _NOTE_CHARS)


def _moment(note: str, reader: Reader) -> str:
    """When the records were written, "" where there is nothing to say of it."""
    try:
        written = datetime.fromisoformat(note)
    except ValueError:
        return ""
    return reader.time(written) if written.tzinfo is not None else ""


def _step(note: str, reader: Reader) -> str:
    """A step in words: its number and its way stand first in the note."""
    say = reader.texts.escalation.means
    means = {one.value: words for one, words in say.items()}
    return " ".join(means.get(word, word) for word in note.split(" "))

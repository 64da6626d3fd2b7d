"""Commands that come late, after an outage: asked about, or answered with the time they are of."""

from datetime import datetime, timedelta

from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.elements import Card, button, card, row, small, text
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line


def stale_card(line: str, ago: timedelta, reader: Reader) -> Card:
    """Ask whether a command that changes something is still wanted."""
    say = reader.texts.people
    again = line.encode("utf-8", "replace").decode()  # half characters cannot be sent
    return card(
        title=say.stale_title,
        template="orange",
        elements=[
            text(say.stale_lead(one_line(line, 200), reader.span(ago))),
            row([button(say.stale_run, encode(RunCommand(text=again)), "primary_filled")]),
        ],
    )


def dated(answer: Card, sent_at: datetime, reader: Reader) -> Card:
    """An answer with the time of its question."""
    note = small(reader.texts.people.stale_note(reader.time(sent_at)))
    body = answer["body"]
    return answer | {"body": body | {"elements": [note, *body["elements"]]}}

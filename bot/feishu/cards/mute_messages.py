"""Messages about mutes that nobody asked for: one ends soon, one has ended, what is muted today."""

from collections.abc import Sequence

from bot.core.aftermath import MOST_NAMED, Aftermath, from_content
from bot.core.alert import Alert
from bot.core.mute import Mute, MuteEvent, UntilWorse
from bot.core.notification import Notification, Purpose
from bot.engine.mute_views import MuteViews
from bot.engine.views import MuteRow
from bot.feishu.actions import RunCommand, encode
from bot.feishu.cards.alert import heading
from bot.feishu.cards.conditions import conditions
from bot.feishu.cards.elements import Card, Element, Template, button, card, row, small, text
from bot.feishu.cards.mute_words import ends
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.severity import DOTS


def mute_message(owed: Notification, views: MuteViews, reader: Reader) -> Card | None:
    """Draw what is owed, as things stand now; None when there is nothing to tell any more."""
    if owed.purpose is Purpose.MUTES_TODAY:
        return today_card(views.of_chat(owed.target, reader.now), reader)
    found = views.one(owed.content["mute"])
    if found is None:
        return None
    if owed.purpose is Purpose.MUTE_ENDING:
        void = found.mute.version != owed.content["version"] or not found.mute.active(reader.now)
        return None if void else ending_card(found, reader)
    left = from_content(owed.content)
    event, came = MuteEvent(owed.content["event"]), owed.content["suppressed"]
    return ended_card(found.mute, left, event, came, views.alerts(left.named), reader)


def ending_card(found: MuteRow, reader: Reader) -> Card:
    """Say that a mute is about to end, with buttons for more and for less."""
    mute, say = found.mute, reader.texts.mute
    number = f"m{mute.id}"
    longer = encode(RunCommand(text=f"/mute {number} +1h", in_place=True))
    lift = encode(RunCommand(text=f"/unmute {number}", in_place=True))
    facts = [say.ends(ends(mute, reader)), say.hits(found.hits), say.suppressed(mute.suppressed)]
    return card(
        title=say.ending_title(number),
        template="grey",
        elements=[
            text(conditions(mute.matchers, None, reader), size="heading"),
            text(" · ".join(facts)),
            row([button(say.add_hour, longer, "primary_filled"), button(say.lift, lift)]),
        ],
    )


def ended_card(
    mute: Mute, left: Aftermath, event: MuteEvent, came: int, named: Sequence[Alert], reader: Reader
) -> Card:
    """Say that a mute has ended and what it leaves behind; `came` counts what it suppressed."""
    say = reader.texts.mute
    title = say.ended_title(f"m{mute.id}")
    if isinstance(mute.until, UntilWorse) and event is MuteEvent.WORSE:
        title = say.worse_title(f"m{mute.id}", mute.until.times)
    elements: list[Element] = [
        text("\n".join(_left(left, reader))),
        small(say.suppressed(came) if came else say.nothing_came),
        *(_alert(alert, reader) for alert in named[:MOST_NAMED]),
        small(conditions(mute.matchers, None, reader)),
    ]
    if left.firing == 1 and left.alerts == 1 and left.named:
        again = encode(RunCommand(text=f"/mute {left.named[0]} 1h", in_place=True))
        elements.append(button(say.again, again))
    return card(title=title, template=_template(left, event), elements=elements)


def today_card(rows: tuple[MuteRow, ...], reader: Reader) -> Card | None:
    """Say what is muted, what of it ends today, what of it hits nothing."""
    if not rows:
        return None
    say = reader.texts.mute
    today = reader.now.astimezone(reader.zone).date()
    ending = sum(one.mute.ends_at.astimezone(reader.zone).date() == today for one in rows)
    idle = sum(not one.hits for one in rows)
    counts = [say.end_today(ending)] if ending else []
    counts += [say.hit_nothing(idle)] if idle else []
    lines = [
        f"m{one.mute.id}  {conditions(one.mute.matchers, None, reader)} · "
        f"{say.ends(ends(one.mute, reader))} · "
        f"{say.hits(one.hits) if one.hits else say.hits_nothing}"
        for one in rows[:_LISTED]
    ]
    if len(rows) > _LISTED:
        lines.append(say.more(len(rows) - _LISTED))
    return card(
        title=" · ".join([say.today_title(len(rows)), *counts]),
        template="grey",
        elements=[
            text("\n".join(lines)),
            button(say.show_all, encode(RunCommand(text="/mutes"))),
        ],
    )


_LISTED = 8


def _left(left: Aftermath, reader: Reader) -> list[str]:
    say = reader.texts.mute
    counted = (
        (left.firing, say.firing),
        (left.acknowledged, say.acknowledged),
        (left.resolved, say.resolved_meanwhile),
        (left.first_seen, say.first_seen),
    )
    return [words(count) for count, words in counted if count]


def _alert(alert: Alert, reader: Reader) -> Element:
    return text(f"{DOTS[alert.severity]} #{alert.id} {heading(alert)}", lines=1)


def _template(left: Aftermath, event: MuteEvent) -> Template:
    if event is MuteEvent.WORSE:
        return "red"
    if left.firing:
        return "orange"
    return "blue" if left.acknowledged else "green"

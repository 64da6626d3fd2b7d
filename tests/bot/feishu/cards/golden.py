"""Every kind of card as it is meant to look, in `tests/golden`, to be read and looked at.

``python -m tests.bot.feishu.cards.golden`` draws them anew; look at what changed before committing:
``python tests/screenshots.py --cards`` draws pictures of all of them into `.artefacts/cards`.
"""

import json
import re
from pathlib import Path

from bot.core.subscription import Language
from bot.feishu.cards.elements import Card
from tests.bot.feishu import samples
from tests.bot.feishu.cards.drawn import Scene, every_card
from tests.bot.feishu.cards.making import Maker, functions

FOLDER = Path(__file__).parents[3] / "golden"
STATES = ("firing", "acknowledged", "muted", "resolved", "unknown")
WORDS = ("pay", "order-api", "web-03")
BY_HAND = frozenset(
    {
        *("alert.alert_card", "alerts.alerts_card", "concern.concern_card", "digest.digest_card"),
        *("group.group_card", "group.group_notice_card", "help.help_card", "mass.mass_done_card"),
        *("lessened.masked_card", "lessened.plain_card", "lessened.shortened_card"),
        *("mass.mass_preview_card", "mute_messages.ended_card", "mute_messages.ending_card"),
        *("mutes.extended_card", "mutes.history_card", "mutes.lifted_card", "mutes.muted_card"),
        *("mutes.mutes_card", "mutes.preview_card", "note.note_card", "notice.notice_card"),
        *(
            "renewal.frozen_card",
            "rules.rules_card",
            "status.status_card",
            "withheld.withheld_card",
        ),
        *("subscription_form.subscription_form", "subscriptions.subscribed_card"),
        *("subscriptions.subscriptions_card", "subscriptions.unsubscribed_card"),
        *("suggestion.error_card", "suggestion.suggestion_card", "welcome.welcome_card"),
    }
)
"""Drawn from what `drawn.py` and `samples.py` say; of the others the views are made."""


def golden_cards(language: Language) -> dict[str, Card]:
    """Every kind of card, by the name of its file."""
    reader = samples.reader(language)
    found = {_named(name): card for name, card in every_card(Scene(), reader).items()}
    for name, function in functions().items():
        if name not in BY_HAND:
            found[_named(name.partition(".")[2])] = Maker(7, WORDS, reader, calm=True).card(
                function
            )
    return found


def file_of(name: str, language: Language) -> Path:
    """Where a card stands."""
    return FOLDER / f"{name}.{language.value}.json"


def text_of(card: Card) -> str:
    """A card as it stands in its file."""
    return json.dumps(card, ensure_ascii=False, indent=1) + "\n"


def _named(name: str) -> str:
    known = re.fullmatch(r"alert(\d)", name)
    name = f"alert {STATES[int(known[1])]}" if known else name.removesuffix("_card")
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def main() -> None:
    """Draw all of them anew."""
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.glob("*.json"):
        file.unlink()
    for language in Language:
        for name, card in golden_cards(language).items():
            file_of(name, language).write_text(text_of(card), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The round trip at the end of the set-up: a card, and its click."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.cli.setup import saying
from bot.cli.setup.app import App
from bot.core.errors import DeliveryError
from bot.core.subscription import Language
from bot.feishu.cards.reader import Reader
from bot.feishu.client import Credentials, FeishuClient
from bot.feishu.console import Console, Page
from bot.feishu.errors import meaning
from bot.feishu.round_trip import RoundTrip
from bot.feishu.texts import texts_in
from watchers.clock import SystemClock

_CONNECTED_WITHIN_S = 15.0
_CLICKED_WITHIN_S = 180.0
_SAID_EVERY_S = 1.0


def prove(
    client: FeishuClient, credentials: Credentials, app: App, language: Language, zone: str
) -> None:
    """Send a card to the app's person and wait for the click; Ctrl-C goes on without it."""
    clock = SystemClock()
    reader = Reader(language=language, zone=ZoneInfo(zone), now=clock.now())
    try:
        with RoundTrip(client, credentials, reader, clock) as trip:
            if reason := trip.connected(_CONNECTED_WITHIN_S):
                saying.bad(f"The long connection does not stand: {reason}")
                console = Console(brand=app.brand, app_id=app.app_id)
                saying.plain(f"  {console.pointer(Page.EVENTS)}")
                if app.brand == "lark":
                    saying.plain('  Lark may have none for your app: then [feishu] mode = "http",')
                    saying.plain("  larkwatch serve, and its address in the console.")
                return
            saying.good("The long connection stands: no public address is needed.")
            trip.send(app.person)
            _wait(trip)
    except DeliveryError as error:
        remedy = meaning(error.code, error.detail).remedy
        saying.bad(f"The card could not be sent: {remedy} (code {error.code})")
    except KeyboardInterrupt:
        saying.plain()
        saying.plain("Skipped; the button works once Larkwatch runs.")


def _wait(trip: RoundTrip) -> None:
    saying.good("The bot sent you a card in Feishu: press its button.")
    waiting = saying.Waiting("Waiting for the click, Ctrl-C skips it", _CLICKED_WITHIN_S)
    for _ in range(round(_CLICKED_WITHIN_S / _SAID_EVERY_S)):
        waiting.say()
        if trip.clicked(_SAID_EVERY_S):
            waiting.end()
            saying.good(f"The round trip works{_in(trip.took)}.")
            return
    waiting.end()
    saying.bad("No click came here. The button works later, too, once Larkwatch runs; one that")
    saying.plain("  runs already with this app may have taken the click: then the card is green.")


def _in(took: timedelta | None) -> str:
    if took is None:
        return ""
    return f" in {texts_in(Language.EN).format.seconds(took.total_seconds())}"

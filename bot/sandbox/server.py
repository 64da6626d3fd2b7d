"""The sandbox as one object: a local Feishu that starts, answers and stops."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIEnvironment

from bot.sandbox import town
from bot.sandbox.application import Application
from bot.sandbox.bus import Bus
from bot.sandbox.call_log import Call, CallLog
from bot.sandbox.contents import Contents
from bot.sandbox.delivery import Delivery
from bot.sandbox.directory import Directory
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.gate import Gate
from bot.sandbox.groups import Groups
from bot.sandbox.http_server import HttpServer, taken_over
from bot.sandbox.limits import Limits
from bot.sandbox.log_files import LogFiles
from bot.sandbox.long_connection import MOST_CONNECTIONS, LongConnections
from bot.sandbox.marks import Marks
from bot.sandbox.messages import Messages
from bot.sandbox.openapi.app_information import AppInformationRoutes
from bot.sandbox.openapi.applications import ApplicationRoutes
from bot.sandbox.openapi.blueprint import blueprint
from bot.sandbox.openapi.chats import ChatRoutes
from bot.sandbox.openapi.contacts import ContactRoutes
from bot.sandbox.openapi.entrance import EntranceRoutes
from bot.sandbox.openapi.messages import MessageRoutes
from bot.sandbox.openapi.registration import RegistrationRoutes
from bot.sandbox.openapi.resources import ResourceRoutes
from bot.sandbox.openapi.webhook import WebhookRoutes
from bot.sandbox.page_api import PageApi
from bot.sandbox.people import People
from bot.sandbox.presses import Presses
from bot.sandbox.push import HttpPush
from bot.sandbox.registrations import Registrations
from bot.sandbox.serving import Served
from bot.sandbox.settings import Settings
from bot.sandbox.state import Message, State
from bot.sandbox.streams import Streams
from bot.sandbox.tokens import Tokens
from bot.sandbox.town_view import TownView
from bot.sandbox.webhooks import Webhooks
from bot.sandbox.wire import Json
from watchers.clock import Clock, SystemClock

__all__ = ["Sandbox", "Settings"]

_SOCKET_PATH = "/ws/v2"
_NEWS_PATH = "/sandbox/events"


class Sandbox:
    """Feishu on loopback, also for tests.

    `state` may be read at any time. The methods below the line of `stop` are what people of the
    town do; they return when the deed is done and its events are on their way.
    """

    def __init__(self, settings: Settings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings = settings or Settings()
        clock = clock or SystemClock()
        self._streams = Streams()
        self._bus = Bus(self._streams)
        self.state = State(settings, clock, self._bus)
        town.found(self.state, settings.seed or town.DEFAULT)
        self.faults = Faults(self._bus)
        self._call_log = CallLog(clock, self._bus)
        self.application = Application(settings, next(iter(self.state.users), ""))
        self._connections = LongConnections(
            settings, self.application, self.faults, self._call_log, self._bus, self._streams
        )
        self._push = HttpPush(settings, self.application, clock)
        self._delivery = Delivery(
            settings,
            self.application,
            clock,
            self._call_log,
            self.faults,
            self._connections,
            self._push,
        )
        events = Events(self.state, self.application, self._delivery)
        limits = Limits(clock)
        directory, contents = Directory(self.state), Contents(self.state)
        messages = Messages(self.state, directory, contents, limits)
        self.people = People(self.state, events)
        self.webhooks = Webhooks(self.state, contents, limits, clock)
        self.registrations = Registrations(settings, self.state, self.application, clock)
        self._presses = Presses(
            self.state, messages, contents, events, self._delivery, self.faults, clock
        )
        self._tokens = Tokens(settings.app_id, settings.app_secret, clock)
        self._gate = Gate(
            self.application, self._tokens, limits, self.faults, self._call_log, clock
        )
        self._logs = LogFiles(settings.log_files, self._bus)
        view = TownView(self.state, self.application, self._connections, self._call_log, self._bus)
        page = PageApi(
            settings=settings,
            state=self.state,
            people=self.people,
            presses=self._presses,
            view=view,
            connections=self._connections,
            calls=self._call_log,
            faults=self.faults,
            logs=self._logs,
            webhooks=self.webhooks,
            registrations=self.registrations,
            clock=clock,
        )
        self.state.on_chats_changed = view.announce
        marks = Marks(self.state, directory, self.faults)
        groups = Groups(self.state, directory, limits)
        api = blueprint(
            self._gate,
            EntranceRoutes(settings, self.state, self._tokens, self._connections).routes(),
            MessageRoutes(self.state, messages, marks, self._presses).routes(),
            ResourceRoutes(self.state, messages).routes(),
            ChatRoutes(self.state, directory, groups).routes(),
            ContactRoutes(directory).routes(),
            AppInformationRoutes(self.application, self.state).routes(),
            ApplicationRoutes(self.application, self._push.challenge, view.announce).routes(),
            RegistrationRoutes(self.registrations).routes(),
            WebhookRoutes(self.webhooks).routes(),
        )
        app = Served("larkwatch-sandbox", static_folder=None)
        app.register_blueprint(api)
        app.register_blueprint(page.blueprint())
        self._app = app
        self._server: HttpServer | None = None

    def start(self) -> str:
        """Serve on loopback; gives the address, e.g. ``http://127.0.0.1:8390``.

        Raises:
            OSError: If the port is taken.
        """
        self._server = HttpServer(self.settings.port, self._answer)
        self._streams.start()
        self._bus.start()
        self._delivery.start()
        self._logs.start()
        self._server.start()
        return self.address

    @property
    def address(self) -> str:
        """Where it serves, once started."""
        assert self._server is not None  # noqa: S101 - only after start
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def online(self) -> int:
        """How many long connections are open."""
        return self._connections.online

    def save_request_url(self) -> str | None:
        """Send the challenge to the request URL: what is wrong with it, or None."""
        return self._push.challenge(self.application.live.request_url or "")

    def stop(self) -> None:
        """End every connection and thread; the state can still be read."""
        self._gate.open()
        self._bus.close()
        self._delivery.stop()
        self._logs.stop()
        self._streams.stop()
        if self._server is not None:
            self._server.stop()

    def post_text(self, chat_id: str, text: str, as_: str, *, mention_bot: bool = True) -> str:
        """A person writes; gives the message's id."""
        return self.people.post_text(chat_id, text, as_, mention_bot=mention_bot).message_id

    def press(self, message_id: str, as_: str, **keys: Any) -> Json:
        """A person acts on a card with the keys of an action: what the page would be told."""
        return self._presses.press(message_id, as_, keys)

    def add_bot(self, chat_id: str, as_: str) -> None:
        """A person invites the bot into a group."""
        self.people.add_bot(chat_id, as_)

    def remove_bot(self, chat_id: str, as_: str) -> None:
        """A person puts the bot out of a group."""
        self.people.remove_bot(chat_id, as_)

    def drop_connections(self) -> None:
        """Break every long connection, as a network would."""
        self._connections.drop_all()

    def messages(self, chat_id: str) -> list[Message]:
        """What stands in a chat, oldest first."""
        return self.state.messages(chat_id)

    def calls(self, path_prefix: str = "") -> list[Call]:
        """The bot's API calls to paths that begin so, oldest first."""
        return [
            call
            for call in self._call_log.after()
            if call.direction == "in" and call.kind != "frame" and call.path.startswith(path_prefix)
        ]

    def pushes(self, event_type: str = "") -> list[Call]:
        """What was pushed to the bot, oldest first, one entry for each attempt."""
        return [
            call
            for call in self._call_log.after()
            if call.direction == "out" and call.kind != "frame" and call.path.endswith(event_type)
        ]

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        match environ["REQUEST_METHOD"], environ["PATH_INFO"]:
            case "GET", path if path == _SOCKET_PATH:
                return self._connect(environ, start_response)
            case "GET", path if path == _NEWS_PATH:
                self._bus.listen(taken_over(environ))
                return ()
            case _:
                return self._app(environ, start_response)

    def _connect(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = parse_qs(environ["QUERY_STRING"])
        device_id, ticket = query.get("device_id", [""])[0], query.get("ticket", [""])[0]
        refusal: dict[str, str] = {}
        if ticket != self._tokens.ticket(device_id):
            refusal = {"handshake-status": "403", "handshake-msg": "wrong ticket"}
        elif self._connections.online >= MOST_CONNECTIONS:
            refusal = {
                "handshake-status": "514",
                "handshake-msg": "too many connections",
                "handshake-autherrcode": "1000040350",
            }
        if refusal:
            start_response("403 Forbidden", [*refusal.items(), ("Content-Length", "0")])
        else:
            self._connections.serve(environ)
        return ()

"""The endpoints of the page, all under /sandbox/, and the page's own files."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory

from bot.sandbox.call_log import CallLog
from bot.sandbox.drawing import message_text
from bot.sandbox.errors import BadRequestError, NotThereError
from bot.sandbox.faults import Faults
from bot.sandbox.log_files import LogFiles
from bot.sandbox.long_connection import LongConnections
from bot.sandbox.openapi.asked import json_object
from bot.sandbox.people import People
from bot.sandbox.presses import Presses
from bot.sandbox.registrations import Registrations
from bot.sandbox.replies import JSON
from bot.sandbox.settings import Settings
from bot.sandbox.state import State
from bot.sandbox.town_view import TownView
from bot.sandbox.webhooks import Webhooks
from bot.sandbox.wire import Json, dumps
from watchers.clock import Clock

PAGE = Path(__file__).with_name("page")
_SHOWN_MESSAGES = 200
_SHOWN_CALLS = 300
_ENTER_AGAIN_S = 60.0


class PageApi:
    """The routes of the page; errors are ``{"error": text}`` with 400 or 404."""

    def __init__(  # noqa: PLR0913 - the page shows everything
        self,
        *,
        settings: Settings,
        state: State,
        people: People,
        presses: Presses,
        view: TownView,
        connections: LongConnections,
        calls: CallLog,
        faults: Faults,
        logs: LogFiles,
        webhooks: Webhooks,
        registrations: Registrations,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._state = state
        self._people = people
        self._presses = presses
        self._view = view
        self._connections = connections
        self._calls = calls
        self._faults = faults
        self._logs = logs
        self._webhooks = webhooks
        self._registrations = registrations
        self._clock = clock
        self._lock = threading.Lock()
        self._entered: dict[str, float] = {}

    def blueprint(self) -> Blueprint:
        """All routes."""
        routes = Blueprint("page", __name__)
        routes.register_error_handler(NotThereError, lambda error: _refused(error, 404))
        routes.register_error_handler(BadRequestError, lambda error: _refused(error, 400))
        for rule, method, view in (
            ("/", "GET", self._index),
            ("/registration", "GET", self._index),
            ("/page/<path:name>", "GET", self._file),
            ("/sandbox/state", "GET", lambda: _json(self._view.town())),
            ("/sandbox/commands", "GET", self._commands),
            ("/sandbox/chats", "POST", self._new_chat),
            ("/sandbox/chats/<chat_id>", "PATCH", self._rename_chat),
            ("/sandbox/chats/<chat_id>", "DELETE", self._dissolve),
            ("/sandbox/chats/<chat_id>/bot", "POST", self._set_bot),
            ("/sandbox/chats/<chat_id>/members/<open_id>", "PUT", self._add_member),
            ("/sandbox/chats/<chat_id>/members/<open_id>", "DELETE", self._remove_member),
            ("/sandbox/chats/<chat_id>/hooks", "POST", self._add_hook),
            ("/sandbox/connections/kick", "POST", self._kick),
            ("/sandbox/registrations", "GET", lambda: _json(self._registrations.to_json())),
            ("/sandbox/registrations/<user_code>/approve", "POST", self._approve),
            ("/sandbox/registrations/<user_code>/deny", "POST", self._deny),
            ("/sandbox/chats/<chat_id>/roles", "POST", self._set_role),
            ("/sandbox/chats/<chat_id>/messages", "GET", self._messages),
            ("/sandbox/chats/<chat_id>/messages", "POST", self._post),
            ("/sandbox/messages/<message_id>", "DELETE", self._recall),
            ("/sandbox/messages/<message_id>/action", "POST", self._act),
            ("/sandbox/messages/<message_id>/reactions", "POST", self._react),
            ("/sandbox/menu", "POST", self._choose),
            ("/sandbox/images/<key>", "GET", self._image),
            ("/sandbox/api-log", "GET", self._api_log),
            ("/sandbox/faults", "GET", lambda: _json(self._faults.to_json())),
            ("/sandbox/faults", "POST", self._set_fault),
            ("/sandbox/logs", "GET", lambda: _json(self._logs.to_json())),
            ("/sandbox/logs", "POST", self._write_line),
        ):
            routes.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
        return routes

    def _index(self) -> Response:
        if not (PAGE / "index.html").is_file():
            text = "The sandbox runs, but this installation has no page (bot/sandbox/page)."
            return Response(text, 404, content_type="text/plain; charset=utf-8")
        return self._file("index.html")

    def _file(self, name: str) -> Response:
        response = send_from_directory(PAGE, name)
        lasting = "public, max-age=604800" if name.startswith("vendor/") else "no-cache"
        response.headers["Cache-Control"] = lasting
        return response

    def _commands(self) -> Response:
        return _json({"commands": [asdict(one) for one in self._settings.commands]})

    def _messages(self, chat_id: str) -> Response:
        chat = self._state.chat(chat_id)
        if chat.peer and self._enters(chat_id):
            self._people.enter_p2p(chat_id)
        shown = self._state.messages(chat_id)[-_SHOWN_MESSAGES:]
        return _listed("messages", (message_text(one, self._state.name_of) for one in shown))

    def _enters(self, chat_id: str) -> bool:
        """Whether reading this private chat counts as opening it: once a minute."""
        with self._lock:
            now = self._clock.monotonic()
            last = self._entered.get(chat_id)
            if last is not None and now - last < _ENTER_AGAIN_S:
                return False
            self._entered[chat_id] = now
            return True

    def _post(self, chat_id: str) -> Response:
        body = _body()
        message = self._people.post_text(
            chat_id,
            _text(body, "text"),
            _text(body, "as"),
            mention_bot=bool(body.get("mention_bot")),
            reply_to=body.get("reply_to"),
        )
        return _json({"message_id": message.message_id})

    def _act(self, message_id: str) -> Response:
        body = _body()
        return _json(self._presses.press(message_id, _text(body, "as"), body))

    def _react(self, message_id: str) -> Response:
        body = _body()
        self._people.react(message_id, _text(body, "emoji_type"), _text(body, "as"))
        return _json({})

    def _choose(self) -> Response:
        body = _body()
        self._people.choose_menu(_text(body, "key"), _text(body, "as"))
        return _json({})

    def _recall(self, message_id: str) -> Response:
        self._people.recall(message_id, request.args.get("as"))
        return _json({})

    def _new_chat(self) -> Response:
        body = _body()
        members = body.get("members") or []
        if not isinstance(members, list):
            raise BadRequestError("members is not a list; wanted open_ids")
        chat = self._people.new_group(
            _text(body, "name"), [str(one) for one in members], _text(body, "owner_id")
        )
        return _json(self._view.chat(chat))

    def _rename_chat(self, chat_id: str) -> Response:
        body = _body()
        chat = self._people.rename(chat_id, _text(body, "name"), _text(body, "as"))
        return _json(self._view.chat(chat))

    def _set_bot(self, chat_id: str) -> Response:
        body = _body()
        change = self._people.add_bot if body.get("in") else self._people.remove_bot
        return _json(self._view.chat(change(chat_id, _text(body, "as"))))

    def _add_member(self, chat_id: str, open_id: str) -> Response:
        body = _body()
        chat = self._people.add_member(chat_id, open_id, _text(body, "as"))
        return _json(self._view.chat(chat))

    def _remove_member(self, chat_id: str, open_id: str) -> Response:
        return _json(
            self._view.chat(self._people.remove_member(chat_id, open_id, _text(_body(), "as")))
        )

    def _add_hook(self, chat_id: str) -> Response:
        body = _body()
        keywords, ips = (tuple(map(str, body.get(key) or ())) for key in ("keywords", "ips"))
        hook = self._webhooks.add(
            chat_id,
            _text(body, "name"),
            secret=str(body.get("secret") or ""),
            keywords=keywords,
            ips=ips,
        )
        return _json({"hook_id": hook.hook_id, "path": hook.path})

    def _kick(self) -> Response:
        return _json({"kicked": self._connections.kick()})

    def _approve(self, user_code: str) -> Response:
        body = _body()
        carried = {key: body.get(key) for key in ("addons", "client_id")}
        self._registrations.decide(user_code, _text(body, "as"), approve=True, **carried)
        return _json({})

    def _deny(self, user_code: str) -> Response:
        self._registrations.decide(user_code, _text(_body(), "as"), approve=False)
        return _json({})

    def _set_role(self, chat_id: str) -> Response:
        body = _body()
        chat = self._people.set_role(
            chat_id, _text(body, "open_id"), _text(body, "role"), _text(body, "as")
        )
        return _json(self._view.chat(chat))

    def _dissolve(self, chat_id: str) -> Response:
        self._people.dissolve(chat_id)
        return _json({})

    def _image(self, key: str) -> Response:
        if key not in self._state.images:
            raise NotThereError(f"no image {key}")
        data, mime = self._state.images[key]
        return Response(data, content_type=mime)

    def _api_log(self) -> Response:
        after = request.args.get("after", 0, int)
        calls = self._calls.after(after)[-_SHOWN_CALLS:]
        return _listed("calls", (call.to_text() for call in calls))

    def _set_fault(self) -> Response:
        self._faults.set_json(_body())
        return _json(self._faults.to_json())

    def _write_line(self) -> Response:
        body = _body()
        self._logs.append(_text(body, "path"), _text(body, "line"))
        return _json({})


def _json(body: Json) -> Response:
    return Response(dumps(body), content_type=JSON)


def _listed(name: str, texts: Iterable[str]) -> Response:
    """A JSON object with one list, drawn and sent piece by piece: a whole one may be large."""

    def pieces() -> Iterator[str]:
        yield f'{{"{name}":['
        for number, text in enumerate(texts):
            yield f",{text}" if number else text
        yield "]}"

    return Response(pieces(), content_type=JSON)


def _refused(error: Exception, status: int) -> Response:
    return Response(dumps({"error": str(error)}), status, content_type=JSON)


def _body() -> Json:
    body = json_object()
    if body is None:
        raise BadRequestError("the body is not a JSON object")
    return body


def _text(body: Json, field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str):
        raise BadRequestError(f"{field} is {value!r}; wanted a string")
    return value

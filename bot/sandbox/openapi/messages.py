"""Messages over HTTP: send, update, recall, urge, react, and cards for one person."""

from functools import partial

from flask import Response, request

from bot.sandbox.errors import missing, text_of
from bot.sandbox.marks import URGENT, Marks
from bot.sandbox.messages import Messages
from bot.sandbox.openapi.asked import Route, body, size
from bot.sandbox.presses import Presses
from bot.sandbox.replies import ok, reply
from bot.sandbox.state import State
from bot.sandbox.wire import Json

_MESSAGES = "/open-apis/im/v1/messages"
_ONE = f"{_MESSAGES}/<message_id>"


class MessageRoutes:
    """Each view reads the request, has the work done, and draws the answer."""

    def __init__(self, state: State, messages: Messages, marks: Marks, presses: Presses) -> None:
        self._state = state
        self._messages = messages
        self._marks = marks
        self._presses = presses

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view of each."""
        return (
            ("POST", _MESSAGES, self._create),
            ("GET", _ONE, self._get),
            ("PATCH", _ONE, self._patch),
            ("PUT", _ONE, self._put),
            ("DELETE", _ONE, self._delete),
            ("POST", f"{_ONE}/reply", self._reply),
            *(("PATCH", f"{_ONE}/{how}", partial(self._urge, how=how)) for how in URGENT),
            ("POST", f"{_ONE}/reactions", self._react),
            ("DELETE", f"{_ONE}/reactions/<reaction_id>", self._unreact),
            ("POST", "/open-apis/interactive/v1/card/update", self._update_later),
            ("POST", "/open-apis/ephemeral/v1/send", self._ephemeral),
            ("POST", "/open-apis/ephemeral/v1/delete", self._delete_ephemeral),
        )

    def _create(self) -> Response:
        kind = request.args.get("receive_id_type", "")
        return ok(self._messages.data(self._messages.create(kind, body(), size())))

    def _reply(self, message_id: str) -> Response:
        return ok(self._messages.data(self._messages.reply(message_id, body(), size())))

    def _get(self, message_id: str) -> Response:
        return ok({"items": [self._messages.data(self._messages.read(message_id))]})

    def _patch(self, message_id: str) -> Response:
        self._messages.patch(message_id, body(), size())
        return ok(msg="ok")

    def _put(self, message_id: str) -> Response:
        return ok(self._messages.data(self._messages.put(message_id, body(), size())))

    def _delete(self, message_id: str) -> Response:
        self._messages.delete(message_id)
        return ok()

    def _urge(self, message_id: str, how: str) -> Response:
        kind = request.args.get("user_id_type")
        if not kind:
            raise missing("user_id_type")
        wrong = self._marks.urge(message_id, how, kind, body().get("user_id_list"))
        return ok({"invalid_user_id_list": wrong})

    def _react(self, message_id: str) -> Response:
        kind = body().get("reaction_type")
        emoji = text_of(kind if isinstance(kind, dict) else {}, "emoji_type")
        reaction_id = self._marks.react(message_id, emoji, self._state.app_id)
        return ok(self._reaction(reaction_id, emoji, self._state.app_id))

    def _unreact(self, message_id: str, reaction_id: str) -> Response:
        emoji, who = self._marks.unreact(message_id, reaction_id, self._state.app_id)
        return ok(self._reaction(reaction_id, emoji, who))

    def _reaction(self, reaction_id: str, emoji: str, who: str) -> Json:
        return {
            "reaction_id": reaction_id,
            "operator": {"operator_id": who, "operator_type": "app"},
            "action_time": str(self._state.now_ms()),
            "reaction_type": {"emoji_type": emoji},
        }

    def _update_later(self) -> Response:
        self._presses.update_later(body(), size())
        return reply({"code": 0, "msg": "ok"})

    def _ephemeral(self) -> Response:
        return ok({"message_id": self._messages.ephemeral(body(), size()).message_id})

    def _delete_ephemeral(self) -> Response:
        self._messages.delete_ephemeral(text_of(body(), "message_id"))
        return ok()

"""The town as the page reads it: the app, the people, the chats and what was said last."""

from bot.sandbox.application import Application
from bot.sandbox.bus import Bus
from bot.sandbox.call_log import CallLog
from bot.sandbox.drawing import preview
from bot.sandbox.long_connection import LongConnections
from bot.sandbox.state import Chat, State
from bot.sandbox.wire import Json, dumps


class TownView:
    """Draws the whole town but for the messages."""

    def __init__(
        self,
        state: State,
        application: Application,
        connections: LongConnections,
        calls: CallLog,
        bus: Bus,
    ) -> None:
        self._state = state
        self._application = application
        self._connections = connections
        self._calls = calls
        self._bus = bus

    def announce(self) -> None:
        """Send the town to every page."""
        self._bus.publish_latest("chats", lambda: dumps(self.town()))

    def town(self) -> Json:
        """Everything at one moment."""
        with self._state.lock:
            groups_first = sorted(self._state.chats(), key=lambda chat: chat.mode)
            return {
                "app": self._app(),
                "users": [
                    {
                        "open_id": one.open_id,
                        "name": one.name,
                        "avatar_color": one.avatar_color,
                        "external": one.external,
                    }
                    for one in self._state.users.values()
                ],
                "chats": [self.chat(chat) for chat in groups_first],
                "hooks": self._hooks(),
                "unknown_calls": self._calls.unknown,
            }

    def chat(self, chat: Chat) -> Json:
        """A group or a private chat."""
        last = self._state.last_message(chat.chat_id)
        found: Json = {
            "chat_id": chat.chat_id,
            "name": chat.name,
            "chat_mode": chat.mode,
            "members": list(chat.members),
            "owner_id": chat.owner_id,
            "managers": list(chat.managers),
            "bot_in": chat.bot_in,
            "bot_is_manager": chat.bot_is_manager,
            "external": self._state.external(chat),
            "urgent_setting": chat.urgent_setting,
            "unread": 0,
            "last": last and {"text": preview(last), "time": last.created_at},
        }
        return found | ({"peer": chat.peer} if chat.peer else {})

    def _app(self) -> Json:
        return {
            "app_id": self._state.app_id,
            "name": self._state.app_name,
            "bot_open_id": self._state.bot_open_id,
            "online": self._connections.online,
            "mode": self._application.live.event_mode,
            "config": self._application.to_json(),
        }

    def _hooks(self) -> list[Json]:
        return [
            {
                "hook_id": hook.hook_id,
                "chat_id": hook.chat_id,
                "name": hook.name,
                "path": hook.path,
                "signed": bool(hook.secret),
                "keywords": list(hook.keywords),
                "ips": list(hook.ips),
            }
            for hook in self._state.hooks.values()
        ]

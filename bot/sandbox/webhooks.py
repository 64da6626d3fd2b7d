"""Custom bots of groups: their security settings, and every reason to refuse a post."""

import base64
import hashlib
import hmac
import ipaddress
from fnmatch import fnmatchcase

from bot.sandbox.contents import Contents
from bot.sandbox.errors import ApiError, BadRequestError
from bot.sandbox.limits import Limits
from bot.sandbox.state import Hook, Message, State
from bot.sandbox.wire import Json, dumps, new_id, stable_id
from watchers.clock import Clock

MOST_BYTES = 20 * 1024
_MOST_RULES = 10
_FRESH_S = 3600
_LONGEST_TIMESTAMP = 20
_TYPES = {"text", "post", "image", "share_chat", "interactive"}


class Webhooks:
    """Takes what is posted to the addresses of custom bots."""

    def __init__(self, state: State, contents: Contents, limits: Limits, clock: Clock) -> None:
        self._state = state
        self._contents = contents
        self._limits = limits
        self._clock = clock

    def add(
        self,
        chat_id: str,
        name: str,
        *,
        secret: str = "",
        keywords: tuple[str, ...] = (),
        ips: tuple[str, ...] = (),
    ) -> Hook:
        """Give a group a custom bot; one of the same name is replaced and keeps its address.

        Raises:
            NotThereError, BadRequestError: If there is no such group, or a rule too many.
        """
        if self._state.chat(chat_id).peer:
            raise BadRequestError("this is a private chat; only groups have custom bots")
        if len(keywords) > _MOST_RULES or len(ips) > _MOST_RULES:
            raise BadRequestError(
                f"there may be {_MOST_RULES} keywords and {_MOST_RULES} addresses"
            )
        digits = stable_id("", f"custom bot {chat_id} {name}")
        hook = Hook(
            hook_id="-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])),
            chat_id=chat_id,
            name=name,
            secret=secret,
            keywords=keywords,
            ips=ips,
        )
        self._state.put_hook(hook)
        return hook

    def take(self, hook_id: str, body: Json, size: int, address: str) -> Message:
        """Post into the group; `address` is where the request came from.

        Raises:
            ApiError: With the code for the first thing that is not as it should be.
        """
        with self._state.lock:
            hook = self._state.hooks.get(hook_id)
            chat = self._state.find_chat(hook.chat_id) if hook else None
            if hook is None or chat is None or chat.dissolved:
                raise ApiError(19001, "param invalid: incoming webhook access token invalid")
            self._limits.webhook(hook_id)
            if size > MOST_BYTES or body.get("msg_type") not in _TYPES:
                raise bad_request()
            self._check(hook, body, address)
            msg_type, content = self._content(body)
            stored, mentions = self._contents.checked(msg_type, dumps(content))
            now = self._state.now_ms()
            return self._state.add_message(
                Message(
                    message_id=new_id("om_"),
                    chat_id=chat.chat_id,
                    sender_id=hook.hook_id,
                    sender_type="app",
                    msg_type=msg_type,
                    content=stored,
                    created_at=now,
                    updated_at=now,
                    mentions=mentions,
                )
            )

    def _check(self, hook: Hook, body: Json, address: str) -> None:
        if hook.secret and not self._signed(hook.secret, body):
            msg = "sign match fail or timestamp is not within one hour from current time"
            raise ApiError(19021, msg)
        if hook.ips and not any(_covers(rule, address) for rule in hook.ips):
            raise ApiError(19022, "Ip Not Allowed")
        text = dumps(body.get("card") or body.get("content"))
        if hook.keywords and not any(word in text for word in hook.keywords):
            raise ApiError(19024, "Key Words Not Found")

    def _signed(self, secret: str, body: Json) -> bool:
        timestamp = str(body.get("timestamp", ""))
        if not timestamp.isdecimal() or len(timestamp) > _LONGEST_TIMESTAMP:
            return False
        age = abs(self._clock.now().timestamp() - int(timestamp))
        found = str(body.get("sign")).encode("utf-8", "replace")
        return age <= _FRESH_S and hmac.compare_digest(sign(timestamp, secret).encode(), found)

    def _content(self, body: Json) -> tuple[str, Json]:
        msg_type = str(body["msg_type"])
        content = body.get("card" if msg_type == "interactive" else "content")
        if msg_type == "post" and isinstance(content, dict):
            content = content.get("post")
        if msg_type == "share_chat" and isinstance(content, dict):
            content = {"chat_id": content.get("share_chat_id")}
        if not isinstance(content, dict):
            raise bad_request()
        return msg_type, content


def sign(timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 over nothing, under the key made of timestamp and secret."""
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()


def bad_request() -> ApiError:
    """9499: the body is too large or is no message."""
    return ApiError(9499, "Bad Request")


def _covers(rule: str, address: str) -> bool:
    if "/" not in rule:
        return fnmatchcase(address, rule)
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(rule, strict=False)
    except ValueError:
        return False

"""Every API behind a token, as data: the scopes of which one is enough, and its rate ceiling."""

from dataclasses import dataclass
from typing import Final

from bot.sandbox import scopes
from bot.sandbox.limits import TIER_4, Ceiling

_IM: Final = "/open-apis/im/v1"
_MESSAGE: Final = f"{_IM}/messages/<message_id>"
_CHAT: Final = f"{_IM}/chats/<chat_id>"
_APP: Final = "/open-apis/application/v7/applications/<app_id>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What the gateway asks of a call."""

    scopes: tuple[str, ...]
    ceiling: Ceiling = TIER_4


APIS: Final = {
    "GET /open-apis/bot/v3/info": Api(scopes=scopes.FREE),
    f"POST {_IM}/messages": Api(scopes=scopes.SEND),
    f"GET {_MESSAGE}": Api(scopes=scopes.READ),
    f"PATCH {_MESSAGE}": Api(scopes=scopes.UPDATE),
    f"PUT {_MESSAGE}": Api(scopes=scopes.UPDATE),
    f"DELETE {_MESSAGE}": Api(scopes=scopes.RECALL),
    f"POST {_MESSAGE}/reply": Api(scopes=scopes.SEND),
    f"PATCH {_MESSAGE}/urgent_app": Api(scopes=scopes.URGENT_APP),
    f"PATCH {_MESSAGE}/urgent_sms": Api(scopes=scopes.URGENT_SMS),
    f"PATCH {_MESSAGE}/urgent_phone": Api(scopes=scopes.URGENT_PHONE),
    f"POST {_MESSAGE}/reactions": Api(scopes=scopes.REACT),
    f"DELETE {_MESSAGE}/reactions/<reaction_id>": Api(scopes=scopes.REACT),
    f"GET {_MESSAGE}/resources/<key>": Api(scopes=scopes.READ),
    f"POST {_IM}/images": Api(scopes=scopes.UPLOAD),
    f"GET {_IM}/images/<key>": Api(scopes=scopes.DOWNLOAD),
    f"POST {_IM}/files": Api(scopes=scopes.UPLOAD),
    f"GET {_IM}/files/<key>": Api(scopes=scopes.DOWNLOAD),
    f"GET {_IM}/chats": Api(scopes=scopes.CHAT),
    f"POST {_IM}/chats": Api(scopes=scopes.CHAT_CREATE),
    f"GET {_CHAT}": Api(scopes=scopes.CHAT),
    f"GET {_CHAT}/members": Api(scopes=scopes.CHAT_MEMBERS),
    f"GET {_CHAT}/members/is_in_chat": Api(scopes=scopes.CHAT_MEMBERS),
    f"POST {_CHAT}/managers/add_managers": Api(scopes=scopes.CHAT_MANAGERS),
    f"POST {_CHAT}/managers/delete_managers": Api(scopes=scopes.CHAT_MANAGERS),
    "POST /open-apis/interactive/v1/card/update": Api(scopes=scopes.FREE),
    "POST /open-apis/ephemeral/v1/send": Api(scopes=scopes.SEND),
    "POST /open-apis/ephemeral/v1/delete": Api(scopes=scopes.SEND),
    "GET /open-apis/contact/v3/users/<user_id>": Api(scopes=scopes.USER),
    "POST /open-apis/contact/v3/users/batch_get_id": Api(scopes=scopes.USER_ID),
    "GET /open-apis/application/v6/scopes": Api(scopes=scopes.FREE),
    "GET /open-apis/application/v6/applications/<app_id>": Api(scopes=scopes.APPLICATION_INFO),
    "GET /open-apis/application/v6/applications/<app_id>/app_versions/<version_id>": Api(
        scopes=scopes.APPLICATION_VERSION
    ),
    f"PATCH {_APP}/config": Api(scopes=scopes.APPLICATION, ceiling=Ceiling(per_minute=100)),
    f"PATCH {_APP}/ability": Api(scopes=scopes.APPLICATION, ceiling=Ceiling(per_minute=100)),
    f"PATCH {_APP}/base": Api(scopes=scopes.APPLICATION, ceiling=Ceiling(per_minute=100)),
    f"POST {_APP}/publish": Api(scopes=scopes.APPLICATION, ceiling=Ceiling(per_minute=20)),
}
"""Keyed by method and rule, as the routes in openapi/ are registered."""

"""People over HTTP: a name by id, ids by e-mail and mobile."""

from flask import Response, request

from bot.sandbox.directory import Directory
from bot.sandbox.errors import ApiError
from bot.sandbox.openapi.asked import Route, body
from bot.sandbox.replies import ok
from bot.sandbox.state import User
from bot.sandbox.wire import Json

_USERS = "/open-apis/contact/v3/users"
_MOST_ASKED = 50
_NOT_VALID = 40001


class ContactRoutes:
    """People of other tenants are not in this directory."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view of each."""
        return (
            ("GET", f"{_USERS}/<user_id>", self._user),
            ("POST", f"{_USERS}/batch_get_id", self._ids),
        )

    def _user(self, user_id: str) -> Response:
        kind = self._directory.id_kind(request.args.get("user_id_type"))
        user = self._directory.find_person(kind, user_id)
        if user is None or user.external:
            raise ApiError(99992351, f"not a valid {{{kind}}}. Invalid ids: [{user_id}]")
        names = {"open_id": user.open_id, "union_id": user.union_id, "name": user.name}
        return ok({"user": names})

    def _ids(self) -> Response:
        asked = body()
        kind = self._directory.id_kind(request.args.get("user_id_type"))
        found: list[Json] = []
        for field, key in (("emails", "email"), ("mobiles", "mobile")):
            wanted = asked.get(field) or []
            if not isinstance(wanted, list) or len(wanted) > _MOST_ASKED:
                raise ApiError(_NOT_VALID, f"{field} has at most {_MOST_ASKED} entries")
            for one in wanted:
                user = self._directory.find_person(key, str(one))
                found.append({key: one} | (_known(user, kind) if user else {}))
        return ok({"user_list": found})


def _known(user: User, kind: str) -> Json:
    if user.external:
        return {}
    status = {"is_frozen": False, "is_resigned": False, "is_activated": True}
    status |= {"is_exited": False, "is_unjoin": False}
    return {"user_id": user.ids[kind], "status": status}

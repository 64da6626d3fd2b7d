"""Images and files over HTTP: upload, and download what was uploaded or sent."""

from flask import Response

from bot.sandbox.errors import ApiError
from bot.sandbox.messages import Messages
from bot.sandbox.openapi.asked import Route, parts
from bot.sandbox.replies import ok
from bot.sandbox.state import State
from bot.sandbox.wire import new_id

_IMAGE_BYTES = 10 * 1024 * 1024
_FILE_BYTES = 30 * 1024 * 1024
_FILE_TYPES = {b"opus", b"mp4", b"pdf", b"doc", b"xls", b"ppt", b"stream"}
_IMAGES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
    b"BM": "image/bmp",
}
_IM = "/open-apis/im/v1"


class ResourceRoutes:
    """What is uploaded is kept in memory until the sandbox stops."""

    def __init__(self, state: State, messages: Messages) -> None:
        self._state = state
        self._messages = messages

    def routes(self) -> tuple[Route, ...]:
        """Method, rule and view of each."""
        return (
            ("POST", f"{_IM}/images", self._upload_image),
            ("GET", f"{_IM}/images/<key>", self._image),
            ("POST", f"{_IM}/files", self._upload_file),
            ("GET", f"{_IM}/files/<key>", self._file),
            ("GET", f"{_IM}/messages/<message_id>/resources/<key>", self._of_message),
        )

    def _upload_image(self) -> Response:
        form = parts()
        if form.get("image_type") not in {b"message", b"avatar"}:
            raise ApiError(234001, "Invalid request param.")
        data = _checked(form.get("image"), _IMAGE_BYTES)
        mime = next((kind for magic, kind in _IMAGES.items() if data.startswith(magic)), None)
        if mime is None:
            raise ApiError(234011, "Can't recognize image format.")
        key = new_id("img_v3_")
        self._state.images[key] = (data, mime)
        return ok({"image_key": key})

    def _upload_file(self) -> Response:
        form = parts()
        name = form.get("file_name", b"").decode("utf-8", "replace")
        if not name or form.get("file_type") not in _FILE_TYPES:
            raise ApiError(234001, "Invalid request param.")
        key = new_id("file_v3_")
        self._state.files[key] = (_checked(form.get("file"), _FILE_BYTES), name)
        return ok({"file_key": key})

    def _image(self, key: str) -> Response:
        found = self._state.images.get(key)
        if found is None:
            raise _no_such(key)
        return Response(found[0], content_type=found[1])

    def _file(self, key: str) -> Response:
        found = self._state.files.get(key)
        if found is None:
            raise _no_such(key)
        return Response(found[0], content_type="application/octet-stream")

    def _of_message(self, message_id: str, key: str) -> Response:
        if key not in self._messages.read(message_id).content:
            raise ApiError(234003, "File not in msg.")
        return self._image(key) if key in self._state.images else self._file(key)


def _checked(data: bytes | None, limit: int) -> bytes:
    if data is None:
        raise ApiError(234001, "Invalid request param.")
    if not data:
        raise ApiError(234010, "File's size can't be 0.")
    if len(data) > limit:
        raise ApiError(234006, "The file size exceed the max value.")
    return data


def _no_such(key: str) -> ApiError:
    return ApiError(234005, f"The file has been deleted: {key}")

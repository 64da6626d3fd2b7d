"""Writes a line for every change of an alert to a file: the smallest notifier there is."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.core.context import AlertContext
from bot.core.errors import DeliveryError, Fault


class Lines:
    """Appends to the file that the settings name as ``path``."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """What is wrong with the settings is raised as a `ValueError`, in words for operators."""
        if not isinstance(settings.get("path"), str):
            raise ValueError('settings = { path = "…" } is wanted')  # noqa: TRY004
        self._path = Path(settings["path"])

    def send(self, context: AlertContext, uuid: str, now: datetime) -> None:
        """Append one line; a full disk is worth another try."""
        at = now.isoformat(timespec="seconds")
        line = f"{at} {uuid} {context.event} #{context.id} {context.severity} {context.title}\n"
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            raise DeliveryError(Fault.PASSING, detail=f"{error.strerror}") from error

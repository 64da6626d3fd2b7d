"""Handlers of installed packages are found by their entry points; a broken one keeps no other."""

from pathlib import Path

import pytest

from bot.ingest.handlers import Handlers, installed

MODULE = """
from bot.ingest.pushed import Pushed

class Users:
    events = ("user.*",)

    def handle(self, event, now):
        return [Pushed(rule="users", title=event.name)]

class Wrong:
    events = "user.created"

    def handle(self, event, now):
        return []
"""
ENTRY_POINTS = """
[larkwatch.event_handlers]
users = shop_users:Users
wrong = shop_users:Wrong
absent = shop_users:Nothing
"""


def test_an_installed_package_handles_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "shop_users.py").write_text(MODULE)
    package = tmp_path / "shop_users-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-users\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))

    handlers = Handlers(installed())

    assert handlers.of("user.created") is not None
    assert handlers.of("order.paid") is None
    left_out = {getattr(record, "entry_point", "") for record in caplog.records}
    assert left_out == {"wrong", "absent"}

"""Chromium for the tests that look at the page, and for the pictures."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

MISSING = "Chromium is missing: as root on Debian, `make system` installs it."
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoChromiumError(Exception):
    """There is no Chromium on this machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the machine's Chromium, and nothing that was downloaded.

    Raises:
        NoChromiumError: If there is none.
    """
    found = shutil.which("chromium")
    if found is None:
        raise NoChromiumError(MISSING)
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, args=_FLAGS)
        yield started
        started.close()

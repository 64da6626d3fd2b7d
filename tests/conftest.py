"""What holds for every test: no timed judgement, the same examples on each run of CI, a browser."""

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Chromium, one for all the tests of a module; CI fails without it, others are skipped."""
    from tests.browser import NoChromiumError, chromium  # noqa: PLC0415 - most tests need none

    try:
        with chromium() as started:
            yield started
    except NoChromiumError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))

"""An address on loopback."""

from collections.abc import Iterator

import pytest

from tests.bot.jobs.address import Address, answering


@pytest.fixture
def address() -> Iterator[Address]:
    """An address that answers as told."""
    with answering() as found:
        yield found

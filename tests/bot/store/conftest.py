"""What is tested here is tested over SQLite and over PostgreSQL."""

import pytest


@pytest.fixture
def url(either_url: str) -> str:
    """Address of the test's database, of each kind in turn."""
    return either_url

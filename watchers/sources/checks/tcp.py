"""Does something accept connections there?"""

import socket

from watchers.sources.checks.base import Outcome, up
from watchers.sources.checks.settings import CheckSettings, parted


def probe(settings: CheckSettings) -> Outcome:
    """Connect, and hang up."""
    place = parted(settings.address)
    socket.create_connection(place or ("", 0), settings.timeout.total_seconds()).close()
    return up(settings.address)

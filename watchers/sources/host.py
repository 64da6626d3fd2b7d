"""How the machine itself stands."""

from datetime import datetime

import psutil

from watchers.finding import HostSample


class HostSource:
    """Samples cpu, memory and the root disk; not thread-safe."""

    def __init__(self, host: str) -> None:
        """Begin the first cpu interval; `host` is the name that the samples carry."""
        self._host = host
        psutil.cpu_percent(interval=None)

    def sample(self, now: datetime) -> HostSample:
        """Shares in use; cpu since the sample before."""
        return HostSample(
            host=self._host,
            at=now,
            cpu=psutil.cpu_percent(interval=None) / 100,
            memory=psutil.virtual_memory().percent / 100,
            disk=psutil.disk_usage("/").percent / 100,
        )

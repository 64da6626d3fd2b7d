"""What every sink does."""

from typing import Protocol

from watchers.finding import Report


class Sink(Protocol):
    """Takes reports; thread-safe."""

    def accept(self, report: Report) -> None:
        """Take a report safely, its positions included.

        Raises:
            SinkError: If it was not taken; the caller keeps it and tries again.
        """
        ...

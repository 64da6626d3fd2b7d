"""The errors of the watching side."""


class WatcherError(Exception):
    """Root of what the watching side raises."""


class PatternError(WatcherError):
    """A rule's pattern cannot be used.

    Attributes:
        pattern: The pattern as written.
        reason: What is wrong with it and what to write instead.
    """

    def __init__(self, pattern: str, reason: str) -> None:
        super().__init__(f"pattern {pattern!r}: {reason}")
        self.pattern = pattern
        self.reason = reason


class SinkError(WatcherError):
    """A sink did not take a report; the caller keeps it and tries again."""


class FindingFormatError(WatcherError):
    """A finding's wire form is not one this version can read."""


class CheckpointError(WatcherError):
    """Positions cannot be kept: the text says why and what to do."""

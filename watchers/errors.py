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
    """A sink did not take a report; the caller keeps it and tries again.

    Attributes:
        retry_after_s: Seconds to wait before that at least, None to choose freely.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class SignatureError(WatcherError):
    """What was received is not signed as it must be; the text says why."""


class FindingFormatError(WatcherError):
    """A finding's wire form is not one this version can read."""


class CheckpointError(WatcherError):
    """Positions cannot be kept: the text says why and what to do."""


class StaleSignatureError(SignatureError):
    """The signature is right, but too old or from the future: a repeat, or a clock that is off."""


class ReplayError(WatcherError):
    """A file cannot be replayed; the text says which, and why."""


class UnreadableError(WatcherError):
    """A file cannot be read, or not to its end.

    Attributes:
        name: Which one.
        reason: Why.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}")
        self.name = name
        self.reason = reason

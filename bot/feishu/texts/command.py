"""What people are told of one command."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandText:
    """One command for people.

    Attributes:
        about: What it does, a few words.
        usage: Its form, e.g. ``/ack 42``.
        examples: Lines that work as they stand.
    """

    about: str
    usage: str
    examples: tuple[str, ...]

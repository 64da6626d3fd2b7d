"""The command `larkwatch`: made to end quietly from its first moment, then the group."""

import gc

from bot.cli.stopping import end_at_once

_GARBAGE = 20_000
"""New objects between two looks for cycles: at Python's 700 they are a tenth of every start."""


def main() -> None:
    """Run the command line."""
    end_at_once()
    gc.set_threshold(_GARBAGE)
    from bot.cli.commands import larkwatch

    larkwatch(prog_name="larkwatch")

"""The command `larkwatch`: made to end quietly from its first moment, then the group."""

from bot.cli.stopping import end_at_once


def main() -> None:
    """Run the command line."""
    end_at_once()
    from bot.cli.commands import larkwatch

    larkwatch(prog_name="larkwatch")

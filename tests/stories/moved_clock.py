"""`larkwatch run` with a clock that is ahead by as many seconds as a file says."""

from datetime import datetime, timedelta
from pathlib import Path

from bot.app.process import Larkwatch
from bot.cli.common import set_up_log
from bot.cli.stopping import Stop
from bot.config.load import load
from bot.config.secrets import read_secrets
from watchers.clock import SystemClock

AHEAD = Path("ahead")


class MovedClock(SystemClock):
    """A clock that somebody else moves."""

    def now(self) -> datetime:
        """The wall clock, so many seconds later."""
        return super().now() + timedelta(seconds=float(AHEAD.read_text()))


def main() -> None:
    set_up_log(verbose=False)
    config = load("larkwatch.toml")
    clock = MovedClock()
    larkwatch = Larkwatch(config, read_secrets(config, "larkwatch.toml"), "larkwatch.toml", clock)
    stop = Stop()
    larkwatch.start()
    stop.wait()
    larkwatch.stop()


if __name__ == "__main__":
    main()

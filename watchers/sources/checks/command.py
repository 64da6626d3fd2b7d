"""Does a command of your own end well?"""

from watchers.sources.checks.base import Outcome, down, up
from watchers.sources.checks.running import run
from watchers.sources.checks.settings import CheckSettings

_SHOWN = 200


def probe(settings: CheckSettings) -> Outcome:
    """Run it without a shell: exit code 0 is well, and its first line is what is told."""
    timeout_s = settings.timeout.total_seconds()
    ran = run(settings.command, timeout_s)
    said = next((line.strip() for line in ran.said.splitlines() if line.strip()), "")[:_SHOWN]
    if ran.code is None:
        return down(f"did not end within {timeout_s:g} s")
    if ran.code:
        return down(f"exit code {ran.code}{': ' if said else ''}{said}")
    return up(said)

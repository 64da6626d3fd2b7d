"""Does a process run?"""

import psutil

from watchers.sources.checks.base import Outcome, down, up
from watchers.sources.checks.settings import CheckSettings


def probe(settings: CheckSettings) -> Outcome:
    """Count those of this name, with `contains` in their command line; zombies do not run."""
    found = 0
    for process in psutil.process_iter(["name", "status"]):
        known = process.info
        if known["name"] != settings.process or known["status"] == psutil.STATUS_ZOMBIE:
            continue
        if settings.contains and settings.contains not in _command_line(process):
            continue
        found += 1
    if found < settings.least:
        return down(f"{found} running, wanted {settings.least}" if found else "does not run")
    return up(f"{found} running")


def _command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""

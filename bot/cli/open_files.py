"""How many files the process may hold open."""

import resource
from contextlib import suppress

_MOST = 1 << 20


def allow_many_open_files() -> None:
    """Raise the limit as far as this user may: every followed log is held open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    if soft < wanted:
        with suppress(OSError, ValueError):  # not every kernel allows it
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

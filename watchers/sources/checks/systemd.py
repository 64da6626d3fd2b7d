"""Is a unit of systemd active?"""

from watchers.sources.checks.base import Outcome, down, up, warning
from watchers.sources.checks.running import run
from watchers.sources.checks.settings import CheckSettings

_ASKED = "--property=LoadState,ActiveState,SubState,Result"
_ACTIVE = ("active", "reloading")
_ON_ITS_WAY = ("activating", "deactivating")


def probe(settings: CheckSettings) -> Outcome:
    """Ask ``systemctl show``, which also knows why a unit failed."""
    timeout_s = settings.timeout.total_seconds()
    try:
        ran = run(("systemctl", "show", _ASKED, "--", settings.unit), timeout_s)
    except FileNotFoundError:
        return down("there is no systemctl on this host")
    if ran.code is None:
        return down(f"systemctl did not answer within {timeout_s:g} s")
    found = dict(line.split("=", 1) for line in ran.said.splitlines() if "=" in line)
    state = found.get("ActiveState", "")
    if ran.code or not state:
        said = ran.said.strip().partition("\n")[0][:200]
        return down(said or f"systemctl ended with {ran.code}")
    if found.get("LoadState") == "not-found":
        return down("there is no such unit")
    detail = f"{state} ({found.get('SubState', '')})"
    if state in _ACTIVE:
        return up(detail)
    result = found.get("Result", "")
    told = f"{detail}, {result}" if result not in ("", "success") else detail
    return warning(told) if state in _ON_ITS_WAY else down(told)

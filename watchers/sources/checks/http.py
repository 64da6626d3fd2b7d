"""Does an address answer as it should?"""

import time

import requests

from watchers.health import CheckStatus
from watchers.sources.checks.base import Outcome, down, up, warning
from watchers.sources.checks.settings import CheckSettings

_MOST_BYTES = 256 * 1024
_CHUNK = 16 * 1024
_GOOD = range(200, 400)


def probe(settings: CheckSettings) -> Outcome:
    """Ask once, without following; of the answer at most 256 KiB are looked through."""
    timeout_s = settings.timeout.total_seconds()
    began_s = time.monotonic()
    try:
        with requests.get(
            settings.url,
            timeout=timeout_s,
            stream=True,
            allow_redirects=False,
            headers={"User-Agent": "larkwatch-health"},
        ) as answer:
            judged = _judged(settings, answer, began_s + timeout_s)
    except requests.Timeout:
        return down(f"no answer within {timeout_s:g} s")
    except requests.RequestException as error:
        return down(_plainly(error))
    took_s = time.monotonic() - began_s
    slow = settings.slow
    if judged.status is CheckStatus.UP and slow is not None and took_s > slow.total_seconds():
        return warning(f"slow: {took_s:.1f} s, {judged.detail}")
    return judged


def _judged(settings: CheckSettings, answer: requests.Response, ends_s: float) -> Outcome:
    status = answer.status_code
    if status not in (settings.status or _GOOD):
        return down(f"HTTP {status}")
    if not settings.contains:
        return up(f"HTTP {status}")
    wanted, seen = settings.contains.encode(), b""
    for chunk in answer.iter_content(_CHUNK):
        seen += chunk
        if wanted in seen:
            return up(f"HTTP {status}")
        if len(seen) > _MOST_BYTES:
            break
        if time.monotonic() > ends_s:
            return down("the answer does not end in time")
    return down(f"HTTP {status} without {settings.contains!r}")


def _plainly(error: BaseException) -> str:
    """The innermost reason: what lies around it names objects, not causes."""
    seen: list[BaseException] = []
    reason: BaseException | None = error
    while reason is not None and reason not in seen:
        seen.append(reason)
        inner = getattr(reason, "reason", None) or (reason.args[0] if reason.args else None)
        reason = inner if isinstance(inner, BaseException) else reason.__cause__
    said = next((one.strerror for one in seen if isinstance(one, OSError) and one.strerror), "")
    # urllib3 puts objects in front: "<…object at 0x7f…>: Failed to …".
    return said or str(seen[-1]).rpartition(": ")[2].strip() or type(seen[-1]).__name__

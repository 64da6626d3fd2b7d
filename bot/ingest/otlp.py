"""OpenTelemetry's log records as lines: JSON or protobuf, as exporters and collectors post them."""

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.errors import LarkwatchError
from bot.ingest.otlp_wire import JSON, PROTOBUF, tree_of
from watchers.streams.pushed import PushedLine

MOST_BODY = 4 << 20
"""Bytes of a request, packed or not."""
MOST_UNPACKED = 32 << 20
MOST_RECORDS = 20_000
"""Of one request; those beyond are refused and the sender is told so."""
_LONGEST_MESSAGE, _LONGEST_VALUE, _LONGEST_LINE = 16_000, 2000, 48_000
_LONGEST_LABEL, _LONGEST_TRACE = 100, 16_000
_MOST_ATTRIBUTES, _DEEPEST = 100, 8
_SOUND_TIME = timedelta(days=1)
_LEVELS = ("", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
_LABELS = {
    "service": ("service.name",),
    "host": ("host.name", "k8s.node.name"),
    "namespace": ("k8s.namespace.name", "service.namespace"),
    "pod": ("k8s.pod.name",),
    "container": ("k8s.container.name", "container.name"),
}
"""What findings are labelled with: ours, and the resource's that it may be."""
_TOLD = ("service.version", "service.instance.id", "deployment.environment.name")
_PACKINGS = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_NO_SERVICE = "unknown_service"
_STACK = "exception.stacktrace"


class LogsRejectedError(LarkwatchError):
    """A request was not let in.

    Attributes:
        status: The HTTP status to answer with.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """What was posted.

    Attributes:
        lines: One for each record, in their order.
        refused: How many records were none, or too many.
        why: Of the refused.
    """

    lines: tuple[PushedLine, ...]
    refused: int = 0
    why: str = ""


def open_logs(kind: str, packing: str, body: bytes, sender: str, now: datetime) -> Logs:
    """Read the records of a request.

    Args:
        kind: Content type, e.g. ``application/x-protobuf``.
        packing: Content encoding: ``gzip``, ``deflate``, or "" or ``identity`` for none.
        body: As it came.
        sender: Its address: the host of what does not name one.
        now: Aware.

    Raises:
        LogsRejectedError: If it cannot be read; the text says why.
    """
    kind = kind.partition(";")[0].strip().lower()
    if kind not in (JSON, PROTOBUF):
        raise LogsRejectedError(415, f"wanted {PROTOBUF} or {JSON}")
    try:
        tree = tree_of(kind, _unpacked(packing.strip().lower(), body))
        return _logs(tree, sender, now)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise LogsRejectedError(400, f"no ExportLogsServiceRequest in {kind}") from error


def _unpacked(packing: str, body: bytes) -> bytes:
    if len(body) > MOST_BODY:
        raise LogsRejectedError(413, f"more than {MOST_BODY} bytes")
    if packing in ("", "identity"):
        return body
    if packing not in _PACKINGS:
        raise LogsRejectedError(415, "wanted gzip, deflate or no packing")
    unpacker = zlib.decompressobj(_PACKINGS[packing])
    try:
        found = unpacker.decompress(body, MOST_UNPACKED)
    except zlib.error as error:
        raise LogsRejectedError(400, f"no {packing}") from error
    if unpacker.unconsumed_tail:
        raise LogsRejectedError(413, f"more than {MOST_UNPACKED} bytes unpacked")
    if not unpacker.eof:
        raise LogsRejectedError(400, f"the {packing} is not whole")
    return found


def _logs(tree: Mapping[str, Any], sender: str, now: datetime) -> Logs:
    lines: list[PushedLine] = []
    bad = many = 0
    for resource, scope, record in _records(tree):
        if len(lines) >= MOST_RECORDS:
            many += 1
            continue
        try:
            lines.append(_line(resource, scope, record, sender, now))
        except (ValueError, TypeError, AttributeError, OverflowError):
            bad += 1
    said = [f"{bad} are no log records"] if bad else []
    said += [f"at most {MOST_RECORDS} in one request"] if many else []
    return Logs(lines=tuple(lines), refused=bad + many, why="; ".join(said))


def _records(
    tree: Mapping[str, Any],
) -> Iterator[tuple[Mapping[str, Any], str, Mapping[str, Any]]]:
    """Each record with its resource's attributes and its scope's name."""
    for of_resource in tree.get("resourceLogs") or ():
        attributes = _attributes((of_resource.get("resource") or {}).get("attributes"))
        for of_scope in of_resource.get("scopeLogs") or ():
            scope = str((of_scope.get("scope") or {}).get("name") or "")
            for record in of_scope.get("logRecords") or ():
                yield attributes, scope, record


def _line(
    resource: Mapping[str, Any], scope: str, record: Mapping[str, Any], sender: str, now: datetime
) -> PushedLine:
    level = _level(record)
    at = _moment(record.get("timeUnixNano")) or _moment(record.get("observedTimeUnixNano"))
    dated = at is not None and abs(now - at) < _SOUND_TIME
    when = at if at is not None and dated else now
    labels = {"host": sender, **_labels(resource), "severity": level.lower()}
    service = labels.setdefault("service", _NO_SERVICE)
    attributes = _attributes(record.get("attributes"))
    stack = str(attributes.pop(_STACK, ""))[:_LONGEST_TRACE].strip("\n")
    said: dict[str, Any] = {
        "time": when.isoformat(),
        "level": level,
        "service": service,
        "message": _text(_value(record.get("body"), 0))[:_LONGEST_MESSAGE],
        "logger": scope[:_LONGEST_VALUE],
        "event": str(record.get("eventName") or "")[:_LONGEST_VALUE],
        "trace_id": str(record.get("traceId") or "")[:64],
        "span_id": str(record.get("spanId") or "")[:64],
    }
    said = {key: found for key, found in said.items() if found != ""}
    for key, found in attributes.items():
        said[key if key not in said else f"attributes.{key}"] = found
    said |= {key: resource[key] for key in _TOLD if key in resource and key not in said}
    return PushedLine(
        path=f"otlp:{service}/{level.lower() or 'unspecified'}",
        labels=tuple((key, value) for key, value in labels.items() if value),
        text=_fitting(said) + (f"\n{stack}" if stack else ""),
        at=when,
        dated=dated,
    )


def _fitting(said: dict[str, Any]) -> str:
    """An object on one line; of a very long one the last names are left out."""
    text = json.dumps(said, ensure_ascii=False)
    while len(text) > _LONGEST_LINE:
        said.popitem()
        text = json.dumps(said, ensure_ascii=False)
    return text


def _level(record: Mapping[str, Any]) -> str:
    """The number counts: four of each level from 1 on; without one, the text as it stands."""
    number = int(record.get("severityNumber") or 0)
    if not 0 <= number <= 4 * (len(_LEVELS) - 1):
        raise ValueError("no severity")
    said = str(record.get("severityText") or "")[:_LONGEST_LABEL].upper()
    return _LEVELS[(number + 3) // 4] or said


def _labels(resource: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for ours, theirs in _LABELS.items():
        said = next((str(resource[one]) for one in theirs if resource.get(one)), "")
        if said:
            found[ours] = said[:_LONGEST_LABEL]
    return found


def _moment(found: Any) -> datetime | None:
    try:
        nanoseconds = int(found or 0)
        return datetime.fromtimestamp(nanoseconds / 1e9, UTC) if nanoseconds > 0 else None
    except (OverflowError, OSError, ValueError):
        return None


def _attributes(pairs: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs or ():
        if len(found) >= _MOST_ATTRIBUTES:
            break
        value = _value(pair.get("value"), 0)
        key = str(pair.get("key", ""))[:_LONGEST_LABEL]
        most = _LONGEST_TRACE if key == _STACK else _LONGEST_VALUE
        found[key] = value[:most] if isinstance(value, str) else value
    return found


def _value(found: Any, depth: int) -> Any:
    """An AnyValue as JSON would have it; what is nested very deeply is left out."""
    if not found or depth > _DEEPEST:
        return ""
    ((kind, value),) = found.items()
    match kind:
        case "intValue":
            return int(value)
        case "doubleValue":
            return float(value)
        case "arrayValue":
            return [_value(one, depth + 1) for one in value.get("values") or ()]
        case "kvlistValue":
            pairs = value.get("values") or ()
            return {str(one.get("key", "")): _value(one.get("value"), depth + 1) for one in pairs}
        case _:
            return value


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)

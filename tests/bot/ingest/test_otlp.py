"""OpenTelemetry's log records: the same lines out of JSON and protobuf; nothing bad gets in."""

import base64
import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)

from bot.ingest import otlp
from bot.ingest.otlp import LogsRejectedError, open_logs
from bot.ingest.otlp_wire import JSON, PROTOBUF, answer_of, refusal_of

NOW = datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)
AT = 1_795_428_000
TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def attributes(**found: object) -> list[dict[str, Any]]:
    kinds = {str: "stringValue", int: "intValue", float: "doubleValue", bool: "boolValue"}
    return [
        {"key": key.replace("__", "."), "value": {kinds[type(value)]: value}}
        for key, value in found.items()
    ]


def record(**more: object) -> dict[str, Any]:
    usual = {
        "timeUnixNano": str(AT * 10**9 + 500_000_000),
        "severityNumber": 17,
        "severityText": "Error",
        "body": {"stringValue": "card declined"},
        "traceId": TRACE,
        "spanId": SPAN,
    }
    return {**usual, **more}


def request(*records: object, **resource: object) -> dict[str, Any]:
    scope = {"scope": {"name": "shop.cards"}, "logRecords": list(records)}
    of = {"attributes": attributes(**resource)}
    return {"resourceLogs": [{"resource": of, "scopeLogs": [scope]}]}


def read(tree: dict[str, Any], kind: str = JSON) -> otlp.Logs:
    body = json.dumps(tree).encode()
    if kind == PROTOBUF:
        for of in tree["resourceLogs"]:
            for one in of["scopeLogs"][0]["logRecords"]:
                for key in ("traceId", "spanId"):
                    one[key] = base64.b64encode(bytes.fromhex(one[key])).decode()
        body = ParseDict(tree, ExportLogsServiceRequest()).SerializeToString()
    return open_logs(f"{kind}; charset=utf-8", "gzip", gzip.compress(body), "10.0.0.7", NOW)


@pytest.mark.parametrize("kind", [JSON, PROTOBUF])
def test_a_record_is_a_line_with_its_labels(kind: str) -> None:
    stack = "Traceback (most recent call last):\n  File x\nValueError: no"
    one = record(attributes=attributes(http__status=502, user="lin", exception__stacktrace=stack))
    resource = {"service__name": "pay", "host__name": "web1", "k8s__pod__name": "pay-1"}

    (line,) = read(request(one, **resource), kind).lines

    first, rest = line.text.split("\n", 1)
    assert rest == stack
    assert json.loads(first) == {
        "time": "2026-11-23T10:00:00.500000+00:00",
        "level": "ERROR",
        "service": "pay",
        "message": "card declined",
        "logger": "shop.cards",
        "trace_id": TRACE,
        "span_id": SPAN,
        "http.status": 502,
        "user": "lin",
    }
    labels = {"service": "pay", "host": "web1", "pod": "pay-1", "severity": "error"}
    assert dict(line.labels) == labels
    assert (line.path, line.dated, line.at.timestamp()) == ("otlp:pay/error", True, AT + 0.5)


def test_what_a_record_does_not_say_is_made_up_for() -> None:
    (line,) = read(request({"body": {"stringValue": "hello"}})).lines
    assert dict(line.labels) == {"host": "10.0.0.7", "service": "unknown_service"}
    assert (line.at, line.dated) == (NOW, False)
    (late,) = read(request(record(timeUnixNano="1", severityNumber=0))).lines
    assert (late.at, late.dated, dict(late.labels)["severity"]) == (NOW, False, "error")


def test_a_body_may_be_anything_and_an_attribute_does_not_hide_ours() -> None:
    pairs = {"values": attributes(step="charge", tries=3)}
    body = {"arrayValue": {"values": [{"kvlistValue": pairs}, {"boolValue": True}, {}]}}
    (line,) = read(request(record(body=body, attributes=attributes(level="none")))).lines
    said = json.loads(line.text)
    assert json.loads(said["message"]) == [{"step": "charge", "tries": 3}, True, ""]
    assert (said["level"], said["attributes.level"]) == ("ERROR", "none")


def test_a_very_long_record_is_cut_to_a_line_that_is_still_json() -> None:
    many = {f"a{n}": "x" * 3000 for n in range(200)}
    one = record(body={"stringValue": "y" * 100_000}, attributes=attributes(**many))
    (line,) = read(request(one)).lines
    assert len(line.text) < 50_000
    assert json.loads(line.text)["trace_id"] == TRACE


def test_records_that_are_none_are_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(request(record(), 7, record(severityNumber=99), record(body={"a": 1, "b": 2})))
    assert (len(found.lines), found.refused) == (1, 3)
    monkeypatch.setattr(otlp, "MOST_RECORDS", 2)
    found = read(request(record(), record(), record()))
    assert (len(found.lines), found.refused, found.why) == (2, 1, "at most 2 in one request")


@pytest.mark.parametrize(
    ("kind", "packing", "body", "status"),
    [
        (JSON, "", b"[]", 400),
        (JSON, "", b'{"resourceLogs": 7}', 400),
        (JSON, "", b"[" * 100_000, 400),
        (PROTOBUF, "", b"\xff\xff\xff", 400),
        (PROTOBUF, "gzip", b"no gzip", 400),
        (PROTOBUF, "gzip", gzip.compress(b"x" * 5000)[:-9], 400),
        (PROTOBUF, "gzip", gzip.compress(bytes(otlp.MOST_UNPACKED + 1), 1), 413),
        (PROTOBUF, "", bytes(otlp.MOST_BODY + 1), 413),
        (PROTOBUF, "br", b"", 415),
        ("text/plain", "", b"", 415),
    ],
    ids=map(str, range(10)),
)
def test_what_is_no_request_is_refused(kind: str, packing: str, body: bytes, status: int) -> None:
    with pytest.raises(LogsRejectedError) as refused:
        open_logs(kind, packing, body, "", NOW)
    assert refused.value.status == status


_NAMES = [
    *("resourceLogs", "resource", "attributes", "key", "value", "scopeLogs", "scope", "logRecords"),
    *("body", "timeUnixNano", "severityNumber", "stringValue", "intValue", "arrayValue", "values"),
]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(_NAMES),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(_JSON)
def test_any_json_is_read_or_refused(tree: object) -> None:
    for body in (tree, {"resourceLogs": [{"scopeLogs": [{"logRecords": [tree]}]}]}):
        with suppress(LogsRejectedError):
            open_logs(JSON, "", json.dumps(body).encode(), "", NOW)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(LogsRejectedError):
        open_logs(PROTOBUF, "", body, "", NOW)


def test_answers_come_in_the_form_that_was_asked_in() -> None:
    assert json.loads(answer_of(JSON, 0, "")) == {}
    said = json.loads(answer_of(JSON, 2, "why"))["partialSuccess"]
    assert said == {"rejectedLogRecords": "2", "errorMessage": "why"}
    found = ExportLogsServiceResponse.FromString(answer_of(PROTOBUF, 2, "why"))
    assert found.partial_success.rejected_log_records == 2
    assert refusal_of(PROTOBUF, "no") == b"\x12\x02no"
    assert json.loads(refusal_of(JSON, "no")) == {"message": "no"}

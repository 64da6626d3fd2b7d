"""OTLP's two forms on the wire, JSON and protobuf, as the same tree; and its answers in both."""

import base64
import json
from collections.abc import Mapping
from typing import Any

JSON = "application/json"
PROTOBUF = "application/x-protobuf"
_IDS = ("traceId", "spanId")


def tree_of(kind: str, body: bytes) -> Mapping[str, Any]:
    """A request as its JSON form has it.

    Raises:
        ValueError: If it is none.
    """
    tree = json.loads(body) if kind == JSON else _of_protobuf(body)
    if not isinstance(tree, dict):
        raise ValueError("wanted an object")  # noqa: TRY004 - what a caller does is the same
    return tree


def answer_of(kind: str, refused: int, why: str) -> bytes:
    """What is said once the records are kept."""
    if kind == JSON:
        partial = {"rejectedLogRecords": str(refused), "errorMessage": why}
        return json.dumps({"partialSuccess": partial} if refused else {}).encode()
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (  # noqa: PLC0415
        ExportLogsServiceResponse,
    )

    answer = ExportLogsServiceResponse()
    if refused:
        answer.partial_success.rejected_log_records = refused
        answer.partial_success.error_message = why
    return bytes(answer.SerializeToString())


def refusal_of(kind: str, text: str) -> bytes:
    """What is said of a request that is refused: a Status, whose second field is its message."""
    said = text.encode()[:100]
    return (
        json.dumps({"message": text}).encode() if kind == JSON else b"\x12%c%s" % (len(said), said)
    )


def _of_protobuf(body: bytes) -> dict[str, Any]:
    # Imported at first use: most servers are never asked.
    from google.protobuf.json_format import MessageToDict  # noqa: PLC0415
    from google.protobuf.message import DecodeError  # noqa: PLC0415
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (  # noqa: PLC0415
        ExportLogsServiceRequest,
    )

    try:
        request = ExportLogsServiceRequest.FromString(body)
    except DecodeError as error:
        raise ValueError("no protobuf") from error
    tree: dict[str, Any] = MessageToDict(request, use_integers_for_enums=True)
    for of_resource in tree.get("resourceLogs", ()):
        for of_scope in of_resource.get("scopeLogs", ()):
            for record in of_scope.get("logRecords", ()):
                for key in _IDS:
                    if key in record:  # in OTLP's JSON these are in hex, unlike other bytes
                        record[key] = base64.b64decode(record[key]).hex()
    return tree

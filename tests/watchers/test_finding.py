import json
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import finding, host_sample, progress, report, sample
from watchers.errors import FindingFormatError
from watchers.finding import Severity, from_dict, to_dict

FULL = report(
    finding(samples=(sample(),), value=0.5, unit="1/s", held_back=3, annotations={"a": "b"}),
    finding("f2", first_written_at=sample().at, written_at=sample().at),
    progress=(progress(), progress("journald", last_line_at=sample().at)),
    host=host_sample(),
)


def test_a_report_survives_the_wire() -> None:
    assert from_dict(json.loads(json.dumps(to_dict(FULL)))) == FULL


def test_what_a_line_says_survives_the_wire() -> None:
    fields = {"path": "/a", "status": 500, "took": 0.5, "ok": False}
    said = replace(sample(), written_at=sample().at, fields=fields)
    full = report(finding(samples=(said,)))
    assert from_dict(json.loads(json.dumps(to_dict(full)))) == full
    wire = to_dict(full)
    wire["findings"][0]["samples"][0]["fields"] = {"path": ["/a"]}
    with pytest.raises(FindingFormatError):
        from_dict(wire)


def test_positions_stay_with_the_agent() -> None:
    assert from_dict(to_dict(report(positions={"a": "1"}))).positions == {}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", 2),
        ("findings", None),
        ("findings", [{}]),
        ("severity", "bad"),
        ("labels", []),
        ("count", "many"),
        ("first_at", "2026-11-23T04:00:00"),
        ("first_at", 5),
        ("responses", ["call"]),
    ],
)
def test_what_this_version_cannot_read_is_refused(path: str, value: object) -> None:
    wire: dict[str, Any] = to_dict(FULL)
    (wire if path in wire else wire["findings"][0])[path] = value
    with pytest.raises(FindingFormatError):
        from_dict(wire)


def test_severities_rank_from_info_to_critical() -> None:
    assert [severity.rank for severity in Severity] == [0, 1, 2, 3, 4]

"""Spans of OpenTelemetry: what leads to what, which are kept, and what is left out."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.traces import Traces, traced, traces_of
from bot.config.errors import ConfigError
from bot.config.load import load
from bot.config.secrets import Secrets, read_secrets
from tests.builders import NOW, finding
from tests.collector import collecting
from watchers.finding import Report, from_dict, to_dict
from watchers.spans import CURRENT, UNTRACED, known_traceparent

PARENT = f"00-{'a' * 32}-{'b' * 16}-01"
NOT_KEPT = f"00-{'a' * 32}-{'b' * 16}-00"


def tracing(folder: Path, url: str, more: str = "") -> Traces:
    file = folder / "larkwatch.toml"
    file.write_text(f'[traces]\nendpoint = "{url}"\n{more}\n')
    return traces_of(load(str(file)), Secrets())


def test_spans_lead_to_each_other_and_over_threads_by_their_text(tmp_path: Path) -> None:
    with collecting() as collector:
        traces = tracing(tmp_path, collector.url)
        with traces.span("first", root="a finding") as first:
            with traces.span("second", facts={"rule": "error", "records": 3}):
                pass
            assert CURRENT.get() == first

        def elsewhere() -> None:
            with traces.span("third", parent=first):
                pass

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        traces.close()
        collector.expect(3)
    ways = {one.name: collector.way_to(one) for one in collector.spans}
    assert ways["second"] == ["first", "second"]
    assert ways["third"] == ["first", "third"]
    assert len({one.trace for one in collector.spans}) == 1
    assert collector.named("second")[0].facts == {"rule": "error", "records": 3}
    assert CURRENT.get() == ""


def test_the_same_root_is_the_same_trace_in_another_process(tmp_path: Path) -> None:
    with collecting() as collector:
        here, there = tracing(tmp_path, collector.url), tracing(tmp_path, collector.url)
        with here.span("finding", root="id") as first, there.span("other", parent=PARENT):
            pass
        with there.span("finding", root="id") as again, here.span("other", root="else"):
            pass
        here.close()
        there.close()
    assert first == again != ""


def test_what_began_earlier_has_its_length_and_what_failed_says_only_how(tmp_path: Path) -> None:
    with collecting() as collector:
        traces = tracing(tmp_path, collector.url)
        with (
            pytest.raises(ValueError, match="hunter2"),
            traces.span("outbox", since=NOW - timedelta(days=1), parent=PARENT),
        ):
            raise ValueError("password hunter2")
        traces.close()
        collector.expect(1)
    (span,) = collector.spans
    assert span.failed
    assert span.ms > 1000.0
    assert "hunter2" not in repr(span)


def test_a_parent_that_is_not_kept_and_a_sample_of_none_keep_nothing(tmp_path: Path) -> None:
    with collecting() as collector:
        traces = tracing(tmp_path, collector.url, 'sample = 0.0\nlink = "https://x/{trace}"')
        with traces.span("finding", root="id") as none:
            assert traces.link(none) == ""
        with traces.span("alert", parent=NOT_KEPT), traces.span("outbox"):
            pass
        with traces.span("alert", parent=PARENT) as kept:
            assert traces.link(kept) == f"https://x/{'a' * 32}"
        traces.close()
        collector.expect(1)
    assert [one.name for one in collector.spans] == ["alert"]


def test_a_finding_handed_over_again_is_the_same_report(tmp_path: Path) -> None:
    reports: list[Report] = []

    class Sink:
        def accept(self, report: Report) -> None:
            reports.append(report)
            assert known_traceparent(CURRENT.get())

    with collecting() as collector:
        traces = tracing(tmp_path, collector.url)
        sink = traced(Sink(), traces)
        sink.accept(Report(agent="a", findings=(finding(),)))
        sink.accept(Report(agent="a", findings=(finding(),)))
        traces.close()
        collector.expect(4)
    assert reports[0] == reports[1] == from_dict(to_dict(reports[0]))
    assert known_traceparent(reports[0].findings[0].traceparent)
    assert collector.way_to(collector.named("report")[0]) == ["finding", "report"]
    assert {one.id for one in collector.named("finding")} == {
        reports[0].findings[0].traceparent[36:52]
    }


def test_without_an_endpoint_nothing_stands_between() -> None:
    sink = object()
    assert traced(sink, UNTRACED) is sink  # type: ignore[arg-type]
    with UNTRACED.span("finding", root="id") as none:
        assert none == UNTRACED.link(none) == CURRENT.get() == ""


@pytest.mark.parametrize("text", ["", "00-x", None, 7, PARENT.replace("a", "0"), f"{PARENT}\n"])
def test_what_is_no_traceparent_is_taken_for_none(text: object) -> None:
    assert known_traceparent(text) == ""
    wire = to_dict(Report(agent="a", findings=(replace(finding(), traceparent="x"),)))
    wire["findings"][0]["traceparent"] = text
    assert from_dict(wire).findings[0].traceparent == ""


def test_headers_come_from_a_file_and_a_line_that_is_none_is_said(tmp_path: Path) -> None:
    file, headers = tmp_path / "larkwatch.toml", tmp_path / "headers"
    file.write_text('[traces]\nheaders_file = "headers"\n')
    headers.write_text("Authorization: Bearer a:b\n\nX-Team : ops\n")
    secrets = read_secrets(load(str(file)), str(file))
    assert secrets.trace_headers == {"Authorization": "Bearer a:b", "X-Team": "ops"}
    assert "Bearer" not in repr(secrets)
    headers.write_text("Bearer\n")
    with pytest.raises(ConfigError, match=r"toml:2: traces.headers_file: found .*no header"):
        read_secrets(load(str(file)), str(file))


@pytest.mark.parametrize(
    "said",
    ['endpoint = "collector:4318"', 'link = "https://x/"', 'link = "x/{trace}"', "sample = 2"],
)
def test_what_cannot_be_is_refused(tmp_path: Path, said: str) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text(f"[traces]\n{said}\n")
    with pytest.raises(ConfigError):
        load(str(file))

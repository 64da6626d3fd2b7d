"""Lines as programs write them, and as somebody hostile might."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.errors import PatternError
from watchers.finding import Severity
from watchers.parsers.line_reader import LineReader, format_names
from watchers.records.reading import Reading

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
READER = LineReader(zone=UTC)


def read(line: str) -> Reading:
    return READER.read(line.encode(), NOW)


@pytest.mark.parametrize(
    ("line", "name", "fields"),
    [
        (
            '{"level":"error","ts":1795428000,"msg":"boom","http":{"status":500},"ok":false}',
            "json",
            {"http.status": 500, "ok": False, "msg": "boom"},
        ),
        (
            'time="2026-11-23T10:00:00Z" level=error msg="it \\"broke\\"" ms=12.5 order=A1',
            "logfmt",
            {"msg": 'it "broke"', "ms": 12.5, "order": "A1"},
        ),
        (
            ('203.0.113.7 - lin [23/Nov/2026:10:00:00 +0000] "GET /a?x=1 HTTP/1.1" 502 23 '
            '"-" "curl/8" "-" 0.123'),
            "access",
            {"client": "203.0.113.7", "user": "lin", "method": "GET", "path": "/a?x=1",
             "status": 502, "bytes": 23, "agent": "curl/8", "duration": 0.123},
        ),
        (
            ("2026/11/23 10:00:00 [error] 31#32: *4 connect() failed (111: Connection refused), "
            'client: 192.0.2.1, server: a.example, request: "GET /x HTTP/1.1", '
            'upstream: "http://10.0.0.1:80/x", host: "a.example"'),
            "nginx_error",
            {"client": "192.0.2.1", "upstream": "http://10.0.0.1:80/x", "path": "/x", "pid": 31,
             "message": "connect() failed (111: Connection refused)"},
        ),
        (
            ("[Mon Nov 23 10:00:00.000000 2026] [core:error] [pid 12:tid 140] "
            "[client 192.0.2.1:5555] AH00037: Symbolic link"),
            "apache_error",
            {"module": "core", "pid": 12, "client": "192.0.2.1", "code": "AH00037"},
        ),
        (
            '<163>1 2026-11-23T10:00:00Z h.example app 87 ID47 [x@1 iut="3"] An event',
            "syslog5424",
            {"pri": 163, "host": "h.example", "app": "app", "iut": "3", "message": "An event"},
        ),
        (
            "<35>Nov 23 10:00:00 web-1 sshd[123]: error: no",
            "syslog",
            {"host": "web-1", "app": "sshd", "pid": "123", "message": "error: no"},
        ),
        (
            "2026-11-23T10:00:00.0+00:00 web-1 app[12]: ERROR no",
            "syslog",
            {"host": "web-1", "app": "app", "message": "ERROR no"},
        ),
        (
            "2026-11-23T10:00:00Z ERROR 1234 --- [pay] [main] c.e.Foo   : it broke",
            "java",
            {"pid": 1234, "app": "pay", "thread": "main", "logger": "c.e.Foo"},
        ),
        (
            "2026-11-23 10:00:00,000 ERROR [http-1] com.example.Foo - it broke id=7",
            "java",
            {"thread": "http-1", "logger": "com.example.Foo", "id": 7},
        ),
        ("10:00:00.000 [main] ERROR c.e.Foo - it broke", "java", {"message": "it broke"}),
        ("2026-11-23 10:00:00,000 - app.db - ERROR - down", "python", {"logger": "app.db"}),
        ("[2026-11-23 10:00:00,000] ERROR in app: Exception", "python", {"logger": "app"}),
        ("[2026-11-23 10:00:00 +0000] [7] [ERROR] Worker", "python", {"pid": 7}),
        ("2026-11-23 10:00:00.000 | ERROR    | a:f:1 - x", "python", {"logger": "a:f:1"}),
        ("E, [2026-11-23T10:00:00.000 #12] ERROR -- : boom", "ruby", {"pid": 12}),
        ("2026-11-23 10:00:00.000 +00:00 [ERR] boom", "dotnet", {"message": "boom"}),
        ("2026-11-23 10:00:00.0000|ERROR|App.Foo|boom", "dotnet", {"logger": "App.Foo"}),
        ("E1123 10:00:00.000000    12 a.go:1] boom", "go", {"caller": "a.go:1"}),
        (
            '2026-11-23T10:00:00Z\tERROR\tpay\ta/b.go:12\tboom\t{"order": 1}',
            "go",
            {"logger": "pay", "caller": "a/b.go:12", "order": 1, "message": "boom"},
        ),
        ('10:00AM ERR boom error="x y" order=1', "go", {"error": "x y", "order": 1}),
        ("2026-11-23 10:00:00 UTC [1] app@db ERROR:  no", "postgres", {"database": "db"}),
        ("2026-11-23T10:00:00Z 12 [ERROR] [MY-01] [Server] no", "mysql", {"code": "MY-01"}),
        ("[2026-11-23 10:00:00] production.ERROR: no", "php", {"channel": "production"}),
        ("2026-11-23 10:00:00 ERROR pay: no order=12", "text", {"logger": "pay", "order": 12}),
        ("[ERROR] 2026-11-23 10:00:00 no", "text", {"message": "no"}),
    ],
)  # fmt: skip
def test_each_format_gives_its_fields_its_severity_and_its_time(
    line: str, name: str, fields: dict[str, Any]
) -> None:
    found = read(line)
    assert found.format == name
    assert {key: found.fields.get(key) for key in fields} == fields
    assert found.severity is Severity.HIGH
    assert found.at == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ('{"level":50,"msg":"pino"}', Severity.HIGH),
        ('{"level":3,"msg":"gelf"}', Severity.HIGH),
        ('{"levelno":50,"msg":"python"}', Severity.CRITICAL),
        ('{"severity":"WARNING"}', Severity.MEDIUM),
        ('{"msg":"nothing said"}', None),
        ('::1 - - [23/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 404 1', Severity.LOW),
        ("panic: runtime error", Severity.CRITICAL),
        ("Traceback (most recent call last):", Severity.HIGH),
        ("all is well", None),
    ],
)
def test_how_bad_a_line_calls_itself(line: str, severity: Severity | None) -> None:
    assert read(line).severity is severity


def test_a_line_of_no_format_still_has_its_time_and_its_pairs() -> None:
    found = read("2026-11-23 10:00:00 支付失败 order=12 took=3.5")
    assert (found.format, found.fields) == ("", {"order": 12, "took": 3.5})
    assert found.at == datetime(2026, 11, 23, 10, tzinfo=UTC)


def test_ones_own_format_goes_first_and_may_be_asked_for_alone() -> None:
    own = {
        "pay": "%{STAMP:time} %{LOGLEVEL:level} <%{WORD:who}> %{NUMBER:ms:float} %{REST:message}"
    }
    patterns = {"STAMP": r"%{YEAR}-%{MONTHNUM}-%{MONTHDAY} %{TIME}", "REST": ".*"}
    line = b"2026-11-23 10:00:00 error <lin> 12.5 slow"
    for name in ("auto", "pay"):
        found = LineReader(name, own, patterns, UTC).read(line, NOW)
        assert (found.format, found.fields["ms"], found.message) == ("pay", 12.5, "slow")
        assert found.severity is Severity.HIGH
    assert LineReader("json", own, patterns).read(line, NOW).format == ""
    assert LineReader("plain", own, patterns).read(line, NOW).format == ""


def test_every_name_can_be_used_and_no_other() -> None:
    for name in format_names():
        LineReader(name).read(b"ERROR", NOW)
    with pytest.raises(ValueError, match="no format 'jsn'"):
        LineReader("jsn")
    with pytest.raises(PatternError, match="no pattern 'NOPE'"):
        LineReader("mine", {"mine": "%{NOPE}"})


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":' * 5000,
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
        b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(5000)) + b"}",
        b'{"n":' + b"9" * 5000 + b"}",
        b'{"n":NaN,"m":1e999,"l":[[[1]]],"t":"\\ud800"}',
        b'a="' * 20000,
        b"k=v " * 20000,
        b"[" * 60000,
        b"2026-11-23 " * 5000,
        b"\xff\xfe\x00" * 5000,
        b'1.2.3.4 - - [23/Nov/2026:10:00:00 +0000] "' + b"\\" * 60000,
    ],
)
def test_hostile_lines_cost_bounded_time_and_room(line: bytes) -> None:
    found = READER.read(line, NOW)
    assert len(found.fields) <= 64
    assert sum(len(str(value)) for value in found.fields.values()) <= 64 * 1024


@given(st.binary(max_size=400))
def test_no_line_is_too_strange(line: bytes) -> None:
    READER.read(line, NOW)

"""Log records that an application pushes go through the rules and become cards."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable

from test_http_mode import serve
from town import OPS, Town

TOKEN = "the token of apps"
WATCH = """
[[watch]]
name = "apps"

[watch.otlp]
token_file = "otlp-token"
"""
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def push(town: Town, token: str, *said: str) -> int:
    records = [
        {"severityNumber": 17, "body": {"stringValue": one}, "traceId": TRACE} for one in said
    ]
    name = {"key": "service.name", "value": {"stringValue": "pay"}}
    of = {"resource": {"attributes": [name]}, "scopeLogs": [{"logRecords": records}]}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    url = f"http://127.0.0.1:{town.port}/v1/logs"
    body = json.dumps({"resourceLogs": [of]}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as told:
            return int(told.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_pushed_record_becomes_a_card_that_names_its_trace(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(mode="http", extra=WATCH)
    (town.folder / "otlp-token").write_text(f"{TOKEN}\n")
    serve(town)
    group = town.chat(OPS)
    group.ask("/subscribe level>=high")

    assert push(town, "guessed", "no card for this") == 401
    assert push(town, TOKEN, "card declined", "card declined") == 200

    card = group.expect_card("card declined")
    card.shows("pay").shows("severity=error").shows(f"trace_id={TRACE}")
    assert "guessed" not in card.text
    group.ask("/status").shows("apps")

"""Others push alerts and events in with the tools that everybody has, and people answer them."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable

from test_http_mode import serve
from town import LIN, OPS, Town

from bot.sandbox.wire import stable_id

SENDERS = """
[[ingest]]
name = "shop"
secret_file = "shop.secret"

[[ingest]]
name = "prom"
kind = "alertmanager"
secret_file = "prom.secret"
"""
POSTED = """
SECRET=$(cat shop.secret)
AT=$(date +%s)
BODY='{"event": "EVENT", "timestamp": '$AT', "data": DATA}'
SIGNATURE=$(printf %s "$AT.$BODY" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
curl -s http://127.0.0.1:PORT/ingest/events -H "X-Signature: $SIGNATURE" --data-binary "$BODY"
"""
"""As the READMEs show it."""
ALERT = {
    "labels": {"alertname": "DiskFull", "instance": "db-1:9100", "severity": "critical"},
    "annotations": {
        "summary": "The disk of db-1 is full",
        "description": "Nothing can be written to /var/lib/db any more.",
        "runbook_url": "https://runbooks.example/disk",
    },
    "startsAt": "2026-11-23T20:00:00Z",
    "generatorURL": "http://prometheus.example/graph?g0.expr=up",
}


def posted(town: Town, event: str, **data: object) -> dict[str, object]:
    """Post an event with openssl and curl; what the server says."""
    said = json.dumps(data).replace("'", "")
    script = POSTED.replace("EVENT", event).replace("DATA", said).replace("PORT", str(town.port))
    done = subprocess.run(
        ["bash", "-euc", script], cwd=town.folder, capture_output=True, check=True, timeout=60
    )
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def group(town: Town, status: str, token: str) -> int:
    """Post as Alertmanager does; the status of the answer."""
    body = json.dumps({"version": "4", "alerts": [{**ALERT, "status": status}]}).encode()
    url = f"http://127.0.0.1:{town.port}/ingest/alertmanager/prom"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_what_others_push_becomes_cards_that_live_and_what_nobody_handles_is_listed(
    make_town: Callable[..., Town],
) -> None:
    town = make_town(mode="http", extra=SENDERS)
    admin = f'[feishu]\nadmins = ["{stable_id("ou_", LIN)}"]'
    town.file.write_text(town.file.read_text().replace("[feishu]", admin))
    (town.folder / "shop.secret").write_text("old key\n")
    (town.folder / "prom.secret").write_text("t0ken\n")
    serve(town, workers=2)
    ops = town.chat(OPS)
    ops.ask("/subscribe level>=high")

    assert group(town, "firing", "wrong") == 401
    assert group(town, "firing", "t0ken") == 200
    card = ops.expect_alert("The disk of db-1 is full")
    assert "处理手册" in card.buttons
    card.shows("Nothing can be written")
    card.press("认领", by=LIN)
    assert "prom 于" in ops.ask("/why 1").text
    group(town, "resolved", "t0ken")
    card.turns("green").shows("prom 报告已恢复")

    fired = posted(town, "alert.fired", title="checkout is slow", labels={"service": "shop"})
    assert fired == {"code": 0, "msg": "ok", "data": {"handled": True, "alerts": 1}}
    ops.expect_alert("checkout is slow")
    (town.folder / "shop.secret").write_text("new key\n")  # no start, no pause
    unknown = posted(town, "rocket.launched", pad=39, password="hunter22")
    assert unknown["data"] == {"handled": False}
    listed = ops.ask("/events", by=LIN).shows("rocket.launched")
    assert "hunter22" not in listed.text
    posted(town, "heartbeat", host="edge-7", status="UP", cpu_usage=0.5, every_s=60)
    ops.ask("/health").shows("edge-7")

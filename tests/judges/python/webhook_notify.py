"""The notifier for custom bots: sends each kind of card and tells which were taken."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from types import MappingProxyType

from feishu_notify import FeishuBot, ServiceContext
from feishu_notify.schemas import FailureItem, StatGroup
from loguru import logger

ALERT = {"title": "支付超时", "message": "重试 3 次", "error_message": "TimeoutError: <at id=all>"}
TEXT = {"msg_type": "text", "content": {"text": "你好"}}
NOTE = {"schema": "2.0", "body": {"elements": [{"tag": "note"}]}}


@dataclass
class Week:
    """What a report is made of."""

    period_label = "2026-W47"
    period_type = "weekly"
    total_counts = MappingProxyType({"ok": 41, "failed": 1})
    groups = (StatGroup("pay", {"ok": 40, "failed": 1}), StatGroup("web", {"ok": 1}))
    failures = (FailureItem("order 7", "TimeoutError", "no answer", "https://a.example/7"),)
    prev_total_counts = None


async def main() -> None:
    """What the test names, in turn."""
    context = ServiceContext(
        service="orders-api",
        env="prod",
        host="worker-1",
        log_url_template="https://logs.example.com/trace/{trace_id}",
        dashboard_url="https://metrics.example.com/d/orders",
    )
    bot = FeishuBot(
        webhook_url=os.environ["SANDBOX"] + os.environ["HOOK"],
        secret=os.environ.get("SECRET", ""),
        context=context,
    )
    lines = {str(n): "x" * 5000 for n in range(2)}
    sends = {
        "warning": lambda: bot.send_warning(**ALERT, trace_id="t-1", details={"retry": 3}),
        "critical": lambda: bot.send_critical(**ALERT),
        "deploy": bot.send_deploy,
        "ping": lambda: bot.send_ping(health={"db": True, "cache": False}),
        "report": lambda: bot.send_period_report(summary=Week()),
        "long": lambda: bot.send_error(title="长", message="超时" * 2000, details=lines),
        "text": lambda: bot.send(TEXT),
        "note": lambda: bot.send({"msg_type": "interactive", "card": NOTE}),
    }
    for name in json.loads(os.environ["SENDS"]):
        taken = await sends[name]()
        sys.stdout.write(json.dumps({"send": name, "taken": taken}) + "\n")
        sys.stdout.flush()
    await bot.aclose()


logger.remove()
logger.add(sys.stderr, level="WARNING", format="{message}")
asyncio.run(main())

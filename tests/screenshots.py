"""Draws the README's pictures anew: the demo in Chromium, used as a person would use it."""

import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.sandbox.town import FIRST_GROUP
from bot.sandbox.wire import stable_id
from tests.browser import NoChromiumError, chromium

PICTURES = Path(__file__).parents[1] / ".pictures"
GROUP = stable_id("oc_", FIRST_GROUP)
ZONE = "Asia/Shanghai"
FOLDER = Path(tempfile.gettempdir()) / "larkwatch"
"""Seen on the cards, as the place of the log lines."""
STARTS_WITHIN_S = 60
WITHIN_MS = 60_000


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo and give its address."""
    command = [sys.executable, "-c", "from bot.cli.main import main; main()", "demo"]
    with subprocess.Popen(
        [*command, "--port", "0", "--dir", str(FOLDER)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        found: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_find, args=(process.stdout, found), daemon=True).start()
        try:
            yield found.get(timeout=STARTS_WITHIN_S)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


def _find(lines: Iterator[str], found: "queue.Queue[str]") -> None:
    for line in lines:
        if match := re.search(r"http://\S+", line):
            found.put(match[0])


def draw(browser: Browser, address: str) -> None:
    """Use the demo, and take the pictures on the way."""
    desktop = browser.new_context(
        viewport={"width": 1180, "height": 900},
        locale="zh-CN",
        timezone_id=ZONE,
        device_scale_factor=2,
    )
    page = _open(desktop, address)
    card = _alert(page, "order-api")
    card.wait_for(timeout=WITHIN_MS)
    message = page.locator("[data-message]").filter(has=card).get_attribute("data-message")
    card = page.locator(f"[data-message={message}] .card")  # it stays found when its text changes
    # The chart comes with the second minute of the incident.
    card.locator(".chart canvas").wait_for(timeout=2 * WITHIN_MS)
    _take(card, "alert-card")
    phone = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="zh-CN",
        timezone_id=ZONE,
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )
    small = _open(phone, address)
    _alert(small, "order-api").scroll_into_view_if_needed()
    small.wait_for_timeout(500)  # the chart's own animation
    small.screenshot(path=PICTURES / "mobile.png")
    phone.close()
    card.get_by_role("button", name="认领").click()
    expect(card).to_contain_text("已认领", timeout=WITHIN_MS)
    expect(card.get_by_role("button", name="认领", exact=True)).to_have_count(0)
    _take(card, "acknowledged")
    _take(_say(page, "/status", "状态"), "status")
    _take(_say(page, "/subscribe", "订阅告警"), "subscription-form")
    desktop.close()


def _open(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(f"{address}/#chat={GROUP}")
    page.wait_for_selector("[data-message]", timeout=WITHIN_MS)
    return page


def _alert(page: Page, service: str) -> Locator:
    return page.locator(".card", has_text="触发中").filter(has_text=service).first


def _say(page: Page, text: str, answer: str) -> Locator:
    """Write to the bot; its answer is the newest card."""
    before = page.locator(".card").count()
    field = page.locator("#composer textarea")
    field.fill(f"@Larkwatch {text}")
    field.press("Enter")
    expect(page.locator(".card")).not_to_have_count(before, timeout=WITHIN_MS)
    card = page.locator(".card").last
    expect(card).to_contain_text(answer, timeout=WITHIN_MS)
    return card


def _take(card: Locator, name: str) -> None:
    expect(card.page.locator("#toasts .toast")).to_have_count(0, timeout=WITHIN_MS)
    card.scroll_into_view_if_needed()
    card.page.wait_for_timeout(700)  # the charts' own animation
    card.screenshot(path=PICTURES / f"{name}.png")


def main() -> None:
    """Draw all pictures."""
    PICTURES.mkdir(exist_ok=True)
    os.environ |= {"PYTHONPATH": str(Path(__file__).parents[1]), "TZ": ZONE}
    try:
        with chromium() as browser, demo() as address:
            draw(browser, address)
    except NoChromiumError as error:
        sys.exit(str(error))
    for file in sorted(PICTURES.glob("*.png")):
        click.echo(f"{file.relative_to(Path.cwd())}  {file.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()

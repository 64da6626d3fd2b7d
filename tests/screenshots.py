"""Draws the README's pictures anew: the demo in Chromium, used as a person would use it.

With ``--cards`` it draws every card of `tests/golden` into `.artefacts/cards` instead, on a desktop
and on a phone, light and dark, and sheets of many of them to look through.
"""

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
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    ViewportSize,
    expect,
)

from bot.core.subscription import Language
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.town import FIRST_GROUP, OWNER
from bot.sandbox.wire import stable_id
from tests.bot.feishu.cards.golden import golden_cards
from tests.bot.sandbox.conftest import Caller, MovedClock
from tests.browser import NoChromiumError, chromium

CARDS = Path(__file__).parents[1] / ".artefacts" / "cards"
DEVICES: dict[str, ViewportSize] = {
    "desktop": {"width": 1180, "height": 1400},
    "phone": {"width": 390, "height": 1400},
}
ON_A_SHEET = 16
SHEET_STYLE = """<style>
  main { columns: 4; font: 14px sans-serif; background: #888 }
  figure { break-inside: avoid; margin: 0 0 12px } img { max-width: 100% }
</style>"""
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
        viewport={"width": 1180, "height": 1200},
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


def _open(context: BrowserContext, address: str, group: str = GROUP) -> Page:
    page = context.new_page()
    page.goto(f"{address}/#chat={group}")
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


def draw_cards(browser: Browser) -> None:
    """Draw every card of the golden files as the page shows it."""
    clock = MovedClock()
    sandbox = Sandbox(Settings(), clock)
    sandbox.start()
    try:
        caller, owner = Caller(sandbox), stable_id("ou_", OWNER)
        for language in Language:
            group = sandbox.people.new_group(language.value, [owner], owner)
            sandbox.add_bot(group.chat_id, owner)
            names = {}
            for name, card in golden_cards(language).items():
                clock.move(1.0)  # more would be above the pace that Feishu allows a group
                sent = caller.send(group.chat_id, card, "interactive").json()
                names[str(sent["data"]["message_id"])] = name
            for device, size in DEVICES.items():
                for theme in ("light", "dark"):
                    folder = CARDS / f"{language.value}-{device}-{theme}"
                    context = browser.new_context(
                        viewport=size, locale="zh-CN", timezone_id=ZONE, color_scheme=theme
                    )
                    page = _open(context, sandbox.address, group.chat_id)
                    _take_all(page, names, folder)
                    context.close()
                    _sheets(browser, folder, sorted(names.values()), size["width"])
    finally:
        sandbox.stop()


def _take_all(page: Page, names: dict[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for message, name in names.items():
        shown = page.locator(f"[data-message={message}] .card")
        for _ in range(len(names)):
            if shown.count():
                break
            page.locator("[data-message]").first.scroll_into_view_if_needed()  # older ones come
            page.wait_for_timeout(100)
        shown.scroll_into_view_if_needed()
        if shown.locator("canvas").count():
            page.wait_for_timeout(700)  # the charts' own animation
        shown.screenshot(path=folder / f"{name}.png")


def _sheets(browser: Browser, folder: Path, names: list[str], width: int) -> None:
    """Many cards on one picture, each under its name."""
    page = browser.new_page(viewport={"width": 4 * min(width, 640) + 80, "height": 1000})
    for start in range(0, len(names), ON_A_SHEET):
        some = names[start : start + ON_A_SHEET]
        shown = "".join(
            f"<figure><figcaption>{name}</figcaption><img src='file://{folder}/{name}.png'></figure>"
            for name in some
        )
        sheet = folder / f"sheet-{start // ON_A_SHEET + 1}.html"
        sheet.write_text(f"<meta charset=utf-8>{SHEET_STYLE}<main>{shown}</main>", encoding="utf-8")
        page.goto(f"file://{sheet}")
        page.screenshot(path=sheet.with_suffix(".png"), full_page=True)
        sheet.unlink()
    page.close()


def main() -> None:
    """Draw all pictures."""
    if sys.argv[1:] == ["--cards"]:
        with chromium() as browser:
            draw_cards(browser)
        click.echo(f"{len(list(CARDS.glob('*/*.png')))} pictures in {CARDS}")
        return
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

"""Delivery in Prometheus' text form; the figures are those of all processes."""

from collections.abc import Callable

from bot.engine.delivering import Figures

Look = Callable[[], Figures]
"""Reads the figures; called on each scrape."""


def exposition(figures: Figures) -> str:
    """The text of a scrape."""
    lines = _head("deliveries_total", "Tries to deliver, by purpose and result.", "counter")
    for key, count in sorted(figures.deliveries.items()):
        purpose, _, result = key.partition(":")
        lines.append(f'larkwatch_deliveries_total{{purpose="{purpose}",result="{result}"}} {count}')
    lines += _head("outbox_waiting", "Notifications owed, by kind of target.", "gauge")
    lines += [
        f'larkwatch_outbox_waiting{{kind="{kind.value}"}} {count}'
        for kind, count in sorted(figures.waiting.items())
    ]
    for name, about, kind, value in (
        ("outbox_oldest_seconds", "How long the oldest of them is due.", "gauge", figures.oldest_s),
        ("breakers_open", "Targets that fail and are only probed.", "gauge", figures.tripped),
        ("cards_lessened", "Cards that show less than all.", "gauge", figures.lessened),
        ("api_calls_month", "API calls in this month.", "gauge", figures.calls),
        ("api_calls_quota", "API calls a month may have, 0 for any.", "gauge", figures.monthly),
        ("alerts_unheard", "Critical alerts nobody was told of.", "gauge", figures.unheard),
        ("misfires_total", "Timed runs that did not happen in time.", "counter", figures.misfires),
        (
            "field_series_left_out_total",
            "New series of fields that were not kept, since there are very many.",
            "counter",
            figures.fields_left_out,
        ),
    ):
        lines += [*_head(name, about, kind), f"larkwatch_{name} {value}"]
    return "\n".join(lines) + "\n"


def _head(name: str, about: str, kind: str) -> list[str]:
    return [f"# HELP larkwatch_{name} {about}", f"# TYPE larkwatch_{name} {kind}"]

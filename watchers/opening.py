"""Opens what a watch reads; each kind of source is imported when it is first used."""

import importlib
import select
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from watchers.clock import Clock
from watchers.sources.base import Source
from watchers.sources.containers import labels_of_container
from watchers.sources.file.follow import FileSource
from watchers.sources.file.settings import WatchSettings
from watchers.streams.entry import Opening, Supply
from watchers.streams.feed import mark_of
from watchers.streams.pushed import Pushed
from watchers.streams.reach import Schedule
from watchers.streams.source import StreamSource
from watchers.watch import Watch

_AT_ONCE_MS = 1000
_LOOKED_BACK = timedelta(minutes=1)

_KINDS = {
    "stdin": "watchers.sources.stdin",
    "journald": "watchers.sources.journald.supply",
    "command": "watchers.sources.command",
    "http": "watchers.sources.http_probe.supply",
    "loki": "watchers.sources.loki.supply",
    "elasticsearch": "watchers.sources.elasticsearch.supply",
    "otlp": "watchers.sources.otlp.supply",
    "syslog": "watchers.sources.syslog.supply",
    "kafka": "watchers.sources.kafka.supply",
}

_NOT_TRIED = ("command", "syslog", "otlp")
"""No program is run; what is listened to is not to be had twice; what is pushed comes by itself."""


def source_of(
    settings: WatchSettings,
    positions: Mapping[str, str],
    clock: Clock,
    pushed: Pushed | None = None,
    *,
    durable: Callable[[], Mapping[str, str]] = dict,
    settle: Callable[[], None] = lambda: None,
) -> Source:
    """What a watch reads; nothing is opened yet.

    Args:
        settings: Of the watch.
        positions: Everything stored earlier.
        clock: The time.
        pushed: What others push to this process.
        durable: Everything stored by now; from this thread.
        settle: Hands over all that was read.
    """
    if not isinstance(settings, Watch) or settings.kind == "files":
        return FileSource(
            name=settings.name,
            globs=settings.files,
            positions=positions,
            clock=clock,
            from_start=settings.from_start,
            unfinished_idle_s=settings.unfinished_idle_s,
            backlog_bytes=int(settings.catch_up_mb * 1e6),
        )
    kind: Any = importlib.import_module(_KINDS[settings.kind])
    said = getattr(settings, settings.kind)

    def build(mark: str) -> Supply:
        supply: Supply = kind.build(
            said,
            Opening(
                watch=settings.name,
                mark=mark,
                from_start=settings.from_start,
                clock=clock,
                pushed=pushed,
                kept=lambda: mark_of(durable().get(settings.name + "/", "")),
                settle=settle,
            ),
        )
        return supply

    return StreamSource(
        name=settings.name,
        kind=settings.kind,
        positions=positions,
        clock=clock,
        build=build,
        keep_s=kind.keep_s(said),
    )


def hindrance_of(watch: Watch, clock: Clock) -> str:
    """What stands in the way of reading what is no file, "" when nothing does; takes seconds.

    No position moves by it. A program is looked for and not run.
    """
    section = getattr(watch, watch.kind)
    if watch.kind in _NOT_TRIED:
        return str(section.missing)
    examine = getattr(importlib.import_module(_KINDS[watch.kind]), "examine", None)
    if examine is not None:  # taking part would take something from others
        return str(examine(section))
    if isinstance(section, Schedule):
        back = section.delay + _LOOKED_BACK  # so that there is something to ask for
        watch = watch.model_copy(update={watch.kind: section.model_copy(update={"back": back})})
    source = source_of(watch, {}, clock)
    try:
        waiting = select.poll()
        for _ in range(2):
            for _block in source.read():
                break
            if source.troubles() or not source.descriptors:
                break
            for descriptor in source.descriptors:
                waiting.register(descriptor, select.POLLIN)
            waiting.poll(_AT_ONCE_MS)
        return "; ".join(one.text for one in source.troubles())
    finally:
        source.close()


def path_labels(settings: WatchSettings, path: str) -> Mapping[str, str]:
    """What the place of a file says of its lines: those of containers stand where these say."""
    if isinstance(settings, Watch) and settings.containers:
        return labels_of_container(path)
    return {}

"""Opens what a watch reads; each kind of source is imported when it is first used."""

import importlib
from collections.abc import Mapping
from typing import Any

from watchers.clock import Clock
from watchers.sources.base import Source
from watchers.sources.containers import labels_of_container
from watchers.sources.file.follow import FileSource
from watchers.sources.file.settings import WatchSettings
from watchers.streams.entry import Opening, Supply
from watchers.streams.source import StreamSource
from watchers.watch import Watch

_KINDS = {
    "stdin": "watchers.sources.stdin",
    "journald": "watchers.sources.journald",
    "command": "watchers.sources.command",
    "http": "watchers.sources.http_probe.supply",
    "loki": "watchers.sources.loki.supply",
    "elasticsearch": "watchers.sources.elasticsearch.supply",
}


def source_of(settings: WatchSettings, positions: Mapping[str, str], clock: Clock) -> Source:
    """What a watch reads; nothing is opened yet."""
    if not isinstance(settings, Watch) or settings.kind == "files":
        return FileSource(
            name=settings.name,
            globs=settings.files,
            positions=positions,
            clock=clock,
            from_start=settings.from_start,
            unfinished_idle_s=settings.unfinished_idle_s,
        )
    kind: Any = importlib.import_module(_KINDS[settings.kind])
    said = getattr(settings, settings.kind)

    def build(mark: str) -> Supply:
        supply: Supply = kind.build(
            said,
            Opening(watch=settings.name, mark=mark, from_start=settings.from_start, clock=clock),
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


def path_labels(settings: WatchSettings, path: str) -> Mapping[str, str]:
    """What the place of a file says of its lines: those of containers stand where these say."""
    if isinstance(settings, Watch) and settings.containers:
        return labels_of_container(path)
    return {}

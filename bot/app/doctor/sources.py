"""The log files of this host: there, readable, in the encoding that was said, still written."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.doctor.scene import Scene, diagnosis
from bot.app.kafka import topics_hindrance
from bot.config.load import watches_of
from bot.core.diagnosis import Check, Diagnosis, Verdict
from watchers.kafka.cluster import topic_of
from watchers.opening import hindrance_of
from watchers.sources.file.decode import Decoder, refusal
from watchers.sources.file.discovery import Found, expand, explain
from watchers.sources.file.settings import WatchSettings
from watchers.watch import Watch

MOST_FILES = 50
"""Of one watch; a glob may lead to thousands."""
SILENT = timedelta(days=1)
_HEAD = 4096
_TAIL = 64 * 1024
_DAMAGED_PERCENT = 1
_LIKELY = ("utf-8", "gb18030", "big5", "shift_jis", "euc_kr")


def sources(scene: Scene) -> Iterator[Diagnosis]:
    """Every watched file, as far as this user can see it."""
    watches = watches_of(scene.config, scene.file)
    if not watches:
        yield diagnosis(Check.SOURCES, Verdict.SOURCES_NONE)
    if scene.config.server.topic:
        yield _topic("agents", scene.config.server.findings_from, scene)
    for watch in watches:
        if watch.ship:
            yield _topic(watch.name, watch.ship, scene)
        if watch.kind != "files":
            yield _other(watch, scene)
            continue
        found, troubles = expand(watch.files)
        for one in troubles:
            verdict = Verdict.SOURCE_ABSENT if one.absent else Verdict.SOURCE_UNREADABLE
            yield _of(verdict, one.path, watch, detail=one.text, user=scene.machine.user)
        for file in found[:MOST_FILES]:
            yield _file(file, watch, scene)
        if len(found) > MOST_FILES:
            count = len(found) - MOST_FILES
            yield diagnosis(
                Check.SOURCES, Verdict.SOURCES_MORE, watch.name, watch=watch.name, count=count
            )


def _other(watch: Watch, scene: Scene) -> Diagnosis:
    """What is no file is opened as the watch would."""
    detail = hindrance_of(watch, scene.clock) if not watch.stdin else ""
    verdict = Verdict.SOURCE_SHUT if detail else Verdict.SOURCE_ANSWERS
    return diagnosis(
        Check.SOURCES,
        Verdict.SOURCE_PIPED if watch.stdin else verdict,
        watch.name,
        watch=watch.name,
        kind=watch.kind,
        detail=detail,
    )


def _topic(name: str, address: str, scene: Scene) -> Diagnosis:
    """Where lines go, or reports come from."""
    detail = topics_hindrance(scene.config, scene.file, (topic_of(address),))
    verdict = Verdict.SOURCE_SHUT if detail else Verdict.SOURCE_ANSWERS
    said = {"watch": name, "kind": address, "detail": detail}
    return diagnosis(Check.SOURCES, verdict, f"{name} {address}", **said)


def _file(file: Found, watch: WatchSettings, scene: Scene) -> Diagnosis:
    try:
        head, tail = _ends_of(file.path)
    except OSError as error:
        detail, user = explain(file.path, error).text, scene.machine.user
        return _of(Verdict.SOURCE_UNREADABLE, file.path, watch, detail=detail, user=user)
    if why := refusal(head):
        return _of(Verdict.SOURCE_NO_LOG, file.path, watch, detail=why)
    if not head:
        return _of(Verdict.SOURCE_EMPTY, file.path, watch)
    if percent := _damaged(tail, watch.encoding):
        guess = _guess(tail, watch.encoding)
        return _of(
            Verdict.SOURCE_ENCODING,
            file.path,
            watch,
            percent=percent,
            encoding=watch.encoding,
            guess=f"({guess}?)" if guess else "",
        )
    age = scene.now - datetime.fromtimestamp(file.changed_at, UTC)
    verdict = Verdict.SOURCE_SILENT if age > SILENT else Verdict.SOURCE_GOOD
    return _of(verdict, file.path, watch, age=max(age, timedelta(0)))


def _of(
    verdict: Verdict, path: str, watch: WatchSettings, **facts: str | int | timedelta
) -> Diagnosis:
    return diagnosis(Check.SOURCES, verdict, path, path=path, watch=watch.name, **facts)


def _ends_of(path: str) -> tuple[bytes, bytes]:
    """The first bytes of a file, and whole lines of its last ones."""
    with Path(path).open("rb") as opened:
        head = opened.read(_HEAD)
        size = opened.seek(0, os.SEEK_END)
        start = max(0, size - _TAIL)
        opened.seek(start)
        tail = opened.read(_TAIL)
    return head, tail[tail.find(b"\n") + 1 :] if start else tail


def _damaged(tail: bytes, encoding: str) -> int:
    """Percent of lines with bytes that this encoding does not have; 0 for few enough."""
    lines = [line for line in tail.split(b"\n") if line]
    decoder = Decoder(encoding)
    damaged = sum("\ufffd" in decoder.text(line) for line in lines)
    percent = damaged * 100 // len(lines) if lines else 0
    return percent if percent >= _DAMAGED_PERCENT else 0


def _guess(tail: bytes, encoding: str) -> str:
    """An encoding in which all of it is text, "" without one; the first that fits is a guess."""
    for codec in _LIKELY:
        if codec == encoding:
            continue
        try:
            tail.decode(codec)
        except UnicodeDecodeError:
            continue
        return codec
    return ""


def watched_files(scene: Scene) -> Iterable[tuple[Found, WatchSettings]]:
    """Every file that is there, at most `MOST_FILES` of a watch."""
    for watch in watches_of(scene.config, scene.file):
        for file in expand(watch.files)[0][:MOST_FILES]:
            yield file, watch

"""Where things are kept: the database, and the disks under it."""

from collections.abc import Iterator
from pathlib import Path

from bot.app.doctor.scene import Scene, diagnosis, size_of
from bot.config.schema import SQLITE
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.core.fields import SERIES_LEFT_OUT
from bot.store.condition import WAITS, Trouble, condition

_LOW_PERCENT = 10
_LOW = 1 << 30
_FULL_PERCENT = 2
_FULL = 100 << 20
_VERDICTS = {
    Trouble.ABSENT: Verdict.DATABASE_ABSENT,
    Trouble.UNREACHABLE: Verdict.DATABASE_UNREACHABLE,
    Trouble.LOCKED: Verdict.DATABASE_LOCKED,
    Trouble.UNWRITABLE: Verdict.DATABASE_UNWRITABLE,
    Trouble.DAMAGED: Verdict.DATABASE_DAMAGED,
}


def database(scene: Scene) -> Iterator[Diagnosis]:
    """Whether the database is there, sound, up to date, and takes changes."""
    found = scene.condition or condition(scene.database_url)
    if found.trouble is not None:
        yield diagnosis(
            Check.DATABASE,
            _VERDICTS[found.trouble],
            path=found.place,
            detail=found.detail,
            span=WAITS,
        )
        return
    if scene.missing:
        count = len(scene.missing)
        yield diagnosis(Check.DATABASE, Verdict.DATABASE_OLD, count=count, file=scene.file)
        return
    size = size_of(found.size)
    yield diagnosis(Check.DATABASE, Verdict.DATABASE_GOOD, kind=found.kind, size=size)
    if not found.checked:
        yield diagnosis(Check.DATABASE, Verdict.DATABASE_TOO_LARGE, size=size)
    if scene.store is not None and scene.store.fields.full():
        count = scene.store.counters.get(SERIES_LEFT_OUT)
        yield diagnosis(Check.DATABASE, Verdict.FIELDS_FULL, "fields", count=count)


def disk(scene: Scene) -> Iterator[Diagnosis]:
    """How much room is left where the database, the record and the positions lie."""
    places: dict[str, Path] = {}
    config = scene.config
    if scene.only_watches:
        places["state"] = scene.beside(config.agent.state)
    else:
        if config.database.url.startswith(SQLITE):
            places["database"] = Path(scene.database_url.removeprefix(SQLITE))
        places["record"] = scene.beside(config.record.path)
    for what, path in places.items():
        yield _room(what, path, scene)


def _room(what: str, path: Path, scene: Scene) -> Diagnosis:
    folder = path.absolute()
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    try:
        total, _, free = scene.machine.disk(folder)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        return diagnosis(Check.DISK, Verdict.DISK_UNKNOWN, what, what=what, detail=detail)
    percent = free * 100 // total if total else 0
    verdict = Verdict.DISK_GOOD
    if free < _FULL or percent < _FULL_PERCENT:
        verdict = Verdict.DISK_FULL
    elif free < _LOW or percent < _LOW_PERCENT:
        # A tenth of a large disk is plenty.
        verdict = Verdict.DISK_LOW if free < 10 * _LOW else Verdict.DISK_GOOD
    return diagnosis(
        Check.DISK, verdict, what, what=what, path=str(folder), free=size_of(free), percent=percent
    )

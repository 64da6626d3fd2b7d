"""The list of all checks, and whoever runs them one after the other."""

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from bot.app.doctor import (
    app_in_feishu,
    groups,
    people,
    receiving,
    rotation,
    round_trip,
    running,
    sources,
    storage,
)
from bot.app.doctor.scene import Look, Scene, diagnosis
from bot.config.load import rules_of
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.core.errors import BusyError

_log = logging.getLogger(__name__)


def configuration(scene: Scene) -> Iterator[Diagnosis]:
    """Everything that `larkwatch check` says of the file itself."""
    fatal = False
    for problem in scene.problems:
        fatal = fatal or problem.fatal
        verdict = Verdict.CONFIG_ERROR if problem.fatal else Verdict.CONFIG_WARNING
        place = problem.path or scene.file
        yield diagnosis(Check.CONFIGURATION, verdict, place, problem=str(problem))
    if not fatal:
        watches, rules = len(scene.config.watch), len(rules_of(scene.config))
        yield diagnosis(
            Check.CONFIGURATION,
            Verdict.CONFIG_SOUND,
            file=scene.file,
            watches=watches,
            rules=rules,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One look, and the checks that it answers.

    Attributes:
        everywhere: Whether it is worth something on a host that only watches, too.
    """

    checks: tuple[Check, ...]
    look: Look
    everywhere: bool = False


PROBES = (
    Probe(checks=(Check.CONFIGURATION,), look=configuration, everywhere=True),
    Probe(checks=(Check.CREDENTIALS,), look=app_in_feishu.credentials),
    Probe(checks=(Check.CLOCK,), look=app_in_feishu.clock),
    Probe(checks=(Check.BOT,), look=app_in_feishu.bot),
    Probe(checks=(Check.VERSION,), look=app_in_feishu.version),
    Probe(checks=(Check.SCOPES,), look=app_in_feishu.scopes),
    Probe(checks=(Check.EVENTS,), look=app_in_feishu.events),
    Probe(checks=(Check.RECEIVING,), look=receiving.receiving),
    Probe(checks=(Check.ROUND_TRIP,), look=round_trip.round_trip),
    Probe(checks=(Check.GROUPS, Check.URGENT), look=groups.groups),
    Probe(checks=(Check.PEOPLE,), look=people.people),
    Probe(checks=(Check.SOURCES,), look=sources.sources, everywhere=True),
    Probe(checks=(Check.ROTATION,), look=rotation.rotation, everywhere=True),
    Probe(checks=(Check.INOTIFY,), look=rotation.inotify, everywhere=True),
    Probe(checks=(Check.AGENTS,), look=running.agents),
    Probe(checks=(Check.DATABASE,), look=storage.database),
    Probe(checks=(Check.DISK,), look=storage.disk, everywhere=True),
    Probe(checks=(Check.PROCESS,), look=running.process),
    Probe(checks=(Check.SERVER,), look=running.server, everywhere=True),
    Probe(checks=(Check.OUTBOX,), look=running.outbox),
    Probe(checks=(Check.BREAKERS,), look=running.breakers),
    Probe(checks=(Check.QUOTA,), look=running.quota),
    Probe(checks=(Check.TOKENS,), look=running.tokens),
)


class Doctor:
    """Runs the checks; changes nothing that it looks at."""

    def __init__(self, scene: Callable[[], Scene], probes: tuple[Probe, ...] = PROBES) -> None:
        """`scene` is made anew for each examination."""
        self._scene = scene
        self._probes = probes

    def examine(self, only: Collection[Check] = frozenset(Check)) -> tuple[Diagnosis, ...]:
        """Look at everything, or only at some of it; takes seconds, over the network."""
        scene = self._scene()
        return tuple(
            one
            for probe in self._probes
            if any(check in only for check in probe.checks)
            for one in _looked(probe, scene)
            if one.check in only
        )


def _looked(probe: Probe, scene: Scene) -> tuple[Diagnosis, ...]:
    """What one look found; one that breaks is a finding too, and no other suffers."""
    check = probe.checks[0]
    if scene.only_watches and not probe.everywhere:
        server = scene.config.agent.report_to
        return (diagnosis(check, Verdict.NOT_ON_THIS_HOST, server=server),)
    try:
        return tuple(probe.look(scene))
    except BusyError:
        return (diagnosis(check, Verdict.DEPENDS, first=Check.DATABASE.value),)
    except Exception as error:  # noqa: BLE001 - a check may meet whatever is broken
        _log.warning("a check of the doctor failed", extra={"check": check.value}, exc_info=error)
        return (diagnosis(check, Verdict.BROKE, error=type(error).__name__),)

"""Whether somebody always hears: admins, who stands in, who is on call."""

from collections.abc import Iterator

from bot.app.doctor.scene import Scene, depends, diagnosis
from bot.app.terms import rotas_of
from bot.core.diagnosis import Check, Diagnosis, Verdict
from bot.engine.on_call import OnCall


def people(scene: Scene) -> Iterator[Diagnosis]:
    """Whether admins are named, somebody stands in, and each rota has somebody on call."""
    feishu, found = scene.config.feishu, []
    if not feishu.admins:
        found.append(diagnosis(Check.PEOPLE, Verdict.NO_ADMINS))
    if scene.config.escalation and not (feishu.admins or feishu.fallback_chat):
        found.append(diagnosis(Check.PEOPLE, Verdict.NOBODY_STANDS_IN))
    if scene.config.rota and scene.store is None:
        yield from found
        yield depends(Check.PEOPLE, Check.DATABASE)
        return
    if scene.store is not None:
        for duty in OnCall(scene.store, rotas_of(scene.config)).duties(scene.now):
            if duty.now is None or not duty.now.person.id:
                found.append(
                    diagnosis(Check.PEOPLE, Verdict.NOBODY_ON_CALL, duty.rota, rota=duty.rota)
                )
            if duty.fault:
                facts = {"rota": duty.rota, "detail": duty.fault}
                found.append(diagnosis(Check.PEOPLE, Verdict.CALENDAR_BROKEN, duty.rota, **facts))
    yield from found
    if not found:
        admins, rotas = len(feishu.admins), len(scene.config.rota)
        yield diagnosis(Check.PEOPLE, Verdict.PEOPLE_GOOD, admins=admins, rotas=rotas)

"""The course of a mute by the clock: planned, beginning, hiding, ending, over or planned again."""

from dataclasses import replace
from datetime import datetime

from bot.core.alert import LARKWATCH
from bot.core.matcher import all_take
from bot.core.mute import Mute, MuteEvent, UntilResolved, ended, fingerprints_of, renewed
from bot.core.notification import Purpose
from bot.core.ports import MuteCourse, MutePhase, Store
from bot.core.subscription import Language, Target, TargetKind
from bot.engine.escalating import Escalating
from bot.engine.telling import Telling
from bot.engine.terms import MuteTerms
from bot.engine.unhiding import Unhiding

LOOKED_AT = 20
"""Mutes per sweep, of each at most one batch of alerts."""


class MuteCourses:
    """Lets mutes run on as the clock and their alerts want it."""

    def __init__(
        self, store: Store, terms: MuteTerms, telling: Telling, escalating: Escalating
    ) -> None:
        self._store = store
        self._terms = terms
        self._telling = telling
        self._unhiding = Unhiding(store, telling, escalating, terms.at_once)

    def run_on(self, now: datetime) -> None:
        """Do what is due, a batch of each; the rest stays due."""
        for course in self._store.mutes.due(now, LOOKED_AT):
            self._store.mutes.proceed(self._run(course, now))

    def _run(self, course: MuteCourse, now: datetime) -> MuteCourse:
        """The course after all that takes no second batch."""
        while True:
            phase = course.phase
            match phase:
                case MutePhase.PLANNED:
                    course = _planned(course, now)
                case MutePhase.BEGINNING:
                    course = self._beginning(course, now)
                case MutePhase.HIDING:
                    course = self._hiding(course, now)
                case MutePhase.ENDING:
                    course = self._ending(course, now)
                case MutePhase.OVER:
                    return replace(course, due_at=None)
            if course.phase is phase:
                return course

    def _beginning(self, course: MuteCourse, now: datetime) -> MuteCourse:
        if course.mute.ends_at <= now:
            return replace(course, phase=MutePhase.ENDING, after=0)
        onward = self._unhiding.begin(course, now)
        if onward is None:
            return replace(course, phase=MutePhase.HIDING)
        return replace(onward, due_at=now)

    def _hiding(self, course: MuteCourse, now: datetime) -> MuteCourse:
        mute = course.mute
        if mute.ends_at > now and isinstance(mute.until, UntilResolved) and not self._takes(mute):
            mute = ended(mute, MuteEvent.RESOLVED, now)
            self._store.mutes.change(mute, MuteEvent.RESOLVED, LARKWATCH, now)
            course = replace(course, mute=mute, event=MuteEvent.RESOLVED)
        if mute.ends_at <= now:
            return replace(course, phase=MutePhase.ENDING, after=0)
        remind_at = self._remind_at(course)
        if remind_at is not None and remind_at <= now:
            self._remind(mute, now)
            course, remind_at = replace(course, reminded=mute.version), None
        return replace(course, due_at=remind_at or mute.ends_at)

    def _ending(self, course: MuteCourse, now: datetime) -> MuteCourse:
        course, done = self._unhiding.end(course, now)
        if not done:
            return replace(course, due_at=now)
        self._unhiding.tell(course, now)
        again = renewed(course.mute, now)
        return MuteCourse(
            mute=again or course.mute,
            phase=MutePhase.PLANNED if again else MutePhase.OVER,
            reminded=course.reminded,
        )

    def _remind_at(self, course: MuteCourse) -> datetime | None:
        """When to say that a mute is about to end, None for never or done."""
        mute, terms = course.mute, self._terms
        lasting = mute.ends_at - mute.starts_at >= terms.remind_from
        if mute.until is not None or not lasting or course.reminded == mute.version:
            return None
        return mute.ends_at - terms.remind_before

    def _remind(self, mute: Mute, now: datetime) -> None:
        """Announce the end where the mute was asked for; where it hid nothing, nobody minds."""
        if not mute.suppressed and not self._takes(mute):
            return
        audience = self._telling.audience(now)
        chats = self._unhiding.chats_of(mute, audience)
        if mute.chat:
            target = Target(kind=TargetKind.FEISHU_CHAT, address=mute.chat)
            language = self._store.chats.language(mute.chat) or Language.ZH
            chats = {} if target in audience.suspended else {target: language}
        for target, language in chats.items():
            content = {"mute": mute.id, "version": mute.version}
            self._telling.tell_chat(target, language, Purpose.MUTE_ENDING, content, now, now)

    def _takes(self, mute: Mute) -> bool:
        """Whether it takes an open alert."""
        found = self._store.alerts.open_briefly(fingerprints_of((mute,)))
        return any(all_take(mute.matchers, one.identity) for one in found)


def _planned(course: MuteCourse, now: datetime) -> MuteCourse:
    mute = course.mute
    if mute.ends_at <= now:
        return replace(course, phase=MutePhase.ENDING, after=0)
    if mute.starts_at <= now:
        return replace(course, phase=MutePhase.BEGINNING, after=0)
    return replace(course, due_at=mute.starts_at)

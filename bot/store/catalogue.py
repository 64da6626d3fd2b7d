"""Kinds of messages that were found, in the database."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import EXCLUDED, JOIN, Expression, chunked, fn

from bot.core.catalogue import CataloguePage, Listed, Which
from bot.core.verdict import Judgement, Verdict
from bot.store.catalogue_rows import TemplateRow
from bot.store.database import Database
from bot.store.models import MigrationRow, moment, storable
from bot.store.rows import known_person
from bot.store.verdict_rows import VerdictRow
from watchers.finding import Severity

MOST_KINDS = 20_000
"""Beyond so many, new ones are not kept: a log may write a new one with every line."""
_MADE_BY = "m0020_kinds_of_messages"
_ROWS_AT_ONCE = 500
_VERDICTS = {Which.NOISE: Verdict.NOISE, Which.MATTERS: Verdict.MATTERS}


class Catalogue:
    """`core.catalogue.CatalogueStore` over the database."""

    def __init__(self, database: Database, most: int = MOST_KINDS) -> None:
        self._database = database
        self._most = most

    def count(self, seen: Iterable[Listed]) -> None:
        """Count some in; their counts are added to what is known."""
        for some in chunked(seen, _ROWS_AT_ONCE):
            wanted = self._wanted(some)
            if not wanted:
                continue
            TemplateRow.insert_many([_columns(one) for one in wanted]).on_conflict(
                conflict_target=[TemplateRow.subject],
                update={
                    TemplateRow.count: TemplateRow.count + EXCLUDED.count,
                    TemplateRow.last_at: EXCLUDED.last_at,
                    TemplateRow.rule: EXCLUDED.rule,
                    TemplateRow.severity: EXCLUDED.severity,
                },
            ).execute(self._database)

    def join(self, subject: str, former: Iterable[str]) -> None:
        """Some kinds became one with another, which was counted in before."""
        row = TemplateRow
        gone = row.subject.in_([one for one in former if one != subject])
        sums = row.select(fn.SUM(row.count), fn.MIN(row.first_at)).where(gone)
        ((count, first_at),) = self._database.rows(sums)
        if count is None:
            return
        of = row.subject == subject
        row.update(count=row.count + int(count)).where(of).execute(self._database)
        earlier = row.update({row.first_at: moment(first_at)})
        earlier.where(of & (row.first_at > moment(first_at))).execute(self._database)
        row.delete().where(gone).execute(self._database)

    def find(self, template: str, service: str) -> tuple[Listed, ...]:
        """Those with this id, of one service or of all with ""."""
        wanted = (TemplateRow.template == template) & _of(service)
        return self._listed(_selection().where(wanted).order_by(TemplateRow.last_at.desc()))

    def page(self, which: Which, service: str, offset: int, limit: int) -> CataloguePage:
        """A part of the list, newest seen first; of one service or of all with ""."""
        wanted = _of(service) & _that_are(which)
        order = TemplateRow.first_at if which is Which.NEW else TemplateRow.last_at
        counted = _joined(TemplateRow.select(fn.COUNT(TemplateRow.subject))).where(wanted)
        ((total,),) = self._database.rows(counted)
        query = _selection().where(wanted).order_by(order.desc(), TemplateRow.subject)
        return CataloguePage(rows=self._listed(query.offset(offset).limit(limit)), total=int(total))

    def begun(self, since: datetime, until: datetime, limit: int) -> tuple[Listed, ...]:
        """Those first found in a span, most frequent first; without what is noise."""
        row = TemplateRow
        quiet = VerdictRow.verdict.is_null() | (VerdictRow.verdict != Verdict.NOISE.value)
        wanted = (row.first_at >= since) & (row.first_at < until) & quiet
        query = _selection().where(wanted).order_by(row.count.desc(), row.subject)
        return self._listed(query.limit(limit))

    def began(self) -> datetime | None:
        """Since when kinds are kept."""
        made = MigrationRow.select(MigrationRow.applied_at).where(MigrationRow.name == _MADE_BY)
        return next((row.applied_at for row in made.execute(self._database)), None)

    def prune(self, before: datetime) -> int:
        """Forget some that were not seen since."""
        return self._database.forget(TemplateRow, TemplateRow.last_at < before, TemplateRow.last_at)

    def _wanted(self, some: list[Listed]) -> list[Listed]:
        """Those that are known, and new ones while there is room."""
        query = TemplateRow.select(TemplateRow.subject).where(
            TemplateRow.subject.in_([one.subject for one in some])
        )
        known = {str(subject) for (subject,) in self._database.rows(query)}
        fresh = [one for one in some if one.subject not in known]
        if fresh:
            ((count,),) = self._database.rows(TemplateRow.select(fn.COUNT(TemplateRow.subject)))
            fresh = fresh[: max(0, self._most - int(count))]
        return [one for one in some if one.subject in known] + fresh

    def _listed(self, query: Any) -> tuple[Listed, ...]:
        return tuple(_listing(row) for row in query.objects().execute(self._database))


def _joined(query: Any) -> Any:
    on = TemplateRow.subject == VerdictRow.subject
    return query.join(VerdictRow, JOIN.LEFT_OUTER, on=on)


def _selection() -> Any:
    row = VerdictRow
    said = (row.verdict, row.template.alias("said"), row.by, row.at)
    return _joined(TemplateRow.select(TemplateRow, *said))


def _of(service: str) -> Expression:
    return TemplateRow.service == service if service else TemplateRow.subject != ""


def _that_are(which: Which) -> Expression:
    match which:
        case Which.NOISE | Which.MATTERS:
            return VerdictRow.verdict == _VERDICTS[which].value
        case Which.OPEN:
            return VerdictRow.verdict.is_null()
        case _:
            return TemplateRow.subject != ""


def _columns(one: Listed) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "template": one.template,
        "service": one.service,
        "text": storable(one.text),
        "rule": one.rule,
        "severity": one.severity.value,
        "count": one.count,
        "first_at": one.first_at,
        "last_at": one.last_at,
    }


def _listing(row: Any) -> Listed:
    judgement = None
    if row.verdict is not None:
        judgement = Judgement(
            subject=row.subject,
            verdict=Verdict(row.verdict),
            template=row.said,
            by=known_person(row.by),
            at=row.at,
        )
    return Listed(
        subject=row.subject,
        template=row.template,
        service=row.service,
        text=row.text,
        rule=row.rule,
        severity=Severity(row.severity),
        count=row.count,
        first_at=row.first_at,
        last_at=row.last_at,
        judgement=judgement,
    )

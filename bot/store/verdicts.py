"""What people said of kinds of messages, in the database."""

from collections.abc import Collection, Mapping

from peewee import chunked

from bot.core.verdict import Judgement, Verdict
from bot.store.database import Database
from bot.store.rows import known_person, person_to_json
from bot.store.verdict_rows import VerdictRow

_ROWS_AT_ONCE = 500


class Verdicts:
    """`core.verdict.VerdictStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, subjects: Collection[str]) -> Mapping[str, Judgement]:
        """The judgements on these, by subject."""
        found: dict[str, Judgement] = {}
        for some in chunked(subjects, _ROWS_AT_ONCE):
            query = VerdictRow.select().where(VerdictRow.subject.in_(some))
            found |= {row.subject: _judgement(row) for row in query.execute(self._database)}
        return found

    def keep(self, judgement: Judgement) -> None:
        """Keep one; a former one on the same subject makes room."""
        fresh = {
            "verdict": judgement.verdict.value,
            "template": judgement.template,
            "by": person_to_json(judgement.by),
            "at": judgement.at,
        }
        VerdictRow.insert(subject=judgement.subject, **fresh).on_conflict(
            conflict_target=[VerdictRow.subject], update=fresh
        ).execute(self._database)

    def forget(self, subject: str) -> None:
        """Nothing was ever said of it."""
        gone = VerdictRow.delete().where(VerdictRow.subject == subject)
        gone.execute(self._database)


def _judgement(row: VerdictRow) -> Judgement:
    return Judgement(
        subject=row.subject,
        verdict=Verdict(row.verdict),
        template=row.template,
        by=known_person(row.by),
        at=row.at,
    )

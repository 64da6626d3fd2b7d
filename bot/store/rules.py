"""Rules made in chats, pauses of rules, and what rules found lately, in the database."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from peewee import EXCLUDED

from bot.core.rule import ChatRule, Hit, RulePause, RuleStage, Threshold, Window
from bot.core.subscription import Language
from bot.store.counters import Counters
from bot.store.database import Database
from bot.store.rows import known_person, person_to_json
from bot.store.rule_rows import (
    ChatRuleRow,
    ChatRuleVersionRow,
    RuleCountRow,
    RuleHitRow,
    RulePauseRow,
    RuleWindowRow,
)
from watchers.finding import Severity

KEPT_HITS = 20
_REVISION = "rules:revision"


class Rules:
    """`core.rule_ports.RuleStore` over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counters = Counters(database)

    def add(self, rule: ChatRule) -> ChatRule:
        """Store one; returns it with its id."""
        number = ChatRuleRow.insert(**_columns(rule)).execute(self._database)
        added = replace(rule, id=int(number))
        self._keep_version(added)
        return added

    def get(self, rule_id: int) -> ChatRule | None:
        """One of them, proposals included."""
        query = ChatRuleRow.select().where(ChatRuleRow.id == rule_id)
        return next((_rule(row) for row in query.execute(self._database)), None)

    def named(self, name: str) -> ChatRule | None:
        """The one of this name that is no proposal."""
        query = ChatRuleRow.select().where((ChatRuleRow.name == name) & _real())
        return next((_readable(row) for row in query.execute(self._database)), None)

    def all(self) -> tuple[ChatRule, ...]:
        """All that are no proposals, by name."""
        rows = ChatRuleRow.select().where(_real()).execute(self._database)
        read = (_readable(row) for row in rows)
        # Sorted here: each database has an order of its own.
        return tuple(sorted((one for one in read if one), key=lambda rule: rule.name))

    def save(self, rule: ChatRule) -> None:
        """Store its next version; the former ones are kept."""
        ChatRuleRow.update(**_columns(rule)).where(ChatRuleRow.id == rule.id).execute(
            self._database
        )
        self._keep_version(rule)
        self._revise()

    def forget(self, rule_id: int) -> None:
        """Forget what was proposed."""
        ChatRuleRow.delete().where(ChatRuleRow.id == rule_id).execute(self._database)

    def remove(self, name: str) -> None:
        """Forget a rule, also one that cannot be read; its versions stay."""
        ChatRuleRow.delete().where((ChatRuleRow.name == name) & _real()).execute(self._database)
        RuleWindowRow.delete().where(RuleWindowRow.rule == name).execute(self._database)
        self._revise()

    def trained(self, now: datetime) -> tuple[ChatRule, ...]:
        """Those whose training is over."""
        query = ChatRuleRow.select().where(ChatRuleRow.until <= now).order_by(ChatRuleRow.id)
        read = [_readable(row) for row in query.execute(self._database)]
        return tuple(one for one in read if one is not None)

    def pauses(self) -> tuple[RulePause, ...]:
        """All of them, also those that are over by now."""
        rows = RulePauseRow.select().execute(self._database)
        return tuple(
            RulePause(rule=row.rule, until=row.until, by=known_person(row.by), at=row.at)
            for row in rows
        )

    def pause(self, pause: RulePause) -> None:
        """Keep one; another one of the same rule makes room."""
        fresh = {"until": pause.until, "by": person_to_json(pause.by), "at": pause.at}
        RulePauseRow.insert(rule=pause.rule, **fresh).on_conflict(
            conflict_target=[RulePauseRow.rule], update=fresh
        ).execute(self._database)
        self._revise()

    def resume(self, rule: str) -> None:
        """Forget the pause of a rule."""
        RulePauseRow.delete().where(RulePauseRow.rule == rule).execute(self._database)
        self._revise()

    def note(self, hits: tuple[Hit, ...]) -> None:
        """Keep what was found; of each rule only the newest few."""
        if not hits:
            return
        rows = [
            {
                "rule": one.rule,
                "at": one.at,
                "count": one.count,
                "text": one.text,
                "place": one.place,
                "quiet": one.quiet,
            }
            for one in hits
        ]
        RuleHitRow.insert_many(rows).execute(self._database)
        for rule in {one.rule for one in hits}:
            mine = RuleHitRow.rule == rule
            query = RuleHitRow.select(RuleHitRow.id).where(mine).order_by(RuleHitRow.id.desc())
            for (oldest,) in query.offset(KEPT_HITS).limit(1).tuples().execute(self._database):
                gone = mine & (RuleHitRow.id <= oldest)
                RuleHitRow.delete().where(gone).execute(self._database)

    def hits(self, rule: str, limit: int) -> tuple[Hit, ...]:
        """The newest few of a rule, oldest first."""
        query = RuleHitRow.select().where(RuleHitRow.rule == rule)
        newest = query.order_by(RuleHitRow.id.desc()).limit(limit).execute(self._database)
        return tuple(
            Hit(
                rule=row.rule,
                at=row.at,
                count=row.count,
                text=row.text,
                place=row.place,
                quiet=row.quiet,
            )
            for row in reversed(list(newest))
        )

    def window(self, rule: str, fingerprint: str) -> Window:
        """What was counted lately."""
        query = RuleWindowRow.select().where(
            (RuleWindowRow.rule == rule) & (RuleWindowRow.fingerprint == fingerprint)
        )
        for row in query.execute(self._database):
            counts = ((datetime.fromisoformat(at), int(count)) for at, count in row.counts)
            return Window(counts=tuple(counts), passed_at=row.passed_at)
        return Window()

    def keep_window(self, rule: str, fingerprint: str, window: Window) -> None:
        """Keep it."""
        newest = [at for at, _ in window.counts[-1:]]
        fresh = {
            "counts": [[at.isoformat(), count] for at, count in window.counts],
            "passed_at": window.passed_at,
            "at": window.passed_at or newest[0],
        }
        RuleWindowRow.insert(rule=rule, fingerprint=fingerprint, **fresh).on_conflict(
            conflict_target=[RuleWindowRow.rule, RuleWindowRow.fingerprint], update=fresh
        ).execute(self._database)

    def count(self, counts: Mapping[str, tuple[int, int]], at: datetime) -> None:
        """Count records and what they set off, by rule, into the ten minutes of `at`."""
        start = at.replace(minute=at.minute - at.minute % 10, second=0, microsecond=0)
        rows = [
            {"rule": rule, "at": start, "count": records, "fired": fired}
            for rule, (records, fired) in counts.items()
        ]
        if rows:
            RuleCountRow.insert_many(rows).on_conflict(
                conflict_target=[RuleCountRow.rule, RuleCountRow.at],
                update={
                    RuleCountRow.count: RuleCountRow.count + EXCLUDED.count,
                    RuleCountRow.fired: RuleCountRow.fired + EXCLUDED.fired,
                },
            ).execute(self._database)

    def counts(self, rule: str, since: datetime) -> tuple[tuple[datetime, int, int], ...]:
        """Ten minutes with records: their start, records, and how often these set off something."""
        query = RuleCountRow.select().where(
            (RuleCountRow.rule == rule) & (RuleCountRow.at >= since)
        )
        rows = query.order_by(RuleCountRow.at).execute(self._database)
        return tuple((row.at, int(row.count), int(row.fired)) for row in rows)

    def broken(self) -> tuple[str, ...]:
        """Names of rules that cannot be read; `all` leaves them out."""
        rows = ChatRuleRow.select().where(_real()).execute(self._database)
        return tuple(sorted(row.name for row in rows if _readable(row) is None))

    def revision(self) -> int:
        """Another one whenever what agents should look for may have changed."""
        return self._counters.get(_REVISION)

    def prune(self, before: datetime) -> int:
        """Forget some proposals and hits that are older; how many."""
        proposed = ChatRuleRow.stage == RuleStage.PROPOSED.value
        forget = self._database.forget
        stale = proposed & (ChatRuleRow.changed_at < before)
        return (
            forget(ChatRuleRow, stale, ChatRuleRow.id)
            + forget(RuleHitRow, RuleHitRow.at < before, RuleHitRow.at)
            + forget(RuleWindowRow, RuleWindowRow.at < before, RuleWindowRow.at)
            + forget(RuleCountRow, RuleCountRow.at < before, RuleCountRow.at)
        )

    def _keep_version(self, rule: ChatRule) -> None:
        if rule.stage is RuleStage.PROPOSED:
            return
        ChatRuleVersionRow.insert(
            rule=rule.id,
            version=rule.version,
            name=rule.name,
            at=rule.changed_at,
            body=_columns(rule)["body"],
        ).on_conflict_ignore().execute(self._database)

    def _revise(self) -> None:
        self._counters.add({_REVISION: 1})


def _real() -> Any:
    return ChatRuleRow.stage != RuleStage.PROPOSED.value


def _columns(rule: ChatRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "stage": rule.stage.value,
        "until": rule.until,
        "version": rule.version,
        "changed_at": rule.changed_at,
        "body": {
            "pattern": rule.pattern,
            "exclude": rule.exclude,
            "recovery": rule.recovery,
            "severity": rule.severity.value,
            "count": rule.threshold.count,
            "span_s": rule.threshold.span.total_seconds(),
            "files": list(rule.files),
            "by": person_to_json(rule.by),
            "created_at": rule.created_at.isoformat(),
            "changed_by": person_to_json(rule.changed_by),
            "chat": rule.chat,
            "language": rule.language.value,
            "line": rule.line,
        },
    }


def _readable(row: ChatRuleRow) -> ChatRule | None:
    """The rule, None for one that a newer version wrote, or nobody."""
    try:
        return _rule(row)
    except (KeyError, TypeError, ValueError):
        return None


def _rule(row: ChatRuleRow) -> ChatRule:
    body = row.body
    return ChatRule(
        id=row.id,
        name=row.name,
        pattern=body["pattern"],
        exclude=body["exclude"],
        recovery=body["recovery"],
        severity=Severity(body["severity"]),
        threshold=Threshold(count=body["count"], span=timedelta(seconds=body["span_s"])),
        files=tuple(body["files"]),
        stage=RuleStage(row.stage),
        until=row.until,
        by=known_person(body["by"]),
        created_at=datetime.fromisoformat(body["created_at"]),
        changed_by=known_person(body["changed_by"]),
        changed_at=row.changed_at,
        chat=body["chat"],
        language=Language(body["language"]),
        line=body["line"],
        version=row.version,
    )

"""The agent of `larkwatch watch`: reads here, reports to a server elsewhere."""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.app.health import every_in, health_of
from bot.app.incidents import with_incidents
from bot.app.kafka import KeptSink, kafka_sink, ship
from bot.app.traces import traced, traces_of
from bot.config.load import rules_of, watches_of
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import Secrets
from watchers.agent import Agent
from watchers.answering import Answering
from watchers.checkpoint import FileCheckpoint
from watchers.clock import SystemClock
from watchers.lookback.looking import Looking
from watchers.questions import questions_in
from watchers.redaction.redactor import Redactor
from watchers.rules.rulebook import (
    NOTHING_GIVEN,
    RULES_KEY,
    RuleBook,
    RuleSet,
    rule_set_from_dict,
    written,
)
from watchers.sinks.http import HttpSink
from watchers.sinks.redacting import RedactingSink

_RULES = "rules.json"
_log = logging.getLogger(__name__)


def build_agent(
    config: Config, secrets: Secrets, file: str, beat: Callable[[], object] = bool
) -> tuple[Agent, Callable[[], None]]:
    """Build it, start nothing that reads; with it comes what ends its sink.

    `beat` is called every few seconds while it goes on.

    Raises:
        CheckpointError: If the state folder cannot be used.
    """
    state = beside(file, config.agent.state)
    clock = SystemClock()
    checkpoint = FileCheckpoint(state)
    redactor = Redactor(config.redaction)
    watches = watches_of(config, file)
    looking = Looking(watches, config.agent.host, redactor, clock)
    answering = Answering(config.agent.name, looking, lambda: sink)
    book = RuleBook(rules_of(config), _kept(state))
    health, endpoint = health_of(config, secrets, file, clock)

    def hear(answer: Mapping[str, Any]) -> None:
        health.set_every(every_in(answer))
        _take_rules(book, state, answer)
        answering.ask(questions_in(answer))

    traces = traces_of(config, secrets)
    sink: KeptSink
    if config.agent.topic:
        sink = kafka_sink(config, file, secrets.ingest_secret, checkpoint, clock)
    else:
        sink = HttpSink(
            config.agent.report_to,
            secrets.ingest_secret,
            checkpoint,
            clock,
            hear,
        )
    leaving = RedactingSink(traced(sink, traces), redactor)
    agent = Agent(
        name=config.agent.name,
        host=config.agent.host,
        watches=watches,
        rules=book,
        sink=with_incidents(leaving, config, sink.positions, clock),
        positions=sink.positions,
        clock=clock,
        clean=redactor.text,
        durable=lambda: sink.kept,
        beat=beat,
    )
    agent.look_after(health)
    ship(agent, config, file, redactor)

    answering.start()

    def close() -> None:
        answering.stop()
        if endpoint is not None:
            endpoint.close()
        sink.close()
        checkpoint.close()
        traces.close()

    return agent, close


def _take_rules(book: RuleBook, state: Path, answer: Mapping[str, Any]) -> None:
    """Let rules that the server gives take effect, also for the first line after a restart."""
    if RULES_KEY not in answer:
        return
    try:
        given = rule_set_from_dict(answer[RULES_KEY])
    except (AttributeError, TypeError, ValueError):
        _log.warning("the server's rules cannot be read: those of before hold")
        return
    if given.version == book.version:
        return
    book.exchange(given)
    if book.problems:
        _log.error("some of the server's rules cannot be used", extra={"why": book.problems})
    half = state / f"{_RULES}.half"
    try:
        half.write_text(written(given), "utf-8")
        half.replace(state / _RULES)
    except OSError:
        _log.exception("the server's rules cannot be kept: a restart begins without them")


def _kept(state: Path) -> RuleSet:
    """What the server gave last."""
    try:
        return rule_set_from_dict(json.loads((state / _RULES).read_text("utf-8")))
    except (OSError, AttributeError, TypeError, ValueError):
        return NOTHING_GIVEN

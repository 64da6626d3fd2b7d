"""The agent of `larkwatch watch`: reads here, reports to a server elsewhere."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.app.health import every_in, health_of
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
from watchers.sinks.http import HttpSink
from watchers.sinks.redacting import RedactingSink


def build_agent(config: Config, secrets: Secrets, file: str) -> tuple[Agent, Callable[[], None]]:
    """Build it, start nothing that reads; with it comes what ends its sink.

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
    health, endpoint = health_of(config, secrets, file, clock)

    def told(answer: Mapping[str, Any]) -> None:
        health.set_every(every_in(answer))
        answering.ask(questions_in(answer))

    sink = HttpSink(config.agent.report_to, secrets.ingest_secret, checkpoint, clock, told)
    agent = Agent(
        name=config.agent.name,
        host=config.agent.host,
        watches=watches,
        rules=rules_of(config),
        sink=RedactingSink(sink, redactor),
        positions=sink.positions,
        clock=clock,
    )
    agent.look_after(health)

    answering.start()

    def close() -> None:
        answering.stop()
        if endpoint is not None:
            endpoint.close()
        sink.close()
        checkpoint.close()

    return agent, close

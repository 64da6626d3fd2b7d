"""The agent of `larkwatch watch`: reads here, reports to a server elsewhere."""

from collections.abc import Callable

from bot.app.health import every_in, health_of
from bot.config.load import rules_of, watches_of
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.secrets import Secrets
from watchers.agent import Agent
from watchers.checkpoint import FileCheckpoint
from watchers.clock import SystemClock
from watchers.redaction.redactor import Redactor
from watchers.sinks.http import HttpSink
from watchers.sinks.redacting import RedactingSink


def build_agent(config: Config, secrets: Secrets, file: str) -> tuple[Agent, Callable[[], None]]:
    """Build it, start nothing; with it comes what ends its sink.

    Raises:
        CheckpointError: If the state folder cannot be used.
    """
    state = beside(file, config.agent.state)
    clock = SystemClock()
    checkpoint = FileCheckpoint(state)
    health, endpoint = health_of(config, secrets, file, clock)
    sink = HttpSink(
        config.agent.report_to,
        secrets.ingest_secret,
        checkpoint,
        clock,
        lambda answer: health.set_every(every_in(answer)),
    )
    agent = Agent(
        name=config.agent.name,
        host=config.agent.host,
        watches=watches_of(config, file),
        rules=rules_of(config),
        sink=RedactingSink(sink, Redactor(config.redaction)),
        positions=sink.positions,
        clock=clock,
    )
    agent.look_after(health)

    def close() -> None:
        if endpoint is not None:
            endpoint.close()
        sink.close()
        checkpoint.close()

    return agent, close

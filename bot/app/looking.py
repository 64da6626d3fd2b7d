"""Answers what this process's own agent is asked about its files."""

from collections.abc import Callable

from bot.config.load import watches_of
from bot.config.schema import Config
from bot.engine.engine import Engine
from watchers.clock import Clock
from watchers.lookback.looking import Looking
from watchers.redaction.redactor import Redactor

LOOK_EVERY_S = 0.5


def looking_of(config: Config, file: str, redactor: Redactor, clock: Clock) -> Looking:
    """Looks into the files of this configuration's watches."""
    return Looking(watches_of(config, file), config.agent.host, redactor, clock)


def own_answers(agent: str, looking: Looking, engine: Engine, clock: Clock) -> Callable[[], float]:
    """A loop's step: answers what waits, outside of any transaction."""

    def step() -> float:
        now = clock.now()
        asked = engine.questions(agent, now)
        if not asked:
            return LOOK_EVERY_S
        answers = tuple(looking.answer(question) for question in asked)
        engine.answered(agent, answers, clock.now())
        return 0.0

    return step

"""What is done at each level of what is out of the ordinary."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from watchers.finding import Response, Severity
from watchers.numbers.verdict import Level

LevelName = Literal["minor", "major", "critical"]


class LevelSettings(BaseModel):
    """``levels``: what is done at one level; what is not said is as the rule says.

    Attributes:
        severity: How bad it is.
        responses: ``alert`` and ``record``, one of them, or nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    severity: Severity | None = None
    responses: tuple[Response, ...] | None = None


def doing(
    level: Level,
    levels: Mapping[LevelName, LevelSettings],
    severity: Severity,
    responses: frozenset[Response],
) -> tuple[Severity, frozenset[Response]]:
    """How bad a level is, and what is wanted then.

    A minor one is only recorded, a critical one is critical, when nothing else is said.

    Args:
        level: Not none.
        levels: What is said of some.
        severity: Of the rule.
        responses: What the rule wants; nothing, then nothing is wanted at any level.
    """
    said = levels.get(level.value, LevelSettings())  # type: ignore[call-overload] # no NONE
    wanted = responses
    if level is Level.MINOR:
        severity = min(Severity.LOW, severity, key=lambda one: one.rank)
        wanted = frozenset({Response.RECORD})
    elif level is Level.CRITICAL:
        severity = Severity.CRITICAL
    if said.responses is not None:
        wanted = frozenset(said.responses)
    return said.severity or severity, wanted if responses else responses

"""``[api]``: the HTTP API for programs."""

from pydantic import BaseModel, ConfigDict, Field


class ApiSection(BaseModel):
    """``[api]``: whether programs are let in, and how often.

    Attributes:
        per_minute: Requests of one token, in each server process.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    per_minute: int = Field(default=600, ge=1, le=1_000_000)

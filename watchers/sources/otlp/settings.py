"""``otlp``: who may push log records, and how many."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class OtlpSettings(BaseModel):
    """One kind of senders, told from others by their token.

    Attributes:
        token_file: A file with the token that is sent as ``Authorization: Bearer``; several, a
            line each, while senders change from one to the next.
        records_per_minute: So many come in here through each process of the server.
        most_waiting: With so many not yet read, senders are told to come later.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    token_file: str = Field(min_length=1)
    records_per_minute: int = Field(default=120_000, ge=1, le=100_000_000)
    most_waiting: int = Field(default=50_000, ge=1000, le=10_000_000)

    @property
    def missing(self) -> str:
        """What is not there of what it needs, "" when all is."""
        return "" if Path(self.token_file).is_file() else f"there is no file {self.token_file}"

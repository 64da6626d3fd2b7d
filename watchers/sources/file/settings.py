"""How one set of files is watched, as configured."""

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from watchers.matching.grok_settings import GrokSettings
from watchers.sources.file.decode import usable_encoding


class WatchSettings(BaseModel):
    """One watch.

    Attributes:
        name: Unique among the watches; positions are kept under it.
        files: Paths or globs, ``**`` for any depth.
        service: The ``service`` label; each file's name without date and extension when empty.
        labels: More labels for what is found here.
        encoding: Of the files.
        format: How lines are written, ``auto`` to find it for each; what fields rules can name.
        time_zone: Of times in lines that name none; this machine's when empty.
        grok: One's own patterns and formats.
        from_start: On the very first start, read existing files from their beginning.
        poll_interval_s: Seconds between looks at the files.
        wake: ``inotify`` also looks at once when something was written.
        trace_idle_s: Seconds without a further line after which a stack trace counts as whole;
            every alert waits this long, and a trace that pauses for longer is cut in two.
        unfinished_idle_s: Seconds after which a last line without a line end counts as whole.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    files: list[str] = Field(min_length=1)
    service: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    encoding: str = "utf-8"
    format: str = Field(default="auto", min_length=1)
    time_zone: str = ""
    grok: GrokSettings = GrokSettings()
    from_start: bool = False
    poll_interval_s: float = Field(default=1.0, gt=0.0, le=60.0)
    wake: Literal["inotify", "poll"] = "inotify"
    trace_idle_s: float = Field(default=0.25, gt=0.0, le=60.0)
    unfinished_idle_s: float = Field(default=5.0, gt=0.0)

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        return usable_encoding(encoding)

    @field_validator("time_zone")
    @classmethod
    def _there(cls, time_zone: str) -> str:
        try:
            if time_zone:
                ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError('a time zone such as "Asia/Shanghai" or "UTC"') from error
        return time_zone

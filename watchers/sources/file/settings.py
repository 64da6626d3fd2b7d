"""How one set of files is watched, as configured."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from watchers.sources.file.decode import usable_encoding


class WatchSettings(BaseModel):
    """One watch.

    Attributes:
        name: Unique among the watches; positions are kept under it.
        files: Paths or globs, ``**`` for any depth.
        service: The ``service`` label; each file's name without date and extension when empty.
        labels: More labels for what is found here.
        encoding: Of the files.
        from_start: On the very first start, read existing files from their beginning.
        poll_interval_s: Seconds between looks at the files.
        wake: ``inotify`` also looks at once when something was written.
        catch_up_mb: After a stop, what matches in more unread megabytes of a file than these is
            only recorded, and told in one alert when it is read.
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
    from_start: bool = False
    poll_interval_s: float = Field(default=1.0, gt=0.0, le=60.0)
    wake: Literal["inotify", "poll"] = "inotify"
    catch_up_mb: float = Field(default=256.0, gt=0.0)
    trace_idle_s: float = Field(default=0.25, gt=0.0, le=60.0)
    unfinished_idle_s: float = Field(default=5.0, gt=0.0)

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        return usable_encoding(encoding)

"""How one set of files is watched, as configured."""

from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from watchers.errors import PatternError
from watchers.fields.settings import FieldsSettings
from watchers.matching.grok_settings import GrokSettings
from watchers.matching.patterns import compiled
from watchers.sources.file.decode import Decoder, usable_encoding

WRAPPINGS = ("docker", "cri")
"""Formats that a container's runtime puts around what the container writes."""
_CONTAINERS = ("/var/lib/docker/containers/", "/var/log/pods/", "/var/log/containers/")


class MultilineSettings(BaseModel):
    """``[watch.multiline]``: which lines are one record.

    Attributes:
        start: A line that matches begins a record, any other one continues it.
        continues: A line that matches continues the record before.
        end: A record ends behind a line that matches.
        negate: `start` and `continues` mean the lines that do not match.
        key: Names the writer of a line, by what it or its first group matches: lines of one
            writer belong together although others write in between. Costs time on every line of
            a block with a hit.
        max_lines: So many lines of a record are kept, the others counted: "… 12 lines omitted".
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, validate_by_name=True)

    start: str = ""
    continues: str = Field(default="", alias="continue")
    end: str = ""
    negate: bool = False
    key: str = ""
    max_lines: int = Field(default=40, ge=1, le=400)

    @field_validator("start", "continues", "end", "key")
    @classmethod
    def _usable(cls, pattern: str) -> str:
        if pattern:
            try:
                compiled(pattern)
            except PatternError as error:
                raise ValueError(f"a usable pattern: {error.reason}") from None
        return pattern


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
        fields: Which fields of its records are kept; as ``[fields]`` says where it says nothing.
        multiline: Which lines are one record; stack traces when nothing is said.
        from_start: On the very first start, read existing files from their beginning.
        stage: In the ``shadow`` what rules find here is counted with what they would have sent,
            and told to nobody; in ``training`` what they find is only learned from.
        poll_interval_s: Seconds between looks at the files.
        wake: ``inotify`` also looks at once when something was written.
        catch_up_mb: After a stop, what matches in more unread megabytes of a file than these is
            only recorded, and told in one alert when it is read.
        trace_idle_s: Seconds without a further line after which a stack trace counts as whole;
            what pauses for longer is cut in two. A line that is no trace so far waits for two
            fifths of it, so long does every alert of one line.
        unfinished_idle_s: Seconds after which a last line without a line end counts as whole.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    name: str = Field(min_length=1)
    files: list[str] = Field(min_length=1)
    service: str = ""
    labels: dict[str, str] = Field(default_factory=dict)
    encoding: str = "utf-8"
    format: str = Field(default="auto", min_length=1)
    time_zone: str = ""
    grok: GrokSettings = GrokSettings()
    fields: FieldsSettings = FieldsSettings()
    multiline: MultilineSettings = MultilineSettings()
    from_start: bool = False
    stage: Literal["live", "shadow", "training"] = "live"
    poll_interval_s: float = Field(default=1.0, gt=0.0, le=60.0)
    wake: Literal["inotify", "poll"] = "inotify"
    catch_up_mb: float = Field(default=256.0, gt=0.0)
    trace_idle_s: float = Field(default=0.25, gt=0.0, le=60.0)
    unfinished_idle_s: float = Field(default=5.0, gt=0.0)

    @property
    def wrapped(self) -> bool:
        """Whether a container's runtime put something around each line."""
        found = all(one.startswith(_CONTAINERS) for one in self.files) and bool(self.files)
        return self.format in WRAPPINGS or (self.format == "auto" and found)

    def decoder(self) -> Decoder:
        """For the bytes of the files."""
        return Decoder(self.encoding, wrapped=self.wrapped)

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

"""One's own grok patterns and formats, as configured."""

from pydantic import BaseModel, ConfigDict, Field


class GrokSettings(BaseModel):
    """``[grok]``: patterns and the formats made of them.

    Attributes:
        files: Files of patterns as Logstash has them: a name and a pattern on each line.
        patterns: More patterns by name; they go before those of the files, and all of them before
            the well-known ones.
        formats: How whole lines look, by a name that ``format`` of a watch may give.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    files: tuple[str, ...] = ()
    patterns: dict[str, str] = Field(default_factory=dict)
    formats: dict[str, str] = Field(default_factory=dict)

    def over(self, under: "GrokSettings") -> "GrokSettings":
        """Both, with this one's where both have something of a name."""
        # Formats are tried in their order: this one's first.
        rest = {name: one for name, one in under.formats.items() if name not in self.formats}
        return GrokSettings(
            files=self.files,
            patterns={**under.patterns, **self.patterns},
            formats={**self.formats, **rest},
        )

"""What is wrong with a configuration, said so that it can be mended at once."""

from dataclasses import dataclass

from bot.core.errors import LarkwatchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        file: The file as named by the operator.
        line: 1-based line of the key or its table, 0 when it is about the whole file.
        path: Where in the file, e.g. ``rule[2].pattern``; "" for the whole file.
        found: What stands there, shortened.
        wanted: What would be right, and what to do.
        nearest: A known key that was probably meant, "" without one.
        fatal: False for a warning: Larkwatch runs, but probably not as meant.
    """

    file: str
    line: int
    path: str
    found: str
    wanted: str
    nearest: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        where = f" {self.path}:" if self.path else ""
        found = f" found {self.found}," if self.found else ""
        hint = f" (did you mean {self.nearest!r}?)" if self.nearest else ""
        return f"{place}:{where}{found} wanted {self.wanted}{hint}"


class ConfigError(LarkwatchError):
    """A configuration cannot be used.

    Attributes:
        problems: All that is wrong, in the order of the file; at least one is fatal.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

"""What `larkwatch init` was told, and whether it may ask for more."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.feishu.console import ORIGINS, Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of the command.

    Attributes:
        file: The configuration.
        brand: Of the console where the app is or will be; None leaves it to whoever scans.
        domain: Another address of Feishu, "" for the brand's own.
        app_id: Of an app that is there, "" to make one.
        secret_file: Where its secret stands.
        globs: The files to watch.
        language: Of the bot; None for that of the brand.
        no_input: Nothing is asked in the terminal.
        no_click: Nobody is waited for at the end.
        force: A configuration that is there is put aside.
    """

    file: Path
    brand: Brand | None
    domain: str
    app_id: str
    secret_file: Path | None
    globs: tuple[str, ...]
    language: Literal["zh", "en"] | None
    no_input: bool
    no_click: bool
    force: bool

    @property
    def asks(self) -> bool:
        """Whether somebody sits there who can be asked."""
        return not self.no_input and sys.stdin.isatty()

    def origin(self, brand: Brand) -> str:
        """Where Feishu's API answers."""
        return self.domain or ORIGINS[brand]

    def again(self, command: str) -> str:
        """A command line for this configuration."""
        name = str(self.file)
        return f"larkwatch {command}" + ("" if name == "larkwatch.toml" else f" -c {name}")

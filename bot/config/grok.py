"""Grok patterns and formats of a configuration: read together, and what is wrong with them."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from bot.config.errors import Problem
from bot.config.look import beside
from bot.config.schema import Config
from bot.config.wording import problem_at, shown
from watchers.errors import PatternError
from watchers.matching.grok import Grok, check_all, patterns_in
from watchers.matching.grok_settings import GrokSettings
from watchers.parsers.line_reader import format_names

_LARGEST = 1 << 20


def grok_of(config: Config, file: str) -> GrokSettings:
    """Everything that ``[grok]`` says and its files hold; what cannot be read is left out."""
    found: dict[str, str] = {}
    for one in config.grok.files:
        try:
            found |= _read(file, one)
        except (OSError, ValueError):
            continue  # `misread` says so
    return config.grok.over(GrokSettings(patterns=found))


def misread(file: str, text: str, config: Config) -> Iterator[Problem]:
    """Patterns and formats that cannot be used, and formats that there are not."""
    for index, one in enumerate(config.grok.files):
        try:
            _read(file, one)
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else error
            wanted = "a file with a name and a pattern on each line"
            yield problem_at(file, text, ("grok", "files", index), f"{shown(one)}: {said}", wanted)
    grok = grok_of(config, file)
    for name, problem in check_all(grok.patterns):
        yield problem_at(file, text, ("grok", "patterns", name), *_refused(problem))
    for name, pattern in grok.formats.items():
        if name in format_names():
            wanted = "a name that no built-in format has"
            yield problem_at(file, text, ("grok", "formats", name), shown(name), wanted)
        try:
            Grok(pattern, grok.patterns)
        except PatternError as error:
            yield problem_at(file, text, ("grok", "formats", name), *_refused(error))
    known = (*format_names(), *grok.formats)
    for index, watch in enumerate(config.watch):
        if watch.format not in known:
            near = difflib.get_close_matches(watch.format, known, n=1)
            path = ("watch", index, "format")
            wanted = f"one of {', '.join(known)}"
            yield problem_at(file, text, path, shown(watch.format), wanted, near[0] if near else "")


def _read(file: str, path: str) -> dict[str, str]:
    with Path(beside(file, path)).open("rb") as opened:
        data = opened.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError("more than 1 MiB")
    return patterns_in(data.decode("utf-8-sig"))


def _refused(error: PatternError) -> tuple[str, str]:
    return shown(error.pattern), f"a usable pattern: {error.reason}"

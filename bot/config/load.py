"""Reads `larkwatch.toml` and says everything that is wrong with it at once."""

import difflib
import glob
import os
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config import lines
from bot.config.errors import ConfigError, Problem
from bot.config.schema import Config
from watchers.detectors.keyword import DEFAULT_RULES, KeywordRule
from watchers.errors import PatternError
from watchers.matching.patterns import compiled
from watchers.sources.file.settings import WatchSettings

EXAMPLE = "manifest/larkwatch.example.toml"
SQLITE = "sqlite:///"
_SHOWN = 60


def load(file: str) -> Config:
    """Read and check a configuration.

    Relative paths in it are taken from the folder of the file.

    Raises:
        ConfigError: With every problem of the file; warnings alone do not raise.
    """
    config, problems = examine(file)
    if config is None or any(problem.fatal for problem in problems):
        raise ConfigError(tuple(problems))
    return config


def examine(file: str) -> tuple[Config | None, tuple[Problem, ...]]:
    """Read and check a configuration; what could be read of it, and all problems."""
    try:
        text = Path(file).read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except OSError as error:
        wanted = f"a readable file; start from {EXAMPLE}, or name yours with -c FILE"
        return None, (_whole(file, f"{error.strerror}", wanted),)
    except UnicodeDecodeError as error:
        return None, (_whole(file, f"byte {error.start} is not UTF-8", "a file in UTF-8"),)
    except tomllib.TOMLDecodeError as error:
        return None, (_syntax(file, error),)
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        found = [_problem(file, text, detail) for detail in error.errors(include_url=False)]
        return None, tuple(sorted(found, key=lambda problem: problem.line))
    problems = [*_rules(file, text, config), *_watches(file, text, config)]
    return config, tuple(problems)


def rules_of(config: Config) -> tuple[KeywordRule, ...]:
    """The rules in force: the file's own first, then the default pack."""
    own = {rule.name for rule in config.rule}
    pack = DEFAULT_RULES if config.default_rules else ()
    return (*config.rule, *(rule for rule in pack if rule.name not in own))


def watches_of(config: Config, file: str) -> tuple[WatchSettings, ...]:
    """The watches, with their relative paths taken from the folder of the file."""
    return tuple(
        watch.model_copy(update={"files": [str(beside(file, one)) for one in watch.files]})
        for watch in config.watch
    )


def database_url(config: Config, file: str) -> str:
    """The database's address, with a relative path taken from the folder of the file."""
    url = config.database.url
    if not url.startswith(SQLITE):
        return url
    return SQLITE + str(beside(file, url.removeprefix(SQLITE)).absolute())


def beside(file: str, path: str) -> Path:
    """A path of the configuration, taken from the folder of the file."""
    return Path(file).parent / path


def _whole(file: str, found: str, wanted: str) -> Problem:
    return Problem(file=file, line=0, path="", found=found, wanted=wanted)


def _syntax(file: str, error: tomllib.TOMLDecodeError) -> Problem:
    message = str(error)
    place = message.rpartition("(at line ")[2].partition(",")[0]
    line = int(place) if place.isdigit() else 0
    return Problem(file=file, line=line, path="", found=message, wanted="valid TOML")


def _problem(file: str, text: str, detail: ErrorDetails) -> Problem:
    path: lines.Path = tuple(detail["loc"])
    unknown = detail["type"] == "extra_forbidden"
    known = _known_keys(path[:-1]) if unknown else ()
    nearest = difflib.get_close_matches(str(path[-1]), known, n=1) if unknown and path else []
    wanted = f"one of the known keys {', '.join(known)}" if unknown else _wanted(detail)
    return Problem(
        file=file,
        line=lines.line_of(text, path),
        path=_dotted(path),
        found="an unknown key" if unknown else _shown(detail),
        wanted=wanted,
        nearest=nearest[0] if nearest else "",
    )


def _wanted(detail: ErrorDetails) -> str:
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "missing":
        return "this key to be set"
    return message.removeprefix("Input should be ").removeprefix("a valid ")


def _shown(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "nothing"
    text = repr(detail["input"])
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def _known_keys(path: lines.Path) -> tuple[str, ...]:
    model: Any = Config
    for part in path:
        if isinstance(part, int) or not _is_model(model):
            continue
        field = model.model_fields.get(part)
        model = _model_in(field.annotation) if field is not None else None
    return tuple(sorted(model.model_fields)) if _is_model(model) else ()


def _is_model(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel)


def _model_in(annotation: Any) -> Any:
    inner = getattr(annotation, "__args__", ())
    return next((one for one in (annotation, *inner) if _is_model(one)), None)


def _dotted(path: lines.Path) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _rules(file: str, text: str, config: Config) -> Iterable[Problem]:
    seen: set[str] = set()
    for index, rule in enumerate(config.rule):
        place = ("rule", index)
        if rule.name in seen:
            yield _at(file, text, (*place, "name"), repr(rule.name), "a name no other rule has")
        seen.add(rule.name)
        for key, pattern in (("pattern", rule.pattern), ("exclude", rule.exclude)):
            if not pattern:
                continue
            try:
                compiled(pattern)
            except PatternError as error:
                yield _at(file, text, (*place, key), repr(pattern), error.reason)


def _watches(file: str, text: str, config: Config) -> Iterable[Problem]:
    seen: set[str] = set()
    if not config.watch:
        problem = _whole(file, "no [[watch]]", 'at least one, e.g. files = ["/var/log/app/*.log"]')
        yield _warning(problem)
    for index, watch in enumerate(config.watch):
        if watch.name in seen:
            place = ("watch", index, "name")
            yield _at(file, text, place, repr(watch.name), "a name no other watch has")
        seen.add(watch.name)
        for pattern in watch.files:
            reason = _unreadable(str(beside(file, pattern)))
            if reason:
                found = f"{pattern!r}: {reason}"
                wanted = "a log file that can be read; it is waited for until it is there"
                yield _warning(_at(file, text, ("watch", index, "files"), found, wanted))


def _unreadable(pattern: str) -> str:
    found = glob.glob(pattern, recursive=True)  # noqa: PTH207 - pathlib takes no absolute globs
    if not found:
        return "no such file now"
    if all(Path(path).is_dir() for path in found):
        return "a directory (to watch what is in it, write DIRECTORY/*.log)"
    closed = [path for path in found if not os.access(path, os.R_OK)]
    return f"cannot read {closed[0]} (check its rights)" if closed else ""


def _at(file: str, text: str, path: lines.Path, found: str, wanted: str) -> Problem:
    shown = found if len(found) <= _SHOWN * 2 else found[: _SHOWN * 2] + "…"
    line = lines.line_of(text, path)
    return Problem(file=file, line=line, path=_dotted(path), found=shown, wanted=wanted)


def _warning(problem: Problem) -> Problem:
    return replace(problem, fatal=False)

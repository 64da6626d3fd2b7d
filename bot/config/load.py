"""Reads `larkwatch.toml` and says everything that is wrong with it at once."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.database import password_of, with_password
from bot.config.errors import ConfigError, Problem
from bot.config.grok import grok_of, misread
from bot.config.kafka import unconnected
from bot.config.look import beside, missed, twice
from bot.config.named_actions import misnamed
from bot.config.reachable import unreachable
from bot.config.same_records import resolved, unknown
from bot.config.schema import SQLITE, Config
from bot.config.wording import refusals, worded
from watchers.detectors.base import RuleSettings
from watchers.detectors.keyword import DEFAULT_RULES
from watchers.kafka.cluster import KafkaSection
from watchers.watch import Watch

_LARGEST = 1 << 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def load(file: str) -> Config:
    """Read and check a configuration.

    Relative paths in it are taken from the folder of the file.

    Raises:
        ConfigError: With every problem of the file; warnings alone do not raise.
    """
    config, problems = examine(file)
    if config is None or any(problem.fatal for problem in problems):
        raise ConfigError(problems)
    return config


def examine(file: str) -> tuple[Config | None, tuple[Problem, ...]]:
    """Read and check a configuration; None for one that is not sound, and all problems."""
    try:
        text = _text(file)
        raw = _tables(file, text)
    except ConfigError as error:
        return None, error.problems
    problems: list[Problem] = []
    config: Config | None = None
    refused: set[Any] = set()
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        details = refusals(error)
        problems = [worded(file, text, detail) for detail in details]
        refused = {detail["loc"][0] for detail in details}
    # What is sound is looked at even when the rest is not: all problems are said at once.
    part = config or Config.model_validate({k: raw[k] for k in raw if k not in refused})
    problems += [*twice(file, text, raw), *missed(file, text, part, refused)]
    problems += misread(file, text, part)
    problems += unknown(file, text, part, rules_of(part))
    problems += unreachable(file, text, part) if config is not None else ()
    problems += misnamed(file, text, part) if config is not None else ()
    problems += unconnected(file, text, part) if config is not None else ()
    return config, tuple(sorted(problems, key=lambda problem: problem.line))


def sound_part(file: str) -> Config:
    """What of a configuration can be used, with defaults for the rest; raises nothing."""
    try:
        raw = _tables(file, _text(file))
    except ConfigError:
        return Config()
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        refused = {detail["loc"][0] for detail in refusals(error)}
        return Config.model_validate({k: found for k, found in raw.items() if k not in refused})


def rules_of(config: Config) -> tuple[RuleSettings, ...]:
    """The rules in force: the file's own first, then the default pack."""
    own = {rule.name for rule in config.rule}
    pack = DEFAULT_RULES if config.default_rules else ()
    return resolved((*config.rule, *(rule for rule in pack if rule.name not in own)))


def watches_of(config: Config, file: str) -> tuple[Watch, ...]:
    """The watches, with their relative paths taken from the folder of the file."""
    grok, kafka = grok_of(config, file), kafka_of(config, file)
    placed = (watch.placed(lambda path: str(beside(file, path))) for watch in config.watch)
    return tuple(
        watch.model_copy(
            update={
                "grok": watch.grok.over(grok),
                "fields": watch.fields.over(config.fields),
                "kafka": watch.kafka and watch.kafka.over(kafka),
            }
        )
        for watch in placed
    )


def kafka_of(config: Config, file: str) -> KafkaSection:
    """The cluster, with its relative paths taken from the folder of the file."""
    return config.kafka.placed(lambda path: str(beside(file, path)))


def reading_stdin(config: Config) -> Config:
    """The same with one more watch, of standard input, unless it has one."""
    if any(watch.stdin for watch in config.watch):
        return config
    names = {watch.name for watch in config.watch}
    name = next(name for name in ("stdin", "standard input", "-") if name not in names)
    watch = Watch.model_validate({"name": name, "stdin": True})
    return config.model_copy(update={"watch": (*config.watch, watch)})


def database_url(config: Config, file: str) -> str:
    """The database's address, with a relative path taken from the folder of the file.

    Raises:
        ConfigError: If the password's file cannot be read.
    """
    url = config.database.url
    if not url.startswith(SQLITE):
        return with_password(url, password_of(config, file))
    return SQLITE + str(beside(file, url.removeprefix(SQLITE)).absolute())


def _text(file: str) -> str:
    """The file's text; a byte order mark, which some editors write, is left out."""
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(_LARGEST + 1)
    except OSError as error:
        wanted = "a readable file; larkwatch init writes one, or name yours with -c FILE"
        raise _whole(file, _lower(error.strerror), wanted) from None
    except ValueError:
        raise _whole(file, "a name with a null byte", "the name of a file") from None
    if len(data) > _LARGEST:
        raise _whole(file, "more than 1 MiB", "a configuration (is this a log?)")
    if data.startswith(_UTF16):
        raise _whole(file, "UTF-16", "UTF-8; save the file anew in that encoding")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"a byte that is not UTF-8 (0x{data[error.start]:02x})"
        wanted = "UTF-8; save the file anew in that encoding"
        raise ConfigError(
            (Problem(file=file, line=line, path="", found=found, wanted=wanted),)
        ) from None


def _tables(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((_syntax(file, text, error),)) from None


def _whole(file: str, found: str, wanted: str) -> ConfigError:
    return ConfigError((Problem(file=file, line=0, path="", found=found, wanted=wanted),))


def _lower(text: str | None) -> str:
    return (text or "nothing")[:1].lower() + (text or "nothing")[1:]


_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_REMEDIES = (
    ("Unescaped '\\'", "patterns and paths with backslashes in single quotes, e.g. '\\d+'"),
    ("Cannot declare", "each [section] once (several watches or rules: [[watch]], [[rule]])"),
    ("Cannot overwrite", "each key once in its section"),
    ("Cannot mutate", "each key once in its section"),
    ("Invalid value", "a value: text in quotes (\"…\" or '…'), true, false, or a number"),
    ("Expected newline", 'one key = value per line, with text in quotes, e.g. quiet = "15m"'),
    ("Expected '=' after", 'key = value, e.g. name = "pay"; a comment begins with #'),
    ("Invalid statement", 'key = value, e.g. name = "pay"; a comment begins with #'),
    ("Expected ']", "a section's name in closed brackets, e.g. [feishu] or [[watch]]"),
    ("Unclosed array", "a closing ] behind the list, and a comma between its entries"),
    ("Unterminated string", "a closing quote"),
    ("Illegal character '\\n'", "a closing quote on the same line"),
    ('Expected "\'"', "a closing quote on the same line"),
)


def _syntax(file: str, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    message = str(error)
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.rstrip().count("\n") + 1
    reason = _PLACE.sub("", message)
    column = f" at column {place[2]}" if place and place[2] else ""
    stands = text.split("\n")[line - 1].strip()[:80]
    wanted = next((said for start, said in _REMEDIES if reason.startswith(start)), "valid TOML")
    found = f"`{stands}`{column} ({reason})"
    return Problem(file=file, line=line, path="", found=found, wanted=wanted)

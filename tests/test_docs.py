"""What the READMEs say can be done."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner

from bot.cli.check import check
from bot.cli.commands import larkwatch
from bot.config import secrets
from bot.core.subscription import TargetKind
from bot.feishu.commands.parse import named, parse
from bot.feishu.commands.registry import COMMANDS
from bot.feishu.commands.replies import as_command
from watchers.detectors.keyword import DEFAULT_RULES

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
FENCE = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
VARIABLES = {value for name, value in vars(secrets).items() if str(value).startswith("LARKWATCH_")}

ADDRESSES = {"/healthz", "/readyz", "/metrics"}
REPLIES = {"/mute 2h"}
"""Beneath a card: what they mean has a number more."""

each_readme = pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)


def blocks(readme: Path, kind: str) -> list[str]:
    return [body for found, body in FENCE.findall(readme.read_text()) if found == kind]


def command_lines(readme: Path) -> Iterator[str]:
    """Every line of every shell block, and what stands as a command in the text."""
    for block in blocks(readme, "sh"):
        yield from (line.strip() for line in block.splitlines() if line.strip())
    for text in INLINE.findall(FENCE.sub("", readme.read_text())):
        if text.split()[0] in ("larkwatch", "make"):
            yield text


def without_assignments(words: list[str]) -> list[str]:
    return words[len(list(takewhile(lambda word: "=" in word, words))) :]


def refuse_unknown(words: list[str]) -> None:
    """Fails on a command, target, option, variable or file that there is not."""
    match words:
        case ["make", target, *_]:
            assert target in TARGETS
        case ["export", *assignments]:
            assert {one.partition("=")[0] for one in assignments} <= VARIABLES
        case [program, "-m", "pip", "install", "-e", place] if program.endswith("python"):
            extra = place.removeprefix(".[").removesuffix("]")
            assert (
                extra
                in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
                    "optional-dependencies"
                ]
            )
        case ["cp", source, _]:
            assert (ROOT / source).is_file()
        case [program, name, *rest] if program.rpartition("/")[2] == "larkwatch":
            command = larkwatch.get_command(click.Context(larkwatch), name)
            if isinstance(command, click.Group) and rest:
                command = command.get_command(click.Context(command), rest[0])
            assert command is not None
            known = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in rest if word.startswith("-")} <= known
        case _:
            pytest.fail(f"the README says to run {words}: teach this test what that is")


@each_readme
def test_every_command_option_and_file_of_the_readme_exists(readme: Path) -> None:
    lines = list(command_lines(readme))
    assert len(lines) > 20
    for line in lines:
        refuse_unknown(shlex.split(line, comments=True))


def chat_lines(readme: Path) -> list[str]:
    """Everything in the text that begins with the name of a command of the chat."""
    found = INLINE.findall(FENCE.sub("", readme.read_text()))
    return [text for text in found if re.match(r"/[a-z]+(?: |$)|静默 ", text)]


@each_readme
def test_every_line_for_the_chat_is_understood(readme: Path) -> None:
    lines = [line for line in chat_lines(readme) if line not in ADDRESSES]
    assert len(lines) > 30
    for line in lines:
        assert named(line) is not None, line
        if " " in line:
            whole = as_command(line, 42) if line in REPLIES else line
            parse(whole, datetime(2026, 11, 23, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))


@each_readme
def test_every_configuration_of_the_readme_is_usable(readme: Path, tmp_path: Path) -> None:
    found = [text for text in blocks(readme, "toml") if "[[people]]" not in text]
    assert len(found) == 6
    for text in found:
        file = tmp_path / "larkwatch.toml"
        file.write_text(text)
        done = CliRunner().invoke(check, ["-c", str(file)])
        assert done.exit_code == 0, done.output


@each_readme
def test_every_file_and_picture_the_readme_points_at_is_there(readme: Path) -> None:
    text = readme.read_text()
    places = re.findall(r"\]\(([^)#]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    assert len(places) > 10
    for place in places:
        assert place.startswith("https://") or (ROOT / place).exists(), place
    for place in re.findall(r"`((?:bot|watchers|tests|manifest)/[\w./]*)`", text):
        assert (ROOT / place).exists() or "NAME" in place, place


def rows(readme: Path, heading: int) -> list[list[str]]:
    """The table under the n-th heading of the third level, without its head."""
    section = re.split(r"^### .*$", readme.read_text(), flags=re.MULTILINE)[heading]
    lines = [line for line in section.split("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


@each_readme
def test_the_tables_list_all_there_is(readme: Path) -> None:
    rules = [row[0] for row in rows(readme, 2)]
    assert [INLINE.findall(rule)[0] for rule in rules[:-1]] == [one.name for one in DEFAULT_RULES]
    assert len(rows(readme, 3)) == len(TargetKind)
    chat = {INLINE.findall(row[0])[0].split()[0].lstrip("/"): row[1] for row in rows(readme, 4)}
    assert set(chat) == {spec.names[0] for spec in COMMANDS}
    for spec in COMMANDS:
        assert chat[spec.names[0]] in spec.names
    terminal = [INLINE.findall(row[0])[0].split()[1] for row in rows(readme, 5)]
    assert set(terminal) == set(larkwatch.list_commands(click.Context(larkwatch)))


@each_readme
def test_the_severity_and_response_of_the_built_in_rules_are_as_said(readme: Path) -> None:
    for rule, row in zip(DEFAULT_RULES, rows(readme, 2), strict=False):
        assert row[2] == rule.severity.value
        words = {"alert": ("alert", "告警"), "record": ("record", "留档")}
        said = {name for name, either in words.items() if any(word in row[3] for word in either)}
        assert said == {response.value for response in rule.responses}


def test_both_readmes_show_the_same() -> None:
    english, chinese = READMES
    for kind in ("toml", "sh", "js", "python"):
        assert blocks(english, kind) == blocks(chinese, kind)
    headings = [re.findall(r"^#+ ", one.read_text(), re.MULTILINE) for one in READMES]
    assert headings[0] == headings[1]

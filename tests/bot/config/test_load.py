"""What is said of configurations that are wrong in one way or another."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.config.errors import ConfigError, Problem
from bot.config.load import database_url, examine, load, rules_of, watches_of
from watchers.detectors.keyword import DEFAULT_RULES

NOBODY = 65534
JARGON = re.compile(
    r"pydantic|Input should|valid (?:string|tuple|integer|list|dictionary)|<class|errors\.py"
    r"|extra_forbidden|ValueError|type=",
)


def problems_of(folder: Path, text: str | bytes) -> tuple[Problem, ...]:
    file = folder / "larkwatch.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return examine(str(file))[1]


def errors_of(folder: Path, text: str | bytes) -> list[str]:
    """Line, path and what is said, of the errors."""
    return [
        str(problem).removeprefix(f"{problem.file}")
        for problem in problems_of(folder, text)
        if problem.fatal
    ]


BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))
DAMAGED = {
    b'# fine\nname = "\xff"\n': ":2: found a byte that is not UTF-8 (0xff), wanted UTF-8;",
    b"\xff\xfea\0": ": found UTF-16, wanted UTF-8;",
    b"x" * 5_000_000: ": found more than 1 MiB, wanted a configuration (is this a log?)",
}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_what_is_wrong_is_said_with_line_and_remedy(tmp_path: Path, broken: Path) -> None:
    said = errors_of(tmp_path, broken.read_text())
    assert said == broken.with_suffix(".said").read_text().splitlines()
    assert said
    assert not [one for one in said if JARGON.search(one)]


@pytest.mark.parametrize(("content", "said"), DAMAGED.items(), ids=("bytes", "utf-16", "log"))
def test_what_is_no_text_is_said_to_be_none(tmp_path: Path, content: bytes, said: str) -> None:
    (error,) = errors_of(tmp_path, content)
    assert error.startswith(said)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    rules = [one.read_text() for one in BROKEN if one.read_text().startswith("[[rule]]")]
    joined = "".join(text for text in rules if "\\d" not in text)
    (tmp_path / "x.toml").write_text(joined)
    with pytest.raises(ConfigError) as refused:
        load(str(tmp_path / "x.toml"))
    lines = [problem.line for problem in refused.value.problems]
    assert len(lines) == 10
    assert lines == sorted(lines)


def test_a_database_on_a_server_is_taken_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    url = "postgresql://larkwatch@db.example/larkwatch"
    file.write_text(f'[database]\nurl = "{url}"\n')
    assert errors_of(tmp_path, file.read_text()) == []
    assert database_url(load(str(file)), str(file)) == url


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    (error,) = errors_of(tmp_path, '[database]\nurl = "mysql://me:secret@db/larkwatch"\n')
    assert 'found "mysql://…@db/larkwatch"' in error


def test_a_database_without_its_folder_is_an_error_beside_others(tmp_path: Path) -> None:
    text = '[server]\nport = 0\n[database]\nurl = "sqlite:///gone/larkwatch.db"\n'
    assert errors_of(tmp_path, text) == [
        ":2: server.port: found 0, wanted a number from 1",
        (
            f':4: database.url: found "sqlite:///gone/larkwatch.db": there is no folder '
            f"{tmp_path}/gone, wanted a file that can be written; its folder must be there"
        ),
    ]


def test_what_may_come_later_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    text = (
        '[record]\npath = "gone/record.jsonl"\n[[watch]]\nname = "a"\n'
        'files = ["gone/*.log", "logs", "logs/*.log"]\n'
    )
    problems = problems_of(tmp_path, text)
    assert not [problem for problem in problems if problem.fatal]
    assert [problem.found for problem in problems] == [
        f'"gone/record.jsonl": there is no folder {tmp_path}/gone',
        f'"gone/*.log": there is no folder {tmp_path}/gone',
        '"logs": a folder (to watch what is in it, write FOLDER/*.log)',
        '"logs/*.log": no such file now',
    ]


def test_a_configuration_without_watches_is_warned_of(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, "")
    assert not problem.fatal
    assert "nothing is watched" in problem.found


def test_a_file_without_rights_is_named(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.touch(mode=0o000)
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)  # root may read everything
    try:
        _, problems = examine(str(file))
    finally:
        os.seteuid(me)
    assert "permission denied" in str(problems[0])


def test_a_folder_or_nothing_instead_of_the_file_is_named(tmp_path: Path) -> None:
    assert "found is a directory, wanted a readable file" in str(examine(str(tmp_path))[1][0])
    gone = str(tmp_path / "gone.toml")
    assert "found no such file or directory, wanted a readable file" in str(examine(gone)[1][0])


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    text = b'\xef\xbb\xbf[alerts]\r\nquiet = "5m"\r\n'
    assert not [problem for problem in problems_of(tmp_path, text) if problem.fatal]
    config = load(str(tmp_path / "larkwatch.toml"))
    assert config.alerts.quiet == timedelta(minutes=5)


def test_relative_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text('[[watch]]\nname = "a"\nfiles = ["logs/*.log", "/var/log/x.log"]\n')
    config = load(str(file))
    assert watches_of(config, str(file))[0].files == [f"{tmp_path}/logs/*.log", "/var/log/x.log"]
    assert database_url(config, str(file)) == f"sqlite:///{tmp_path}/larkwatch.db"


def test_a_rule_of_the_file_stands_in_for_the_default_of_its_name(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text('[[rule]]\nname = "error"\npattern = "E[0-9]+"\nseverity = "low"\n')
    rules = rules_of(load(str(file)))
    assert [rule.name for rule in rules] == ["error", "panic", "timeout"]
    assert rules[0].pattern == "E[0-9]+"
    file.write_text("default_rules = false\n")
    assert rules_of(load(str(file))) == ()
    assert DEFAULT_RULES


@pytest.mark.parametrize(
    "domain",
    ["", "https://open.feishu.cn", "https://feishu.internal:8443", "http://127.0.0.1:8390",
     "http://localhost:1", "http://[::1]:8390"],
)  # fmt: skip
def test_addresses_that_the_sdk_takes_are_taken(tmp_path: Path, domain: str) -> None:
    assert errors_of(tmp_path, f'[feishu]\ndomain = "{domain}"\n') == []


WORDS = st.sampled_from(
    ["[feishu]", "[[watch]]", "[[rule]]", "[watch]", "[[feishu]]", "[rule.labels]", "name = 'a'",
     "files = ['x']", "files = [[]]", "pattern = 'x'", "pattern = '('", "severity = 'high'",
     "labels = {}", "labels = 3", "admins = [{}]", "port = 1979-05-27", "quiet = inf", "x.y = 1",
     "name = \"\"\"", "url = 'sqlite:///\\u0000'", "record = []", "= 3", "files = [nan]"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=12).map("\n".join))
@example("[[rule]]\nname = 1\n[[rule]]\nname = 1")
@example("[[watch]]\nname = 'a'\nfiles = ['\x00']")
def test_no_file_is_so_broken_that_check_breaks_too(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    for problem in problems_of(folder, text):
        assert problem.wanted
        assert 0 <= problem.line <= text.count("\n") + 1
        assert not JARGON.search(str(problem))


@pytest.mark.parametrize(
    ("feishu", "language"),
    [("", "zh"), ('brand = "lark"', "en"), ('brand = "lark"\nlanguage = "zh"', "zh")],
)
def test_cards_speak_as_the_brand_unless_said_otherwise(
    tmp_path: Path, feishu: str, language: str
) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text(f'[feishu]\n{feishu}\n[[watch]]\nname = "pay"\nfiles = ["/var/log/pay.log"]\n')
    assert load(str(file)).feishu.language == language

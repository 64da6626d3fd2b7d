"""The password of the database has a file of its own."""

from pathlib import Path

import pytest

from bot.config.errors import ConfigError
from bot.config.load import database_url, load
from bot.config.secrets import read_secrets

URL = "postgresql://larkwatch@db.example:5433/larkwatch?sslmode=require"


def configured(folder: Path, url: str = URL) -> str:
    file = folder / "larkwatch.toml"
    file.write_text(f'[database]\nurl = "{url}"\npassword_file = "db_password"\n')
    return str(file)


def test_the_address_gets_the_password_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    file = configured(tmp_path)
    (tmp_path / "db_password").write_text("p@ss/word:1\n")
    url = URL.replace("larkwatch@", "larkwatch:p%40ss%2Fword%3A1@")
    assert database_url(load(file), file) == url
    monkeypatch.setenv("PGPASSWORD", "other")  # which libpq reads itself
    assert database_url(load(file), file) == URL


def test_a_password_in_the_address_stays(tmp_path: Path) -> None:
    file = configured(tmp_path, "postgresql://larkwatch:mine@db.example/larkwatch")
    (tmp_path / "db_password").write_text("theirs")
    assert "larkwatch:mine@" in database_url(load(file), file)


@pytest.mark.parametrize("text", [None, ""])
def test_a_password_that_cannot_be_read_is_said_with_its_line(
    tmp_path: Path, text: str | None
) -> None:
    file = configured(tmp_path)
    if text is not None:
        (tmp_path / "db_password").write_text(text)
    for reading in (lambda: database_url(load(file), file), lambda: read_secrets(load(file), file)):
        with pytest.raises(ConfigError) as caught:
            reading()
        (problem,) = caught.value.problems
        assert (problem.line, problem.path) == (3, "database.password_file")


def test_the_environment_names_the_agent_where_hosts_are_containers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text("")
    monkeypatch.setenv("LARKWATCH_AGENT", "node-7")
    agent = load(str(file)).agent
    assert (agent.name, agent.host) == ("node-7", "node-7")

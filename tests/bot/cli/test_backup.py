"""The commands `larkwatch backup` and `larkwatch restore`."""

from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result

from bot.cli.backup import backup
from bot.cli.doctor import doctor
from bot.cli.migrate import migrate
from bot.cli.restore import restore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration whose database has its tables."""
    file = tmp_path / "larkwatch.toml"
    file.write_text('[database]\nurl = "sqlite:///here.db"\n')
    CliRunner().invoke(migrate, ["-c", str(file)])
    return file


def ran(command: object, file: Path, *words: object) -> Result:
    return CliRunner().invoke(command, ["-c", str(file), *map(str, words)])  # type: ignore[arg-type]


def test_what_was_backed_up_is_restored_elsewhere(file: Path, tmp_path: Path) -> None:
    made = ran(backup, file, tmp_path / "b.gz")
    assert made.exit_code == 0
    assert "0 rows of" in made.output
    file.write_text('[database]\nurl = "sqlite:///there.db"\n')
    assert ran(restore, file, tmp_path / "b.gz").output.startswith("Restored 0 rows of")
    assert (tmp_path / "there.db").is_file()


def test_a_file_that_is_there_is_replaced_only_when_told(file: Path, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("precious")
    refused = ran(backup, file, tmp_path / "b")
    assert refused.exit_code == 2
    assert "add --force" in refused.output
    assert (tmp_path / "b").read_text() == "precious"
    assert ran(backup, file, tmp_path / "b", "--force").exit_code == 0
    assert (tmp_path / "b").read_text().startswith('{"larkwatch"')


def test_no_database_is_made_only_to_be_backed_up(file: Path, tmp_path: Path) -> None:
    file.write_text('[database]\nurl = "sqlite:///gone.db"\n')
    refused = ran(backup, file, tmp_path / "b")
    assert refused.exit_code == 2
    assert "there is no database" in refused.output
    assert not (tmp_path / "gone.db").exists()


def test_what_cannot_be_restored_is_said_without_a_traceback(file: Path) -> None:
    refused = ran(restore, file, file)
    assert refused.exit_code == 2
    assert "is no backup of Larkwatch" in refused.output


@pytest.mark.parametrize("command", [backup, migrate, doctor], ids=lambda one: one.name)
def test_a_password_that_cannot_be_read_is_said_without_a_traceback(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    file = tmp_path / "larkwatch.toml"
    file.write_text(
        '[database]\nurl = "postgresql://larkwatch@127.0.0.1:1/larkwatch"\npassword_file = "gone"\n'
    )
    words = {backup: [str(tmp_path / "out")], doctor: ["--only", "configuration"]}.get(command, [])
    done = ran(command, file, *words)
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert "database.password_file" in done.output

"""The command `larkwatch migrate`."""

from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.migrate import migrate


def migrated(file: Path) -> Result:
    return CliRunner().invoke(migrate, ["-c", str(file)])


def test_it_names_what_it_applied_and_does_nothing_the_second_time(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text('[database]\nurl = "sqlite:///here.db"\n')
    first = migrated(file)
    assert first.exit_code == 0
    assert first.output.splitlines()[0].startswith("applied m0001_")
    assert first.output.endswith("The database is up to date.\n")
    assert (tmp_path / "here.db").is_file()
    assert migrated(file).output == "The database is up to date.\n"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text('[database]\nurl = "sqlite:///gone/here.db"\n')
    result = migrated(file)
    assert result.exit_code == 2
    assert f"{file}:2: database.url: found" in result.output
    assert f"there is no folder {tmp_path}/gone" in result.output


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text('[database]\nurl = "sqlite:///larkwatch.toml"\n')
    result = migrated(file)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "larkwatch.toml" in result.output

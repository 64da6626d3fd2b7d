"""The command `larkwatch check`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.check import check
from bot.config.load import load
from bot.config.secrets import read_secrets

WATCH = '[[watch]]\nname = "pay"\nfiles = ["pay.log"]\n'
SOUND = f'[feishu]\nadmins = ["ou_lin"]\n{WATCH}'
CREDENTIALS = {"LARKWATCH_APP_ID": "cli_x", "LARKWATCH_APP_SECRET": "s3cret"}
NONE_SET = dict.fromkeys(
    (
        "LARKWATCH_APP_ID",
        "LARKWATCH_APP_SECRET",
        "LARKWATCH_ENCRYPT_KEY",
        "LARKWATCH_VERIFICATION_TOKEN",
        "LARKWATCH_INGEST_SECRET",
    )
)


def checked(folder: Path, text: str, environment: dict[str, str] | None = None) -> Result:
    file = folder / "larkwatch.toml"
    file.write_text(text)
    (folder / "pay.log").touch()
    return CliRunner(env=NONE_SET | (environment or {})).invoke(check, ["-c", str(file)])


def test_a_sound_file_is_usable(tmp_path: Path) -> None:
    result = checked(tmp_path, SOUND, CREDENTIALS)
    assert result.exit_code == 0
    assert result.output == (
        f"{tmp_path}/larkwatch.toml is usable: 1 watch, 3 rules (3 built in).\n"
    )


def test_errors_exit_with_2_and_are_counted(tmp_path: Path) -> None:
    result = checked(tmp_path, "[fieshu]\n[alerts]\nquiet = 5\n")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("error: ") == 2
    assert result.stderr.endswith("larkwatch.toml cannot be used: 2 errors.\n")


def test_case_48_an_alert_that_nobody_would_hear_of_is_warned_of(tmp_path: Path) -> None:
    result = checked(tmp_path, WATCH, CREDENTIALS)
    assert result.exit_code == 0
    assert "warning: " in result.stderr
    assert "feishu: found neither admins nor a fallback_chat" in result.stderr
    group = f'[feishu]\nfallback_chat = "oc_admins"\n{WATCH}'
    assert "warning" not in checked(tmp_path, group, CREDENTIALS).stderr


def test_missing_credentials_are_warnings(tmp_path: Path) -> None:
    result = checked(tmp_path, SOUND)
    assert result.exit_code == 0
    assert "warning: " in result.stderr
    assert "found no LARKWATCH_APP_SECRET in the environment, wanted the App Secret" in (
        result.stderr
    )
    assert "ENCRYPT_KEY" not in result.stderr


def test_over_http_the_keys_of_the_callback_are_wanted_too(tmp_path: Path) -> None:
    result = checked(tmp_path, '[feishu]\nmode = "http"\n' + WATCH, CREDENTIALS)
    assert result.exit_code == 0
    assert "LARKWATCH_ENCRYPT_KEY" in result.stderr
    assert "LARKWATCH_VERIFICATION_TOKEN" in result.stderr


def test_an_agent_needs_the_shared_secret_and_no_app(tmp_path: Path) -> None:
    text = '[agent]\nreport_to = "https://larkwatch.example"\n' + SOUND
    result = checked(tmp_path, text)
    assert result.exit_code == 0
    assert "LARKWATCH_INGEST_SECRET" in result.stderr
    assert "LARKWATCH_APP" not in result.stderr


def test_an_agent_wants_no_database_beside_a_configuration_that_only_reads(tmp_path: Path) -> None:
    text = '[agent]\nreport_to = "https://larkwatch.example"\n' + SOUND
    (tmp_path / "larkwatch.db").mkdir()
    (tmp_path / "larkwatch-record.jsonl").mkdir()
    result = checked(tmp_path, text)
    assert result.exit_code == 0
    assert "database" not in result.stderr
    assert "record" not in result.stderr


def test_a_secret_file_that_cannot_be_read_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff")
    text = (
        '[feishu]\napp_id_file = "gone"\napp_secret_file = "empty"\n'
        'encrypt_key_file = "binary"\n' + WATCH
    )
    result = checked(tmp_path, text)
    assert result.exit_code == 2
    place = f"error: {tmp_path}/larkwatch.toml"
    said = result.stderr.splitlines()
    assert said[0].startswith(
        f'{place}:2: feishu.app_id_file: found "gone": No such file or directory, wanted a readable'
    )
    assert said[1].startswith(f'{place}:3: feishu.app_secret_file: found "empty": an empty file')
    assert said[2].startswith(f'{place}:4: feishu.encrypt_key_file: found "binary": not text')


def test_a_secret_is_never_printed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret-in-a-file")
    text = '[feishu]\napp_secret_file = "secret"\n[alerts]\nquiet = 5\n'
    result = checked(tmp_path, text, {"LARKWATCH_APP_ID": "cli_x"})
    assert "s3cret" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [("check", "-c", "larkwatch.toml"), ("tail", "--help"), ("--version",)],
)
def test_a_quick_command_does_not_wait_for_the_heavy_libraries(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "larkwatch.toml").write_text(SOUND)
    code = (
        "import atexit, sys\n"
        "heavy = ('lark_oapi', 'peewee', 'flask', 'apscheduler', 'gunicorn', 'rich', 'requests')\n"
        "atexit.register(lambda: print('heavy:', [n for n in heavy if n in sys.modules]))\n"
        "from bot.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("heavy: []\n")


def test_the_environment_goes_before_the_file_and_the_app_id_before_its_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "larkwatch.toml"
    (tmp_path / "id").write_text("cli_of_the_file\n")

    def app_id(lines: str, **environment: str) -> str:
        file.write_text(f'[feishu]\napp_id_file = "id"\n{lines}')
        return read_secrets(load(str(file)), str(file), environment).app_id

    assert app_id("") == "cli_of_the_file"
    assert app_id('app_id = "cli_named"') == "cli_named"
    assert app_id('app_id = "cli_named"', LARKWATCH_APP_ID="cli_shell") == "cli_shell"

"""What `larkwatch init` makes of what it is told and where it is shown."""

import os
from pathlib import Path

import pytest
import segno

from bot.cli.setup.logs import choose, say
from bot.cli.setup.options import Options
from bot.cli.setup.saying import code_lines
from bot.feishu.manifest import read_manifest
from bot.feishu.registration import _Flow

ADDRESS = "https://open.feishu.cn/page/launcher?user_code=ABCD-EFGH"


def options(*globs: str) -> Options:
    return Options(
        file=Path("larkwatch.toml"),
        brand=None,
        domain="",
        app_id="",
        secret_file=None,
        globs=globs,
        language=None,
        no_input=True,
        no_click=True,
        force=False,
    )


def test_a_code_stands_on_its_own_ground(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    lines = code_lines(ADDRESS, 80)
    width = segno.make(ADDRESS, error="l", boost_error=False).symbol_size(border=2)[0]
    assert len(lines) == (width + 1) // 2
    bare = [line.removeprefix("\x1b[38;5;16;48;5;231m").removesuffix("\x1b[0m") for line in lines]
    assert {len(line) for line in bare} == {width}
    assert bare[0].strip() == "", "the quiet zone is of the light colour"
    assert len(code_lines(ADDRESS, width - 1)) == (width - 1) // 2
    assert code_lines(ADDRESS, width - 3) == []


def test_the_usual_address_fits_into_the_usual_window() -> None:
    flow = _Flow(
        on_qr_code=None,
        on_status_change=None,
        source="larkwatch",
        domain="",
        lark_domain="",
        cancel_event=None,
        app_preset={"name": "Larkwatch"},
        addons=read_manifest().addons(),
    )
    assert code_lines(flow._build_qr_url(ADDRESS), 80)


def test_without_colours_the_ground_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    lines = code_lines(ADDRESS, 80)
    assert set("".join(lines)) == set("█▀▄ ")
    assert set(lines[0]) == {"█"}


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("/srv/pay/app.log", "app"),
        ("/srv/pay/*.log", "pay"),
        ("/srv/pay/app-2026.1.log", "app-2026"),
        ("/*.log", "logs"),
    ],
)
def test_a_watch_is_named_after_its_files(glob: str, name: str) -> None:
    assert choose(options(glob, "/other/*.log")).name == name


def test_a_folder_means_its_logs_and_home_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.log").touch()
    os.utime(tmp_path / "one.log", (0, 0))
    chosen = choose(options(str(tmp_path), "~/x.log", "y.log"))
    assert chosen.files == (f"{tmp_path}/*.log", f"{tmp_path}/x.log", f"{tmp_path}/y.log")
    say(chosen)
    said = capsys.readouterr().out.splitlines()
    assert "(1 file, written " in said[0]
    assert said[0].endswith("days ago)")
    assert said[1].endswith("(none there yet)")


def test_the_next_command_names_the_file_when_it_is_another() -> None:
    assert options().again("run") == "larkwatch run"

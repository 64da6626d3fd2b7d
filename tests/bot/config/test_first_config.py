"""The first configuration: what it says, how it is written, what it watches."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.found_logs import USUAL, FoundLogs, found_logs, looked_at
from bot.config.load import examine
from bot.config.writing import FirstConfig, drawn, secret_path, write_config, write_secret
from bot.core.subscription import Language

FIRST = FirstConfig(
    brand="feishu",
    domain="",
    app_id="cli_0123456789abcdef",
    secret_file="larkwatch.app-secret",
    admin="ou_lin",
    language=Language.ZH,
    time_zone="Asia/Shanghai",
    watch=USUAL,
)
PRIVATE = 0o600


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize(
    "first",
    [
        FIRST,
        replace(FIRST, brand="lark", language=Language.EN, time_zone="UTC", admin=""),
        replace(FIRST, domain="http://127.0.0.1:8390"),
        replace(FIRST, watch=FoundLogs(name='a"b\\c', files=("/x/'\"\\\x7f日志.log", "/y/*.log"))),
    ],
)
def test_what_is_written_is_sound_and_means_what_was_said(
    tmp_path: Path, first: FirstConfig
) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text(drawn(first))
    config, problems = examine(str(file))
    assert config is not None
    assert not [problem for problem in problems if problem.fatal]
    feishu = config.feishu
    assert (feishu.brand, feishu.domain, feishu.app_id) == (first.brand, first.domain, first.app_id)
    assert feishu.app_secret_file == first.secret_file
    assert feishu.admins == ((first.admin,) if first.admin else ())
    assert (feishu.language, feishu.time_zone) == (first.language, first.time_zone)
    (watch,) = config.watch
    assert (watch.name, tuple(watch.files)) == (first.watch.name, first.watch.files)
    assert drawn(first).count("#") > 8
    assert all(len(line) <= 100 for line in drawn(FIRST).splitlines())


@pytest.mark.usefixtures("open_umask")
def test_nobody_else_can_read_the_secret_at_any_time(tmp_path: Path) -> None:
    path = secret_path(tmp_path / "larkwatch.toml")
    assert path.name == "larkwatch.app-secret"
    for secret in ("first", "second"):
        write_secret(path, secret)
        assert path.read_text() == f"{secret}\n"
    kept = tmp_path / "larkwatch.app-secret.bak"
    assert kept.read_text() == "first\n"
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path, kept)} == {PRIVATE}
    assert sorted(one.name for one in tmp_path.iterdir()) == [path.name, kept.name]


def test_the_same_secret_again_leaves_no_second_one(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_secret(path, "same")
    path.chmod(0o644)
    write_secret(path, "same")
    assert [one.name for one in tmp_path.iterdir()] == ["secret"]
    assert stat.S_IMODE(path.stat().st_mode) == PRIVATE


def test_a_leftover_of_a_crash_and_a_link_are_in_nobodys_way(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched")
    (tmp_path / ".secret.new").symlink_to(elsewhere)
    write_secret(tmp_path / "secret", "s")
    assert elsewhere.read_text() == "untouched"


def test_an_old_configuration_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    write_config(file, "# one\n")
    write_config(file, "# two\n")
    assert (tmp_path / "larkwatch.toml.bak").read_text() == "# one\n"


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, float], None]:
    now = (tmp_path / ".").stat().st_mtime

    def write(path: str, age_s: float) -> None:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        os.utime(file, (now - age_s, now - age_s))

    return write


def names(root: Path, here: Path) -> list[tuple[str, str]]:
    found = found_logs(root, here)
    return [(one.name, str(Path(one.files[0]).relative_to(root))) for one in found]


def test_services_come_first_the_freshest_before_all(
    tmp_path: Path, put: Callable[[str, float], None]
) -> None:
    put("var/log/nginx/access.log", 10)
    put("var/log/redis/redis.log", 500)
    put("var/log/httpd/error_log", 900)
    put("var/log/mysql/old.log", 30 * 86400)
    put("var/log/apt/history.log", 1)
    put("var/log/kern.log", 2)
    put("var/lib/docker/containers/0f/0f-json.log", 3)
    put("srv/pay/logs/pay.log", 5)
    assert names(tmp_path, tmp_path / "srv" / "pay") == [
        ("pay", "srv/pay/logs/*.log"),
        ("nginx", "var/log/nginx/*.log"),
        ("redis", "var/log/redis/*.log"),
        ("httpd", "var/log/httpd/*_log"),
        ("docker", "var/lib/docker/containers/*/*-json.log"),
        ("system", "var/log/*.log"),
        ("mysql", "var/log/mysql/*.log"),
    ]


def test_a_host_without_logs_has_none(tmp_path: Path) -> None:
    assert found_logs(tmp_path, tmp_path / "nowhere") == []
    assert looked_at("x", str(tmp_path / "*.log")).readable

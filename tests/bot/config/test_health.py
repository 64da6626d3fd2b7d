"""What ``[health]`` means, and the secret that its endpoint needs."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app.health import every_in, watches_itself
from bot.config.errors import ConfigError
from bot.config.health import USUAL_LASTS
from bot.config.load import load
from bot.config.schema import Config
from bot.config.secrets import read_secrets
from watchers.finding import Severity
from watchers.sources.checks.settings import CheckKind

CHECK = {"name": "db", "kind": "tcp", "address": "db:5432"}


def config(**health: Any) -> Config:
    return Config.model_validate({"health": health})


def test_levels_waits_and_checks_become_what_the_watch_goes_by() -> None:
    settings = config(
        every="30s", disk={"low": 0.5}, cpu={}, lasts={"disk": "3m"}, check=[CHECK]
    ).health.settings()
    assert settings.every == timedelta(seconds=30)
    assert settings.terms.levels["disk"] == {Severity.LOW: 0.5}
    assert settings.terms.levels["cpu"] == {}
    assert settings.terms.levels["memory"] == {Severity.HIGH: 0.95}
    assert settings.terms.lasts == {**USUAL_LASTS, "disk": timedelta(minutes=3)}
    assert [one.kind for one in settings.checks] == [CheckKind.TCP]


def test_a_host_is_sampled_where_it_is_watched_or_health_is_spoken_of() -> None:
    watch = {"name": "pay", "files": ["/var/log/pay.log"]}
    assert not watches_itself(Config())
    assert watches_itself(config())
    assert watches_itself(Config.model_validate({"watch": [watch]}))


def test_what_is_reported_elsewhere_must_be_signed(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text('\n[health]\nreport_to = "https://example.org/health"\n')
    read = load(str(file))
    with pytest.raises(ConfigError, match=r"toml:3: health.report_to: .*LARKWATCH_HEALTH_SECRET"):
        read_secrets(read, str(file), {})
    secrets = read_secrets(read, str(file), {"LARKWATCH_HEALTH_SECRET": "s3cret"})
    assert secrets.health_secret == "s3cret"
    assert "s3cret" not in repr(secrets)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({}, None),
        ({"health_every_s": 30}, timedelta(seconds=30)),
        ({"health_every_s": 2.5}, timedelta(seconds=2.5)),
        ({"health_every_s": "30"}, None),
        ({"health_every_s": float("nan")}, None),
        ({"health_every_s": -1}, None),
        ({"health_every_s": 1e300}, None),
        ({"health_every_s": None}, None),
    ],
)
def test_what_a_server_says_of_the_pace_is_taken_if_it_is_one(
    said: dict[str, Any], meant: timedelta | None
) -> None:
    assert every_in(said) == meant

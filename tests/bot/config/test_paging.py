"""Rotas and escalations of the configuration: what they mean, and what is wrong with them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app.terms import rotas_of
from bot.config.errors import ConfigError
from bot.config.load import examine, load
from bot.config.secrets import read_secrets
from bot.core.escalation import Means
from tests.builders import NOW

WATCH = '[[watch]]\nname = "pay"\nfiles = ["pay.log"]\n'
ROTA = '[[rota]]\nname = "ops"\npeople = ["ou_lin", "ou_wang"]\nfirst_day = 2026-11-16\n'


def written(folder: Path, text: str) -> str:
    (folder / "pay.log").touch()
    file = folder / "larkwatch.toml"
    file.write_text(WATCH + text)
    return str(file)


def complaints(folder: Path, text: str) -> list[str]:
    """Path, what was found and what is wanted, of errors and warnings but for other sections."""
    _, problems = examine(written(folder, text))
    return [f"{one.path}: {one.found}, {one.wanted}" for one in problems]


def test_steps_mean_whoever_was_called_before_unless_they_say_whom(tmp_path: Path) -> None:
    config = load(
        written(
            tmp_path,
            '[feishu]\nadmins = ["ou_admin"]\n'
            + ROTA
            + """
[[escalation]]
name = "all"
matchers = ["service=pay"]
severity = "critical"
repeat = 1
steps = [
  { after = "1m", notify = "subscribers" },
  { notify = "ops" },
  { urgent = "app" },
  { people = ["ou_chen"] },
  { urgent = "sms" },
  { urgent = "phone", to = ["ou_boss"] },
  { chat = "oc_boss" },
]
""",
        )
    )
    (plan,) = (one.plan() for one in config.escalation)
    assert plan.repeat == 1
    assert [(one.means, one.rota, one.to) for one in plan.steps] == [
        (Means.MENTION, "", ()),
        (Means.MENTION, "ops", ()),
        (Means.URGENT_APP, "ops", ()),
        (Means.MENTION, "", ("ou_chen",)),
        (Means.URGENT_SMS, "", ("ou_chen",)),
        (Means.URGENT_PHONE, "", ("ou_boss",)),
        (Means.CHAT, "", ("oc_boss",)),
    ]
    assert [one.after for one in plan.steps[:2]] == [timedelta(minutes=1), timedelta(minutes=5)]


def test_a_rota_turns_at_the_hour_of_its_zone_and_exceptions_go_before(tmp_path: Path) -> None:
    config = load(
        written(
            tmp_path,
            ROTA
            + 'handover = "09:30"\ntime_zone = "Europe/Berlin"\n'
            + "overrides = [{ person = 'ou_chen', "
            + "starts = 2026-11-24T00:00:00, ends = 2026-11-25T00:00:00 }]\n",
        )
    )
    (rota,) = rotas_of(config)
    now = rota.on_call(NOW)
    assert now is not None
    assert now.person.id == "ou_lin"
    assert now.ends_at == datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    chen = rota.on_call(datetime(2026, 11, 23, 23, 0, tzinfo=UTC))
    assert chen is not None
    assert chen.person.id == "ou_chen"


@pytest.mark.parametrize(
    ("steps", "path", "wanted"),
    [
        ('{ notify = "opps" }', "notify", 'the name of a [[rota]], or "subscribers"'),
        ('{ urgent = "app", to = "dba" }', "to", "the name of a [[rota]]"),
        ('{ webhook = "pager" }', "webhook", "the name of a [[webhook]]"),
        ('{ email = ["a@b.example"] }', "email", "[email] with host and sender"),
    ],
)
def test_a_step_that_can_reach_nobody_is_an_error(
    tmp_path: Path, steps: str, path: str, wanted: str
) -> None:
    text = f'[feishu]\nadmins = ["ou_x"]\n{ROTA}\n[[escalation]]\nname = "a"\nsteps = [{steps}]\n'
    (said,) = complaints(tmp_path, text)
    assert said.startswith(f"escalation[1].steps[1].{path}: ")
    assert said.endswith(wanted)
    with pytest.raises(ConfigError):
        load(written(tmp_path, text))


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ('{ notify = "ops", chat = "oc_x" }', "exactly one of notify"),
        ("{ }", "exactly one of notify"),
        ('{ urgent = "app" }', "somebody to push"),
        ('{ chat = "oc_x", to = "ops" }', "to only beside urgent"),
        ('{ email = ["nobody"] }', "a mail address"),
        ('{ people = ["lin"] }', "an open_id"),
    ],
)
def test_a_step_that_cannot_be_read_is_an_error(tmp_path: Path, steps: str, wanted: str) -> None:
    text = f'{ROTA}\n[[escalation]]\nname = "a"\nsteps = [{steps}]\n'
    assert any(wanted in said for said in complaints(tmp_path, text))


def test_a_rota_of_nobody_is_an_error(tmp_path: Path) -> None:
    (said,) = complaints(tmp_path, '[[rota]]\nname = "ops"\n')
    assert "people who take turns, or a calendar" in said


def test_case_48_nobody_who_stands_in_is_a_warning(tmp_path: Path) -> None:
    text = f'{ROTA}\n[[escalation]]\nname = "a"\nsteps = [{{ notify = "ops" }}]\n'
    (said,) = (one for one in complaints(tmp_path, text) if one.startswith("escalation"))
    assert "admins or fallback_chat" in said
    load(written(tmp_path, text))


def test_secrets_of_webhooks_and_mail_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "pager.secret").write_text("shared\n")
    text = '[[webhook]]\nname = "pager"\nurl = "https://p.example"\nsecret_file = "pager.secret"\n'
    file = written(tmp_path, text)
    secrets = read_secrets(load(file), file, {"LARKWATCH_SMTP_PASSWORD": "mail"})
    assert (secrets.webhooks, secrets.smtp_password) == ({"pager": "shared"}, "mail")
    assert "shared" not in repr(secrets)
    (tmp_path / "pager.secret").unlink()
    with pytest.raises(ConfigError) as caught:
        read_secrets(load(file), file, {})
    assert "webhook[1].secret_file" in str(caught.value)

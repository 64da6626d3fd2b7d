"""``[[ingest]]``: what is wrong with one, and keys that change while all runs."""

from pathlib import Path

from bot.app.senders import senders_of
from bot.config.errors import ConfigError
from bot.config.load import examine, load
from bot.config.secrets import read_secrets

WATCH = '[[watch]]\nname = "pay"\nfiles = ["pay.log"]\n'
SHOP = WATCH + '[[ingest]]\nname = "my-shop"\n'


def written(folder: Path, text: str) -> str:
    (folder / "pay.log").touch()
    file = folder / "larkwatch.toml"
    file.write_text(text)
    return str(file)


def refused(folder: Path, text: str) -> list[str]:
    try:
        file = written(folder, text)
        read_secrets(load(file), file, {})
    except ConfigError as error:
        return [f"{one.path}: {one.wanted}" for one in error.problems]
    return []


def test_a_sender_needs_a_secret_to_be_known_by(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, SHOP)
    assert said == "ingest[1]: secret_file, or the environment variable LARKWATCH_INGEST_MY_SHOP"
    (said,) = refused(tmp_path, SHOP + 'secret_file = "absent"\n')
    assert said.startswith("ingest[1].secret_file: a readable file")
    file = written(tmp_path, SHOP)
    assert read_secrets(load(file), file, {"LARKWATCH_INGEST_MY_SHOP": "s"})


def test_what_does_not_fit_a_kind_or_is_no_expression_is_said(tmp_path: Path) -> None:
    def said(text: str) -> str:
        _, problems = examine(written(tmp_path, SHOP + text))
        return "\n".join(str(one) for one in problems)

    assert "[[ingest.map]]" in said('kind = "generic"\n')
    assert "no map" in said('kind = "grafana"\n[[ingest.map]]\ntitle = "a"\n')
    assert "no silence_url" in said('silence_url = "http://a"\n')
    assert "JMESPath" in said('[[ingest.map]]\ntitle = "a.["\n')
    assert "ingest[1].map[1].labels.x" in said(
        '[[ingest.map]]\ntitle = "a"\nlabels = { x = "|" }\n'
    )
    assert "run opens no port" in said("")
    assert "run opens no port" not in said('[feishu]\nmode = "http"\n')
    assert "a name that no other ingest has" in said('[[ingest]]\nname = "my-shop"\n')


def test_a_changed_file_of_keys_holds_at_once_and_one_that_is_gone_changes_nothing(
    tmp_path: Path,
) -> None:
    keys = tmp_path / "keys"
    keys.write_text("old\n")
    file = written(tmp_path, SHOP + 'secret_file = "keys"\n')
    (sender,) = senders_of(load(file), file, {"LARKWATCH_INGEST_MY_SHOP": "outside"})

    assert sender.secrets() == ("outside", "old")
    keys.write_text("old\nnewer\n")
    assert sender.secrets() == ("outside", "old", "newer")
    keys.unlink()
    assert sender.secrets() == ("outside", "old", "newer")
    assert "newer" not in repr(sender)

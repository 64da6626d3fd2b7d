"""The command `larkwatch token`."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.token import token
from bot.core.token import Scope
from bot.engine.tokens import Tokens
from bot.store.database import open_database
from bot.store.store import Store
from watchers.clock import SystemClock


def asked(folder: Path, *words: str) -> Result:
    file = folder / "larkwatch.toml"
    file.write_text('[database]\nurl = "sqlite:///here.db"\n')
    return CliRunner().invoke(token, [words[0], "-c", str(file), *words[1:]])


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(tmp_path: Path) -> None:
    shown = asked(tmp_path, "create", "ci", "--scope", "read", "--expires", "90d").stdout.strip()
    database = open_database(f"sqlite:///{tmp_path}/here.db")
    store, now = Store(database), SystemClock().now()
    found = Tokens(store).who(shown, now)
    assert found is not None
    assert Scope.ALERTS_READ in found.scopes
    assert Scope.ALERTS_WRITE not in found.scopes

    again = asked(tmp_path, "create", "ci", "--scope", "all")
    (listed,) = json.loads(asked(tmp_path, "list", "--json").stdout)
    table = asked(tmp_path, "list").stdout
    secret = shown.rpartition("_")[2]

    assert (again.exit_code, "already" in again.output) == (2, True)
    assert listed["used_at"] is not None
    assert secret not in table + json.dumps(listed)
    assert secret not in (tmp_path / "here.db").read_bytes().decode("latin-1")
    assert asked(tmp_path, "revoke", "ci").exit_code == 0
    assert Tokens(store).who(shown, now) is None
    assert asked(tmp_path, "revoke", "ci").exit_code == 2
    actions = [one.action for one in store.audit.newest(9, alert_id=None, chat=None)]
    assert actions == ["token_revoked", "token_made"]
    database.close()


def test_a_wrong_name_scope_or_span_is_said_with_what_would_be_right(tmp_path: Path) -> None:
    for words, said in (
        (("a b", "--scope", "read"), "wanted up to 40"),
        (("ci", "--scope", "alerts"), "alerts:read"),
        (("ci", "--scope", "read", "--expires", "soon"), "wanted a span"),
    ):
        result = asked(tmp_path, "create", *words)
        assert (result.exit_code, said in result.output) == (2, True), result.output

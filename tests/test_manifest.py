"""What is handed out in `manifest/` agrees with the code."""

import json
import re
import tomllib
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from click.testing import CliRunner
from pydantic import BaseModel

from bot.cli.check import check
from bot.config.schema import Config
from bot.feishu.commands.menu import ENTRIES
from watchers.rules.kinds import KINDS

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "manifest" / "larkwatch.example.toml"
APP = json.loads((ROOT / "manifest" / "app.json").read_text())

# What each call of bot/feishu/client.py needs; any one of its scopes is enough. The bot asks for
# itself without one.
SCOPES_OF = {
    "self._messages.create": {"im:message:send_as_bot", "im:message"},
    "self._messages.reply": {"im:message:send_as_bot", "im:message"},
    "self._messages.patch": {"im:message:update", "im:message:send_as_bot", "im:message"},
    "self._messages.urgent_app": {"im:message.urgent", "im:message.urgent:app_send"},
    "self._messages.urgent_sms": {"im:message.urgent:sms", "im:message.urgent:sms_send"},
    "self._messages.urgent_phone": {"im:message.urgent:phone", "im:message.urgent:phone_send"},
    "self._files.create": {"im:resource", "im:resource:upload"},
    "self._chats.get": {"im:chat:readonly", "im:chat:read", "im:chat"},
    "self._chat_members.get": {"im:chat:readonly", "im:chat.members:read", "im:chat"},
    "/open-apis/im/v1/chats/{chat_id}/members/is_in_chat": {
        "im:chat:readonly",
        "im:chat.members:read",
        "im:chat",
    },
    "/open-apis/contact/v3/users/batch_get_id": {"contact:user.id:readonly"},
    "/open-apis/bot/v3/info": set(),
    "/open-apis/application/v6/scopes": set(),
    "/open-apis/application/v6/applications/me": {"application:application:self_manage"},
    "/open-apis/application/v6/applications/me/app_versions/{version}": {
        "application:application:self_manage"
    },
}
# `larkwatch init` mends an app with this where the operator gave it the scope; it is not asked for.
ON_PURPOSE = {"/open-apis/application/v7/applications/{self._app_id}"}
SCOPES_OF_EVENTS = {
    "im.message.receive_v1": {"im:message.p2p_msg:readonly", "im:message.group_at_msg:readonly"},
    "im.message.reaction.created_v1": {"im:message.reactions:read"},
}


def code_of(module: str) -> str:
    return (ROOT / "bot" / "feishu" / f"{module}.py").read_text()


def test_every_event_that_is_understood_is_declared_and_no_other() -> None:
    understood = set(re.findall(r'case "([a-z0-9_.]+)":', code_of("events")))
    declared = set(APP["events"]["items"]["tenant"]) | set(APP["callbacks"]["items"])
    assert declared == understood


def test_every_call_has_a_declared_scope() -> None:
    client = code_of("client")
    called = set(re.findall(r"self\._(?:messages|chats|chat_members|files)\.\w+", client))
    called |= set(re.findall(r'"(/open-apis/[^"]+)"', client + code_of("own_app")))
    assert called == set(SCOPES_OF) | ON_PURPOSE
    declared = set(APP["scopes"]["tenant"])
    for call, scopes in SCOPES_OF.items():
        assert not scopes or scopes & declared, f"no scope for {call}"


def test_no_scope_is_asked_for_without_need() -> None:
    needed = set().union(*SCOPES_OF.values(), *SCOPES_OF_EVENTS.values())
    assert set(APP["scopes"]["tenant"]) <= needed
    assert APP["scopes"]["user"] == APP["events"]["items"]["user"] == []
    for scopes in SCOPES_OF_EVENTS.values():
        assert scopes <= set(APP["scopes"]["tenant"])


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds, alone or in a tuple."""
    if get_origin(annotation) in (tuple, Union, UnionType):
        found = [model for one in get_args(annotation) if (model := model_in(one))]
        return found[0] if found else None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None


def keys_of(model: type[BaseModel], table: str = "") -> list[tuple[str, str]]:
    found = []
    for key, field in model.model_fields.items():
        if key == "rule":
            kinds = (one for kind in KINDS.values() for one in keys_of(kind, key))
            found += dict.fromkeys(kinds)
            continue
        inner = model_in(field.annotation)
        found += keys_of(inner, key) if inner else [(table, field.alias or key)]
    return found


@pytest.mark.parametrize(("table", "key"), keys_of(Config))
def test_every_key_stands_in_the_example(table: str, key: str) -> None:
    text = EXAMPLE.read_text()
    if table and re.search(rf"^(?:# )?\[{table}\.{key}\]", text, re.MULTILINE):
        return  # a table of its own
    begun = rf"^(?:# )?\[\[?(?:\w+\.)?{table}\]\]?"
    sections = re.findall(rf"(?ms){begun}.*?(?=^(?:# )?\[|\Z)", text) if table else []
    if re.search(rf"^(?:# )?{key} = ", "\n".join(sections), re.MULTILINE):
        return
    if table:  # two tables of one name: one of them is written on a line
        inline = rf"\[?\{{[^\n]*\b{key} = "
        lines = rf"\[[^\n]*\n(?:(?!^(?:# )?\]).)*?\b{key} = "
        assert re.search(rf"(?ms)^(?:# )?{table} = (?:{inline}|{lines})", text)
    else:
        assert re.search(rf"^(?:# )?{key} = ", text, re.MULTILINE)


@pytest.mark.parametrize(
    "model", [field for field in Config.model_fields if field not in ("watch", "rule", "mute")]
)
def test_the_example_shows_the_defaults(model: str) -> None:
    shown = Config.model_validate(tomllib.loads(EXAMPLE.read_text()))
    assert getattr(shown, model) == getattr(Config(), model)


def test_the_example_shows_every_kind_of_rule() -> None:
    rules = re.findall(r"(?ms)^(?:# )?\[\[rule\]\].*?(?=^(?:# )?\[|\Z)", EXAMPLE.read_text())
    shown = [kind for text in rules for kind in re.findall(r'(?m)^(?:# )?kind = "(\w+)"', text)]
    assert sorted(shown) == sorted(KINDS)


def in_comments() -> list[str]:
    """Tables, and single keys below the head of theirs, that the example only shows."""
    text = EXAMPLE.read_text().replace("…", "x")
    whole = r"(?m)^# \[\[[\w.]+\]\]$(?:\n *# .*)+"
    found = [re.sub(r"(?m)^# ", "", block) for block in re.findall(whole, text)]
    head = ""
    for line in re.sub(whole, "", text).splitlines():
        begun = re.match(r"(?:# )?(\[.+\])", line)
        head = begun[1] if begun else head
        if head.startswith("[watch."):
            head = f'[[watch]]\nname = "w"\nfiles = ["f"]\n{head}'
        if head and (key := re.match(r"# (\w+ = .*)", line)):
            found.append(f"{head}\n{key[1]}")
    return found


@pytest.mark.parametrize("text", in_comments())
def test_what_the_example_shows_in_comments_is_usable(text: str) -> None:
    Config.model_validate(tomllib.loads(text))


def test_the_example_is_usable_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "larkwatch.toml"
    file.write_text(EXAMPLE.read_text())
    done = CliRunner().invoke(check, ["-c", str(file)])
    assert done.exit_code == 0, done.output
    assert "error" not in done.output
    assert "1 watch, 4 rules (3 built in)" in done.output


def test_the_menu_has_the_entries_that_are_understood_and_feishus_size() -> None:
    menu = json.loads((ROOT / "manifest" / "menu.json").read_text())
    assert len(menu) <= 3
    entries = [one for top in menu for one in top.get("items", [top])]
    assert all(len(top.get("items", [])) <= 5 for top in menu)
    assert {one["event_key"] for one in entries} == set(ENTRIES)
    assert all(one["zh"] and one["en"] for one in [*menu, *entries])

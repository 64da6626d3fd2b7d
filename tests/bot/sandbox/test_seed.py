"""What a sandbox can be told to begin with."""

import json
from pathlib import Path

import pytest

from bot.sandbox.seed import Group, Person, Seed, SeedError, read_seed
from bot.sandbox.server import Sandbox, Settings
from bot.sandbox.wire import stable_id

TOML = """\
[bot]
name = "值班助手"

[[people]]
name = "林晓"
email = "linxiao@example.com"

[[people]]
name = "Bob"

[[people]]
name = "Dana"
external = true

[[groups]]
name = "值班"
managers = ["Bob"]

[[groups]]
name = "客户群"
owner = "Bob"
members = ["Dana"]
bot = false
"""
SEED = Seed(
    bot_name="值班助手",
    people=(
        Person(name="林晓", email="linxiao@example.com"),
        Person(name="Bob"),
        Person(name="Dana", external=True),
    ),
    groups=(
        Group(name="值班", owner="林晓", managers=("Bob",), members=("林晓", "Bob")),
        Group(name="客户群", owner="Bob", members=("Bob", "Dana"), bot=False),
    ),
)


def write(folder: Path, text: str, name: str = "seed.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    people = [{"name": "林晓", "email": "linxiao@example.com"}, {"name": "Bob"}]
    groups = [
        {"name": "值班", "managers": ["Bob"]},
        {"name": "客户群", "owner": "Bob", "members": ["Dana"], "bot": False},
    ]
    people.append({"name": "Dana", "external": True})  # type: ignore[dict-item]
    table = {"bot": {"name": "值班助手"}, "people": people, "groups": groups}
    assert read_seed(write(tmp_path, TOML)) == SEED
    assert read_seed(write(tmp_path, json.dumps(table), "seed.json")) == SEED


def test_the_town_is_the_seed() -> None:
    state = Sandbox(Settings(seed=SEED)).state
    assert state.app_name == "值班助手"
    assert [user.name for user in state.users.values()] == ["林晓", "Bob", "Dana"]
    duty, clients = (chat for chat in state.chats() if chat.peer is None)
    assert (duty.chat_id, duty.bot_in) == (stable_id("oc_", "值班"), True)
    assert duty.owner_id == stable_id("ou_", "林晓")
    assert duty.managers == (stable_id("ou_", "Bob"),)
    assert clients.members == (stable_id("ou_", "Bob"), stable_id("ou_", "Dana"))
    assert not clients.bot_in


def test_a_person_alone_is_enough(tmp_path: Path) -> None:
    seed = read_seed(write(tmp_path, '[[people]]\nname = "Bob"\n'))
    assert seed == Seed(people=(Person(name="Bob"),), groups=())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["people is missing; wanted at least one, with a name"]),
        ("people = 3", ["people is 3; wanted a list: [[people]] in TOML"]),
        ('people = ["Bob"]', ["people 1 is 'Bob'; wanted a table with name, email, mobile"]),
        ("[[people]]\nemail = 'a@b.example'", ["people 1 has no name; wanted one"]),
        ("[[people]]\nname = 7", ["people 1: name is 7; wanted a text"]),
        (
            '[[people]]\nname = "Bob"\n[[people]]\nname = "Bob"',
            ["people 2: the name 'Bob' stands twice; wanted different ones"],
        ),
        (
            '[[people]]\nname = "Bob"\n[[groups]]\nname = "ops"\nowner = "Bobb"\nmember = []',
            [
                "groups 1 has an unknown key 'member'; wanted name, owner, managers, members, bot",
                "(did you mean 'members'?)",
                "groups 1: owner has 'Bobb', who is none of the people (did you mean 'Bob'?)",
            ],
        ),
        (
            '[[people]]\nname = "Dana"\nexternal = true',
            ["people has only external ones; wanted somebody of the tenant"],
        ),
        ("[[people]", ["seed.toml: "]),
    ],
)
def test_every_error_is_said_with_its_place(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(SeedError) as caught:
        read_seed(write(tmp_path, text))
    for part in said:
        assert part in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"none\.toml: No such file or directory"):
        read_seed(tmp_path / "none.toml")

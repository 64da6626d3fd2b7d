"""The README's bots run as they are written, and so does its test."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.sandbox.seed import read_seed
from bot.sandbox.server import Sandbox
from bot.sandbox.wire import stable_id
from tests.judges.judge import the_card, until
from tests.test_docs import READMES, ROOT, blocks

pytestmark = pytest.mark.timeout(240)  # a client may start slowly
README = READMES[0]
GROUP, WANG = stable_id("oc_", "Duty"), stable_id("ou_", "Wang")


@pytest.fixture
def town(make_town: Callable[..., Sandbox], tmp_path: Path) -> Sandbox:
    """Started as the README says."""
    seed = tmp_path / "seed.toml"
    seed.write_text(next(one for one in blocks(README, "toml") if "[[people]]" in one))
    return make_town(app_id="cli_0123456789abcdef", app_secret="secret", seed=read_seed(seed))


@pytest.fixture(params=["js", "python"])
def bot(request: pytest.FixtureRequest, town: Sandbox, tmp_path: Path) -> Iterator[None]:
    """The README's bot in one language, online."""
    if request.param == "js":
        command, folder = ["node", "bot.mjs"], request.getfixturevalue("node_folder")
    else:
        command, folder = [sys.executable, "bot.py"], tmp_path
    (folder / command[1]).write_text(blocks(README, request.param)[0])
    with (folder / "log").open("w+") as log:
        environ = os.environ | {"FEISHU": town.address}
        process = subprocess.Popen(command, cwd=folder, env=environ, stdout=log, stderr=log)
        try:
            until(lambda: town.online or process.poll() is not None)
            assert town.online, (folder / "log").read_text()
            yield
        finally:
            process.kill()
            process.wait()


@pytest.mark.usefixtures("bot")
def test_the_bots_answer_a_word_with_a_card_and_a_press_with_another(town: Sandbox) -> None:
    assert town.state.app_name == "Duty bot"
    town.post_text(GROUP, "anybody there?", WANG)
    card = the_card(town, GROUP)
    toast = {"type": "success", "content": "It is yours"}
    assert town.press(card, WANG) == {"ok": True, "toast": toast, "card_changed": True}
    button = town.state.message(card).body["body"]["elements"][0]
    assert button["text"]["content"] == "Taken"


def test_the_test_passes(tmp_path: Path) -> None:
    (tmp_path / "test_bot.py").write_text(blocks(README, "python")[1])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_bot.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr

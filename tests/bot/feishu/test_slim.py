"""The light import of the SDK, each in a process of its own."""

import subprocess
import sys

DEFER = "from bot.feishu.slim import defer_heavy_packages as defer\ndefer()\n"
COUNT = "print(sum(name.startswith('lark_oapi') for name in sys.modules))\n"


def run(code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import sys\n" + code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_doors_load_a_fraction_of_the_sdk() -> None:
    both = "import bot.feishu.client, bot.feishu.long_connection\n"
    heavy = "print('lark_oapi.api.corehr' in sys.modules, 'lark_oapi.client' in sys.modules)\n"
    dispatcher = "print('EventDispatcherHandler' in vars(sys.modules[d]))\n"
    name = "d = 'lark_oapi.event.dispatcher_handler'\n"
    count, *flags = run(both + COUNT + heavy + name + dispatcher)
    assert int(count) < 250
    assert flags == ["False", "False", "False"]


def test_deferring_twice_changes_nothing() -> None:
    code = f"{DEFER}before = sys.modules['lark_oapi']\ndefer()\n"
    assert run(code + "print(sys.modules['lark_oapi'] is before)") == ["True"]


def test_a_deferred_name_that_does_not_exist_is_an_attribute_error() -> None:
    code = f"{DEFER}import lark_oapi.api.im.v1.resource as r\n"
    assert run(code + "print(hasattr(r, 'Nonsense'), hasattr(r, '__wrapped__'))") == [
        "False",
        "False",
    ]


def test_whoever_wants_a_whole_package_later_gets_it() -> None:
    code = f"{DEFER}from lark_oapi.api.im.v1 import *\nimport lark_oapi.api.im.v1 as v1\n"
    assert run(code + "print(CreateMessageRequest is v1.CreateMessageRequest)") == ["True"]

"""Every module of the core says what it is, and can be imported by itself."""

import importlib
import pkgutil

import pytest

import bot.core

MODULES = [name for _, name, _ in pkgutil.walk_packages(bot.core.__path__, "bot.core.")]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_the_core_says_what_it_is(name: str) -> None:
    module = importlib.import_module(name)
    assert (module.__doc__ or "").splitlines()[0].endswith((".", ":"))

"""A Flask app whose routes are only followed, never turned back into addresses."""

from collections.abc import Callable

from flask import Flask
from werkzeug.routing import Rule


class _OneWay(Rule):
    """Has no code that builds its address.

    Nothing asks for it, and writing it takes nine tenths of the time that a sandbox needs to be
    made.
    """

    def _compile_builder(self, *_: object, **__: object) -> Callable[..., tuple[str, str]]:
        return _unbuilt


class Served(Flask):
    """The same app, made sooner."""

    url_rule_class = _OneWay


def _unbuilt(*_: object, **__: object) -> tuple[str, str]:
    raise NotImplementedError("the sandbox builds no addresses")

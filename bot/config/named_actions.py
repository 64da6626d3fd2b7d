"""Looks whether the tables of actions name what is configured, and templates can be used."""

import difflib
import importlib.metadata
from collections.abc import Iterator, Mapping
from functools import partial

import re2

from bot.config.actions import parse_action
from bot.config.errors import Problem
from bot.config.schema import Config
from bot.config.wording import problem_at, shown
from bot.core.errand import ErrandKind
from bot.notifiers.base import GROUP
from watchers.finding import Severity

_SECTIONS = {
    ErrandKind.WECOM: "[[wecom]]",
    ErrandKind.FEISHU: "[[feishu_bot]]",
    ErrandKind.WEBHOOK: "[[webhook]]",
    ErrandKind.NOTIFIER: "[[notifier]]",
    ErrandKind.HOOK: "[[hook]]",
    ErrandKind.COMMAND: "[[command]]",
    ErrandKind.KUBERNETES: "[[kubernetes]]",
    ErrandKind.EMAIL: "group in [email] groups, or an address",
    ErrandKind.APP: "[[rota]]",
    ErrandKind.SMS: "[[rota]]",
    ErrandKind.PHONE: "[[rota]]",
}


def misnamed(file: str, text: str, config: Config) -> Iterator[Problem]:
    """Actions that name what is not there, templates and patterns that cannot be used."""
    at = partial(problem_at, file, text)
    known = _known(config)
    for severity in Severity:
        for action in config.actions.of(severity):
            kind, name = parse_action(action)
            path = ("actions", config.actions.key_of(severity))
            if kind is ErrandKind.EMAIL and not (config.email.host and config.email.sender):
                yield at(path, shown(action), "[email] with host and sender")
            elif kind.pushes and not name and not (config.rota or config.feishu.admins):
                yield at(path, shown(action), "a [[rota]], or [feishu] admins, who are pushed")
            elif name and not (kind is ErrandKind.EMAIL and "@" in name):
                near = difflib.get_close_matches(name, list(known[kind]), n=1)
                wanted = f"the name of a {_SECTIONS[kind]}"
                if name not in known[kind]:
                    yield at(path, shown(action), wanted, "".join(near))
    yield from _sources(file, text, config)
    yield from _commands(file, text, config)
    yield from _foreign(file, text, config)


def _known(config: Config) -> Mapping[ErrandKind, tuple[str, ...]]:
    rotas = tuple(one.name for one in config.rota)
    return {
        ErrandKind.EMAIL: tuple(config.email.groups),
        ErrandKind.WECOM: tuple(one.name for one in config.wecom),
        ErrandKind.FEISHU: tuple(one.name for one in config.feishu_bot),
        ErrandKind.WEBHOOK: tuple(one.name for one in config.webhook),
        ErrandKind.NOTIFIER: tuple(one.name for one in config.notifier),
        ErrandKind.HOOK: tuple(one.name for one in config.hook),
        ErrandKind.COMMAND: tuple(one.name for one in config.command),
        ErrandKind.KUBERNETES: tuple(one.name for one in config.kubernetes),
        ErrandKind.APP: rotas,
        ErrandKind.SMS: rotas,
        ErrandKind.PHONE: rotas,
    }


def _sources(file: str, text: str, config: Config) -> Iterator[Problem]:
    sources = [("template", n, "text", one.text) for n, one in enumerate(config.template)]
    sources += [("hook", n, "body", one.body) for n, one in enumerate(config.hook) if one.body]
    sources += [
        ("command", n, "argv", word)
        for n, one in enumerate(config.command)
        for word in one.argv[1:]
    ]
    for number, one in enumerate(config.kubernetes):
        sources.append(("kubernetes", number, "namespace", one.namespace))
        sources.append(("kubernetes", number, "deployment", one.deployment))
    if not sources:
        return
    from bot.feishu.templating.sandbox import TemplateFault, check  # noqa: PLC0415 - jinja is slow

    for section, number, key, source in sources:
        try:
            check(source)
        except TemplateFault as error:
            path = (section, number, key)
            yield problem_at(file, text, path, shown(source), f"a template that works: {error}")


def _commands(file: str, text: str, config: Config) -> Iterator[Problem]:
    at = partial(problem_at, file, text)
    for number, one in enumerate(config.command):
        if not one.argv[0].startswith("/"):
            yield at(("command", number, "argv"), shown(one.argv[0]), "the full path of a program")
        try:
            re2.compile(one.allow)
        except re2.error as error:
            yield at(("command", number, "allow"), shown(one.allow), f"a pattern: {error}")
    for number, cluster in enumerate(config.kubernetes):
        if cluster.least > cluster.most:
            yield at(("kubernetes", number, "least"), str(cluster.least), "least up to most")


def _foreign(file: str, text: str, config: Config) -> Iterator[Problem]:
    if not config.notifier:
        return
    kinds = [one.name for one in importlib.metadata.entry_points(group=GROUP)]
    for number, one in enumerate(config.notifier):
        if one.kind not in kinds:
            near = difflib.get_close_matches(one.kind, kinds, n=1)
            wanted = f"a notifier of an installed package: {', '.join(kinds) or 'there is none'}"
            path = ("notifier", number, "kind")
            yield problem_at(file, text, path, shown(one.kind), wanted, "".join(near))

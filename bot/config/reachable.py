"""Looks whether every step of an escalation can reach somebody: never silent."""

import difflib
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.config.errors import Problem
from bot.config.paging import SUBSCRIBERS, StepSettings
from bot.config.schema import Config
from bot.config.wording import problem_at, shown


def unreachable(file: str, text: str, config: Config) -> Iterator[Problem]:
    """Steps that name what is not configured, and escalations that nobody stands in for."""
    at = partial(problem_at, file, text)
    rotas = [one.name for one in config.rota]
    webhooks = [one.name for one in config.webhook]
    for number, plan in enumerate(config.escalation):
        for index, step in enumerate(plan.steps):
            path: tuple[str | int, ...] = ("escalation", number, "steps", index)
            for key, name, known, kind in _named(step, rotas, webhooks):
                if name not in known:
                    found, wanted = shown(name), f"the name of a {kind}"
                    yield at((*path, key), found, wanted, _near(name, known))
            if step.email and not (config.email.host and config.email.sender):
                wanted = "[email] with host and sender"
                yield at((*path, "email"), "no server that mails", wanted)
    if config.escalation and not (config.feishu.admins or config.feishu.fallback_chat):
        wanted = "[feishu] admins or fallback_chat, who are told when a step reaches nobody"
        yield replace(at(("escalation", 0), "nobody who stands in", wanted), fatal=False)
    for number, rota in enumerate(config.rota):
        calendar = rota.calendar
        if (
            calendar
            and "://" not in calendar
            and not os.access(Path(file).parent / calendar, os.R_OK)
        ):
            wanted = "an .ics file that can be read; it is waited for"
            path = ("rota", number, "calendar")
            yield replace(at(path, f"{shown(calendar)}: no such file now", wanted), fatal=False)


def _named(
    step: StepSettings, rotas: list[str], webhooks: list[str]
) -> Iterator[tuple[str, str, list[str], str]]:
    """What a step names: key, name, what is known, what that is called."""
    if step.notify and step.notify != SUBSCRIBERS:
        yield "notify", step.notify, rotas, f'[[rota]], or "{SUBSCRIBERS}"'
    if isinstance(step.to, str) and step.to:
        yield "to", step.to, rotas, "[[rota]]"
    if step.webhook:
        yield "webhook", step.webhook, webhooks, "[[webhook]]"


def _near(name: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")

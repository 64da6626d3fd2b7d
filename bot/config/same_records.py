"""Rules that count the records of another rule: ``records_of``."""

from collections.abc import Iterator, Sequence

from bot.config import lines
from bot.config.errors import Problem
from bot.config.schema import Config
from bot.config.wording import dotted, shown
from watchers.detectors.base import RuleSettings, WindowRule

_WHICH = ("pattern", "exclude", "where", "files", "series")
"""What says which records a rule counts."""


def resolved(rules: Sequence[RuleSettings]) -> tuple[RuleSettings, ...]:
    """The rules, those that name another one with all that says which records it counts.

    What names no rule, or one that names another, stays as it is.
    """
    by_name = {one.name: one for one in rules}
    return tuple(_resolved(one, by_name.get(_named(one))) for one in rules)


def unknown(
    file: str, text: str, config: Config, rules: Sequence[RuleSettings]
) -> Iterator[Problem]:
    """Names that are no rule's."""
    plain = sorted(one.name for one in rules if not _named(one))
    for index, rule in enumerate(config.rule):
        named = _named(rule)
        if named and named not in plain:
            path = ("rule", index, "records_of")
            wanted = f"another rule that counts records of its own: {', '.join(plain)}"
            yield Problem(
                file=file,
                line=lines.line_of(text, path),
                path=dotted(path),
                found=shown(named),
                wanted=wanted,
            )


def _named(rule: RuleSettings) -> str:
    return rule.records_of if isinstance(rule, WindowRule) else ""


def _resolved(rule: RuleSettings, other: RuleSettings | None) -> RuleSettings:
    if other is None or _named(other):
        return rule
    return rule.model_copy(update={name: getattr(other, name) for name in _WHICH})

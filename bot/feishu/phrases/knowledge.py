"""What the database knows by name: services, rules, hosts."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.feishu.phrases.folding import folded, plain
from bot.feishu.phrases.vocabulary import CONCEPTS, SERVICES


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Values of labels by which people speak of alerts."""

    services: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    _by_name: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put the names in order, once."""
        found: dict[str, list[tuple[str, str]]] = {}
        for label, values in (
            ("service", self.services),
            ("rule", self.rules),
            ("host", self.hosts),
        ):
            for value in values:
                name = folded(plain(value))
                if len(name) > 1 and name not in CONCEPTS:
                    found.setdefault(name, []).append((label, value))
        for han, values in SERVICES.items():
            if meant := self._meant(values):
                for name in (han, *values):
                    if name not in CONCEPTS:
                        found.setdefault(name, [("service", value) for value in meant])
        self._by_name.update((name, tuple(each)) for name, each in found.items())

    @property
    def by_name(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Label and value by what people call it; more than one where it is not clear."""
        return self._by_name

    def _meant(self, values: Iterable[str]) -> tuple[str, ...]:
        """Services with one of these names, or that begin with one."""
        wanted = tuple(values)
        lowered = {one.lower(): one for one in self.services}
        exact = tuple(lowered[value] for value in wanted if value in lowered)
        if exact:
            return exact
        heads = tuple(f"{value}{mark}" for value in wanted for mark in "-_.")
        return tuple(one for name, one in lowered.items() if name.startswith(heads))[:3]

"""Prometheus' text form of metrics, version 0.0.4."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """All samples of one name.

    Attributes:
        name: Without the ``larkwatch_`` that all begin with.
        about: One sentence.
        kind: ``counter`` or ``gauge``.
        samples: Labels and value of each; of the same labels the first counts.
    """

    name: str
    about: str
    kind: str
    samples: Iterable[tuple[Mapping[str, str], float]]


def text_of(families: Iterable[Family]) -> str:
    """The text of a scrape; a family without samples is left out."""
    return "".join(f"{line}\n" for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    name = f"larkwatch_{family.name}"
    shown: dict[str, float] = {}
    for labels, value in family.samples:
        shown.setdefault(_labelled(labels), value)
    if shown:
        yield f"# HELP {name} {family.about}"
        yield f"# TYPE {name} {family.kind}"
    for labels_text, value in sorted(shown.items()):
        yield f"{name}{labels_text} {value}"


def _labelled(labels: Mapping[str, str]) -> str:
    said = ",".join(f'{key}="{labels[key].translate(_ESCAPES)}"' for key in sorted(labels))
    return f"{{{said}}}" if said else ""

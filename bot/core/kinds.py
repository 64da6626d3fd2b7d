"""What counts as the same in rankings and trends: rule, severity, labels and template."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from watchers.finding import Finding, Severity

TEMPLATE_CHARS = 160
EXAMPLE_CHARS = 300
MASKED = "<*>"
"""Stands for a value in a template that a watch told."""
_MOST_GENERAL = 500
_ENOUGH_SAME = 2
_VARIES = "*"

# Each alternative begins with a character class that fails fast; no part can match in two ways.
_VARYING = re.compile(
    r"""
    \b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:z|[+-]\d\d:?\d\d)?
    | \b[a-z][a-z0-9+.\-]{1,20}://[^\s"'<>)\]]+            # addresses
    | \b[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63})+    # mail
    | \b0x[0-9a-f]+\b
    | \b(?=[a-f\-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,12}){0,4}\b  # hashes, requests, UUIDs
    | (?<![a-z_\d])\d(?:[\d.,:/\-]*\d)?                     # figures, times, machines, versions
    | \d{3,}                                             # the same behind letters: order1234
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_RUN = re.compile(r"\*(?:[\s.,:/T+\-]*\*)+")
_LEADING = " *[]()-,:TZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Records that count as the same.

    Attributes:
        id: 0 while not stored.
        template: The constant part of the line, "" when it is not known.
        template_id: Its id where the line's watch knows it, the same as in verdicts; else "".
        example: A line of this kind; untrusted text, as the template is.
    """

    id: int = 0
    rule: str
    severity: Severity
    labels: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    template_id: str = ""
    example: str = ""

    @property
    def name(self) -> str:
        """Hash of all but the example; 32 characters."""
        identity = [self.rule, self.severity.value, sorted(self.labels.items()), self.template]
        if self.template_id:
            identity.append(self.template_id)
        text = json.dumps(identity, ensure_ascii=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def template_of(line: str) -> str:
    """The constant part of a line: figures, addresses, ids and times are one ``*`` each.

    A time in front is left out, and so is all beyond the first `TEMPLATE_CHARS` characters.
    """
    constant = _RUN.sub(_VARIES, _VARYING.sub(_VARIES, " ".join(line[:EXAMPLE_CHARS].split())))
    return constant.lstrip(_LEADING)[:TEMPLATE_CHARS].rstrip()


def merged(templates: Iterable[str]) -> Mapping[str, str]:
    """Of templates those that became one with a more general one, which is among them too.

    A watch tells what it knows at the time: ``login of root`` before, ``login of <*>`` since.
    """
    known = list(templates)
    general = [one for one in known if MASKED in one.split()][:_MOST_GENERAL]
    by_length: defaultdict[int, list[list[str]]] = defaultdict(list)
    for one in sorted(general, key=lambda one: (one.count(MASKED), one), reverse=True):
        by_length[len(words := one.split())].append(words)
    found: dict[str, str] = {}
    for one in known:
        words = one.split()
        wider = next((other for other in by_length[len(words)] if _covers(other, words)), None)
        if wider is not None:
            found[one] = next(text for text in general if text.split() == wider)
    return found


def _covers(general: Sequence[str], special: Sequence[str]) -> bool:
    """Whether words say the same but for values, and enough of it."""
    same = 0
    for wide, word in zip(general, special, strict=True):
        if wide == word:
            same += MASKED not in word
        elif wide != MASKED:
            return False
    return _ENOUGH_SAME <= same < sum(MASKED not in word for word in special)


def kinds_of(findings: Iterable[Finding]) -> tuple[tuple[Kind, int], ...]:
    """The kinds of some findings with their records; one that says it is over counts nothing.

    A finding says of which templates its records are. Of one that does not, what was counted is
    shared out by its samples, the newest few lines: exactly while it holds no more records than
    these, else as they are.
    """
    found: dict[str, Kind] = {}
    counts: Counter[str] = Counter()
    for finding in findings:
        if finding.recovers:
            continue
        for kind, records in _kinds_in(finding):
            name = kind.name
            found[name] = kind
            counts[name] += records
    return tuple((kind, counts[name]) for name, kind in found.items())


def _kinds_in(finding: Finding) -> Iterator[tuple[Kind, int]]:
    shares: Counter[str] = Counter()
    ids: dict[str, str] = {}
    examples: dict[str, str] = {}
    lines = _lines(finding)
    for one in finding.templates:
        if one.text and one.count > 0:
            text = one.text[:TEMPLATE_CHARS].rstrip()
            shares[text] += one.count
            ids[text] = one.id
            examples[text] = _example_of(one.text, lines)
    if not shares:
        for line in lines:
            template = template_of(line)
            examples[template] = line[:EXAMPLE_CHARS]
            shares[template] += 1
    for template, records in _shared_out(finding.records, shares).items():
        kind = Kind(
            rule=finding.rule,
            severity=finding.severity,
            labels=finding.labels,
            template=template,
            template_id=ids.get(template, ""),
            example=examples[template],
        )
        yield kind, records


def _example_of(template: str, lines: Sequence[str]) -> str:
    """The newest line with the longest constant part of a template, "" for none."""
    constant = max(template.split(MASKED), key=len).strip()
    found = (line for line in reversed(lines) if constant and constant in line)
    return next(found, lines[-1] if len(lines) == 1 else "")[:EXAMPLE_CHARS]


def _lines(finding: Finding) -> list[str]:
    """The first line of each sample, or what stands in for it."""
    lines = [sample.text.lstrip().partition("\n")[0] for sample in finding.samples]
    return lines or [finding.annotations.get("message", "") or finding.title]


def _shared_out(records: int, shares: Mapping[str, int]) -> Mapping[str, int]:
    """Records by share; what does not divide goes to the largest, and nobody gets nothing."""
    whole = sum(shares.values())
    given = {name: records * share // whole for name, share in shares.items()}
    largest = max(shares, key=lambda name: shares[name])
    given[largest] += records - sum(given.values())
    return {name: count for name, count in given.items() if count}

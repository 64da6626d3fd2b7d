"""What counts as the same in rankings and trends: rule, severity, labels and template."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from watchers.finding import Finding, Severity

TEMPLATE_CHARS = 160
EXAMPLE_CHARS = 300
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
        example: A line of this kind; untrusted text, as the template is.
    """

    id: int = 0
    rule: str
    severity: Severity
    labels: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    example: str = ""

    @property
    def name(self) -> str:
        """Hash of all but the example; 32 characters."""
        identity = [self.rule, self.severity.value, sorted(self.labels.items()), self.template]
        text = json.dumps(identity, ensure_ascii=True)
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def template_of(line: str) -> str:
    """The constant part of a line: figures, addresses, ids and times are one ``*`` each.

    A time in front is left out, and so is all beyond the first `TEMPLATE_CHARS` characters.
    """
    constant = _RUN.sub(_VARIES, _VARYING.sub(_VARIES, " ".join(line[:EXAMPLE_CHARS].split())))
    return constant.lstrip(_LEADING)[:TEMPLATE_CHARS].rstrip()


def kinds_of(findings: Iterable[Finding]) -> tuple[tuple[Kind, int], ...]:
    """The kinds of some findings with their records; one that says it is over counts nothing.

    What a finding counted is shared out by its samples, the newest few lines: exactly while it
    holds no more records than these, else as they are.
    """
    found: dict[str, Kind] = {}
    counts: Counter[str] = Counter()
    for finding in findings:
        if finding.recovers:
            continue
        examples: dict[str, str] = {}
        shares: Counter[str] = Counter()
        for line in _lines(finding):
            template = template_of(line)
            examples[template] = line[:EXAMPLE_CHARS]
            shares[template] += 1
        for template, records in _shared_out(finding.records, shares).items():
            kind = Kind(
                rule=finding.rule,
                severity=finding.severity,
                labels=finding.labels,
                template=template,
                example=examples[template],
            )
            name = kind.name
            found[name] = kind
            counts[name] += records
    return tuple((kind, counts[name]) for name, kind in found.items())


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

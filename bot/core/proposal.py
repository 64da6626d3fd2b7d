"""A pasted log line to a rule: what changes from line to line masked, severity, a name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.rule import LONGEST_PATTERN, name_is_good
from watchers.finding import Severity

LONGEST_LINE = 2000
_LEAST_LETTERS = 3
_LONGEST_NAME = 40

_NAME_WORDS = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DATE = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}/[A-Z][a-z]{2}/\d{4}|[A-Z][a-z]{2} +\d{1,2}(?= \d\d:)"
)
_CLOCK = r"\d{1,2}:\d\d:\d\d(?:[.,]\d+)?"
_ZONE = r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)"
_TIME = rf"(?:(?:{_DATE})(?:[T :]+{_CLOCK})?|{_CLOCK})(?: ?{_ZONE}\b)?"
_HEAD = re.compile(rf"^[\[(<]?\s*{_TIME}[\])>]?[\s:|,-]*")
_UNIT = r"ns|us|µs|μs|ms|s|sec|secs|seconds|m|min|mins|minutes|h|hours|毫秒|秒|分钟|小时"
_KNOWN = (
    r"\b(?:ssh2|http2|h2|utf8|s3|k8s|ipv[46]|md5|sha1|sha256|x86|base64|oauth2|log4j|p9[059])\b"
)
_KINDS = {
    "known": _KNOWN,
    "time": rf"(?<![\w.]){_TIME}",
    "uuid": r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b",
    "email": r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "ip": r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])",
    "pointer": r"\b0x[0-9a-fA-F]+\b",
    "hex": r"(?<![\w-])(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{8,}(?![\w-])",
    "duration": rf"(?<![\w.])\d+(?:\.\d+)?(?= ?(?:{_UNIT})(?!\w))",
    "mixed": r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*(?![\w-])",
    "number": r"\d+(?:\.\d+)?",
}
_VARIABLE = re.compile("|".join(f"(?P<{kind}>{shape})" for kind, shape in _KINDS.items()), re.ASCII)
_SHAPES = {
    "uuid": r"[0-9a-fA-F-]{36}",
    "email": r"[^\s@]+@[\w.-]+",
    "ip": r"\d+\.\d+\.\d+\.\d+",
    "pointer": r"0x[0-9a-fA-F]+",
    "hex": r"[0-9a-fA-F]+",
    "duration": r"[\d.]+",
    "mixed": r"[\w-]+",
    "number": r"[\d.]+",
}
_MASKS = {"mixed": "<id>", "pointer": "<hex>", "number": "<number>"}
_KEY = re.compile(r"""(?:^|[\s{,;&?(\[])["']?([A-Za-z_][\w.-]{0,40})["']?\s*[=:]\s*["']?$""")
_WORD_BEFORE = re.compile(r"([A-Za-z_][A-Za-z_]{0,30})[\s#:=]*$")
_KEYED = re.compile(
    r"""(?P<key>(?:^|(?<=[\s{,;&?(\[]))["']?(?P<name>[A-Za-z_][\w.-]{0,40})["']?\s*[=:]\s*)"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;&"'(){}\[\]]+)"""
)
_SAYS = _words(
    "level lvl severity msg message error err exception event logger service app module component"
    " code status reason kind type op action method state result"
)
"""Keys whose values say what happened; those of others are whose or how much."""
_CHANGING = _words(
    "user uid userid user_id username name account email phone mobile ip addr address host"
    " hostname session sessionid session_id sid trace traceid trace_id span spanid span_id"
    " request requestid request_id reqid rid id path url uri file query token key customer tenant"
    " order orderid order_id pod container instance node thread pid time ts timestamp date"
)
_CRITICAL = r"panic|fatal|crit(?:ical)?|emerg(?:ency)?|oom|outofmemory\w*|致命|崩溃|宕机"
_HIGH = (
    r"error|err|severe|\w*exception|traceback|fail(?:ed|ure|s)?|refused|denied|declined|rejected"
    r"|unreachable|corrupt\w*|错误|失败|异常|拒绝"
)
_MEDIUM = r"warn(?:ing)?|time(?:d )?-?out|slow|retry\w*|deprecated|lag\w*|警告|超时|缓慢|重试"
_SEVERITY = tuple(
    (severity, re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE))
    for severity, words in (
        (Severity.CRITICAL, _CRITICAL),
        (Severity.HIGH, _HIGH),
        (Severity.MEDIUM, _MEDIUM),
        (Severity.LOW, "notice|提示"),
        (Severity.INFO, "info|debug|trace"),
    )
)
_DULL = _words(
    "error err warn warning info debug trace fatal panic critical severe notice the a an of in on"
    " at to for from by after before with and or is was be not no level msg message java com org"
    " main time ts"
)
_SPECIAL = re.compile(r"[\\.^$|?*+()\[\]{}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed for a line.

    Attributes:
        line: The line that it is made of.
        template: It with what changes masked, for reading.
        pattern: Regular expression with a named group for each masked part.
        fields: Names of these groups, in order.
        name: A name for the rule; others may have it already.
    """

    line: str
    template: str
    pattern: str
    fields: tuple[str, ...]
    severity: Severity
    name: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the line: as it stands, or of a kind."""

    text: str
    kind: str = ""
    field: str = ""
    shape: str = ""


def propose(pasted: str) -> Proposal | None:
    """What is proposed; None for a text with too few words to tell its line from others."""
    line = next((one.strip() for one in pasted.splitlines() if one.strip()), "")[:LONGEST_LINE]
    line = line.replace("\0", "")
    body = line[_head(line) :]
    parts = _bounded(_named(list(_parts(body))))
    constant = "".join(part.text for part in parts if not part.kind)
    if sum(character.isalpha() for character in constant) < _LEAST_LETTERS:
        return None
    return Proposal(
        line=line,
        template="".join(_mask(part) for part in parts),
        pattern="".join(_expression(part) for part in parts),
        fields=tuple(part.field for part in parts if part.kind),
        severity=severity_of(line),
        name=_name(constant),
    )


def severity_of(line: str) -> Severity:
    """How bad a line sounds."""
    return next((one for one, words in _SEVERITY if words.search(line)), Severity.MEDIUM)


def _head(line: str) -> int:
    """Where what happened begins, behind the time."""
    found = _HEAD.match(line)
    return found.end() if found is not None else 0


def _parts(body: str) -> Iterator[_Part]:
    at = 0
    for found in _KEYED.finditer(body):
        name, value = found["name"], found["value"]
        if not _masks_value(name, value):
            continue
        start, end = found.span("value")
        quote = value[0] if value[0] in "\"'" else ""
        start, end = start + len(quote), end - len(quote)
        yield from _plain(body[at:start])
        if start == end:
            at = start
            continue
        yield _valued(name, body[start:end], quote)
        at = end
    yield from _plain(body[at:])


def _masks_value(name: str, value: str) -> bool:
    key = name.lower()
    if key in _CHANGING:
        return True
    if key in _SAYS:
        return False
    return any(character.isdigit() for character in value) or value[0] in "\"'"


def _valued(name: str, value: str, quote: str) -> _Part:
    if quote:
        shape = r'(?:[^"\\]|\\.)*' if quote == '"' else r"[^']*"
        return _Part(value, "value", name, shape)
    if re.fullmatch(r"-?\d+(?:\.\d+)?", value, re.ASCII):
        return _Part(value, "value", name, r"-?[\d.]+")
    return _Part(value, "value", name, r"[^\s,;&\"'(){}\[\]]+")


def _plain(text: str) -> Iterator[_Part]:
    at = 0
    for found in _VARIABLE.finditer(text):
        if found.start() > at:
            yield _Part(text[at : found.start()])
        kind = str(found.lastgroup)
        if kind == "known":
            yield _Part(found[0])
        else:
            field = _field(kind, text[: found.start()])
            yield _Part(found[0], kind, field, _SHAPES.get(kind) or _alike(found[0]))
        at = found.end()
    if at < len(text):
        yield _Part(text[at:])


def _alike(text: str) -> str:
    """Of the same shape: digits for digits, letters for letters."""
    shape = _literal(text)
    shape = re.sub(r"[A-Za-z]+", "[A-Za-z]+", shape)
    return re.sub(r"\d+", r"\\d+", re.sub(r" +", " +", shape))


def _field(kind: str, before: str) -> str:
    """What the value is called by: its key, else the word before it, else its kind."""
    if key := _KEY.search(before):
        return key[1]
    if kind in ("number", "mixed", "hex") and (word := _WORD_BEFORE.search(before)):
        if word[1].lower() not in _DULL:
            return word[1]
        return kind
    return kind


def _named(parts: list[_Part]) -> list[_Part]:
    """With names that a group may have, each once."""
    used: set[str] = set()
    named: list[_Part] = []
    for part in parts:
        if not part.kind:
            named.append(part)
            continue
        base = re.sub(r"\W+", "_", part.field, flags=re.ASCII).strip("_").lower()[:30] or part.kind
        if not base[0].isalpha():
            base = f"f_{base}"
        name, number = base, 2
        while name in used:
            name, number = f"{base}{number}", number + 1
        used.add(name)
        named.append(_Part(part.text, part.kind, name, part.shape))
    return named


def _bounded(parts: list[_Part]) -> list[_Part]:
    """As many of the first as make a pattern that is not too long."""
    left, kept = LONGEST_PATTERN, list[_Part]()
    for part in parts:
        written = _expression(part)
        if len(written) > left:
            if not part.kind:
                kept.append(_Part(_cut(part.text, left)))
            break
        left -= len(written)
        kept.append(part)
    while kept and not kept[-1].kind and not kept[-1].text.strip():
        kept.pop()
    return kept


def _cut(text: str, room: int) -> str:
    shown = text
    while len(_escaped(shown)) > room:
        shown = shown[: min(len(shown) - 1, room)]
    return shown


def _expression(part: _Part) -> str:
    if part.kind:
        return f"(?P<{part.field}>{part.shape})"
    return _escaped(part.text)


def _escaped(text: str) -> str:
    """Read as it stands; runs of space may be of any length."""
    pieces = re.split(r"([ \t\n\f\r]+)", text)  # what RE2 takes for space, and no more
    return "".join(
        (" " if piece == " " else r"\s+") if index % 2 else _literal(piece)
        for index, piece in enumerate(pieces)
    )


def _literal(piece: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", piece)


def _mask(part: _Part) -> str:
    if not part.kind:
        return part.text
    return _MASKS.get(part.kind, f"<{part.field}>")


def _name(constant: str) -> str:
    words = [
        word.lower()
        for word in re.findall(r"[A-Za-z][A-Za-z0-9]+|[\u4e00-\u9fff]+", constant)
        if word.lower() not in _DULL
    ]
    name = ""
    for word in list(dict.fromkeys(words))[:_NAME_WORDS]:
        longer = f"{name}-{word}" if name else word
        if len(longer) > _LONGEST_NAME:
            break
        name = longer
    return name if name_is_good(name) else "watched"

"""Kinds of values that change from line to line, as data, and what masks them in a message."""

import re
from dataclasses import dataclass
from typing import Final

from watchers.detectors.templates.spans import JOINT, VALUE
from watchers.detectors.templates.telling import TELLING

_MOST_CHARS = 400
"""Of a token; looking for values in it takes the square of this."""
_MOST_CHARS_KNOWN = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of value.

    Attributes:
        name: What it is, for people.
        pattern: Finds it inside of a token; ASCII, so that it ends where Chinese text begins.
    """

    name: str
    pattern: str


_TOP_DOMAINS = (
    "com|net|org|cn|io|edu|gov|local|localdomain|internal|lan|de|uk|us|info|hk|jp|fr|ru|eu|co|dev"
    "|app|cloud|svc|cluster"
)
_ENDINGS = (
    "log|txt|xml|json|ya?ml|conf|cfg|ini|properties|jar|war|zip|gz|tar|tgz|bz2|csv|tmp|bak|pid"
    "|sock|db|sql|html?|php|jsp|js|css|png|jpe?g|gif|pdf|so|dll|exe|sys|bin|dat|out|img|iso|rpm"
    "|deb|pem|crt|cer|key|lock|swp|ko|plist|service|timer|mount|socket|target|scope|slice"
)

KINDS: Final = (
    Kind(name="address of the web", pattern=r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>)\],;]+"),
    Kind(name="mail", pattern=r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    Kind(name="user at host", pattern=r"\b[a-z][a-z0-9_.+-]*@[\w-]+\b"),
    Kind(
        name="date and time",
        pattern=r"\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?",
    ),
    Kind(name="date of the web", pattern=r"\b\d{1,2}/[A-Z][a-z]{2}/\d{4}(?::\d\d){0,3}"),
    Kind(name="span of time", pattern=r"\bP(?:\d+[DW])?(?:T(?:\d+(?:\.\d+)?[HMS])+)\b"),
    Kind(name="token of the web", pattern=r"\beyJ[\w-]+(?:\.[\w-]+)+"),
    Kind(name="IPv4", pattern=r"/?\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/\d+)?\b"),
    Kind(
        name="path",
        pattern=r"(?<![\w.>])~?\.{0,2}(?:/[\w.@%+~=$-]+)+/?(?:\?[^\s\"']*)?",
    ),
    Kind(name="drive path", pattern=r"\b[A-Za-z]:[\\/][^\s\"',;)\]]*"),
    Kind(
        name="share or registry path",
        pattern=r"(?:\\\\|(?<=[\s\"'(=]))[\\][\w?.$ -]*(?:\\[^\s\"',;)\]]+)+",
    ),
    Kind(name="hexadecimal number", pattern=r"\b0[xX][0-9a-fA-F]+"),
    Kind(name="UUID", pattern=r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"),
    Kind(
        name="part of a UUID",
        pattern=r"\b(?=[a-f-]{0,40}\d)[0-9a-f]{8}(?:-[0-9a-f]{4,12}){1,4}\b",
    ),
    Kind(
        name="short IPv6",
        pattern=r"(?<![\w:])(?=[0-9a-fA-F:]*::)(?=:*[0-9a-fA-F])(?:[0-9a-fA-F]{0,4}:){2,7}"
        r"[0-9a-fA-F]{0,4}(?:%\w+)?(?![\w:])",
    ),
    Kind(
        name="MAC of other makers",
        pattern=r"\b(?:(?:[0-9a-fA-F]{2}-){5}[0-9a-fA-F]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})\b",
    ),
    Kind(name="MAC, IPv6", pattern=r"(?<!\w)(?:[0-9a-fA-F]{1,4}:{1,2}){3,}[0-9a-fA-F]{0,4}(?!\w)"),
    Kind(
        name="host and port",
        pattern=r"\b(?=[\w.-]*[\d-]|[\w-]+\.[\w-]+\.)"
        r"[A-Za-z][\w-]*(?:\.[\w-]+)*:\d{2,5}\b(?![:\w])",
    ),
    Kind(name="this machine", pattern=r"\blocalhost(?::\d+)?\b"),
    Kind(
        name="domain",
        pattern=rf"\b[a-zA-Z0-9][\w-]*(?:\.[\w-]+)*\.(?:{_TOP_DOMAINS})\b(?::\d+)?(?![\w.])",
    ),
    # What ends like an exception or a constant says what happened.
    Kind(
        name="domain the other way round",
        pattern=r"(?<![\w.])(?:com|org|net|io|cn|edu|gov|de|uk)\."
        r"(?![\w.]*(?:Exception|Error|Throwable)\b)(?![\w.]*\.[A-Z_]+\b)[\w$]+(?:\.[\w$]+)+",
    ),
    Kind(name="file", pattern=rf"(?<![\w.-])[\w-][\w.+-]*\.(?:{_ENDINGS})\b(?![\w.])"),
    Kind(
        name="hexadecimal digits",
        pattern=r"\b(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])"
        r"(?:[0-9a-fA-F]{6,}|[0-9a-f]{4,5})\b",
    ),
    # Of eight letters and more no word is spelled so.
    Kind(name="hexadecimal digits, all letters", pattern=r"\b(?:[a-f]{8,}|[A-F]{8,})\b"),
    Kind(name="numbered name", pattern=r"\b[A-Za-z]+_-?(?=\w*\d)\w+"),
    Kind(
        name="base64",
        pattern=r"(?<![\w+/=-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Z])(?=[\w+/-]*[a-z])"
        r"[\w+/-]{20,}=*(?![\w+/=-])",
    ),
    Kind(
        name="pod",
        pattern=r"\b[a-z][a-z0-9]*(?:-[a-z0-9]+)*-[a-f0-9]{8,10}-[a-z0-9]{5}(?![a-z0-9-])",
    ),
    Kind(name="code", pattern=r"(?<![A-Za-z-])[A-Z]{2,6}[-_]?\d{4,}\w*"),
    Kind(name="letter and number", pattern=r"(?<![A-Za-z])[A-Za-z]\d[\w.+-]*"),
    Kind(name="number", pattern=r"(?:(?<!\w)[-+])?\d(?:[\w.+-]|\*{2,}\d)*[µμ]?s?"),
)
"""In the order in which they are tried at one place; for kinds of values, never for one log."""

_ANY_KIND = re.compile("|".join(kind.pattern for kind in KINDS), re.ASCII)
_NUMBER = re.compile(r"\b[a-f]{1,16}[0-9][0-9a-f]{2,}\b|[0-9][0-9A-Za-z_]*", re.ASCII)
_PLAIN = re.compile(r"(?!(?:[a-f]{8,}|[A-F]{8,})\b)[A-Za-z]+[.,:;!?)\]]*")
_PAIR = re.compile(r"([^\s=/\"]*[\w\])])=([^=].*)", re.DOTALL)
_SINGLE_QUOTED = re.compile(
    rf"(?<!\w)([\"'`])(?!(?:(?![a-f]{{6,}}\1)[A-Za-z]+|[^\s\"'`]*{JOINT}[^\s\"'`]*)\1)[^\s\"'`]+\1"
)
_BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"))
_TAIL = ",;:.)]}\"'"


def masked(token: str) -> str:
    """A token, which has no space in it, with its values masked."""
    if len(token) > _MOST_CHARS:
        return _joined(masked(token[:_MOST_CHARS]) + VALUE)
    if _PLAIN.fullmatch(token):
        return token
    pair = _PAIR.fullmatch(token)
    if pair and "://" not in pair[1] and pair[1].lower() not in TELLING and pair[2].strip(",;"):
        return f"{_joined(_ANY_KIND.sub(VALUE, pair[1]))}={VALUE}{_outer_tail(pair[2])}"
    return _joined(_ANY_KIND.sub(VALUE, _SINGLE_QUOTED.sub(VALUE, token)))


def _outer_tail(value: str) -> str:
    """The punctuation at the end of a value that is not its own."""
    tail = value[len(value.rstrip(_TAIL)) :]
    for opening, closing in _BRACKETS:
        outer = max(0, value.count(closing) - value.count(opening))
        tail = tail.replace(closing, "", tail.count(closing) - min(outer, tail.count(closing)))
    return tail.replace('"', "").replace("'", "")


def _joined(token: str) -> str:
    while VALUE + VALUE in token:
        token = token.replace(VALUE + VALUE, VALUE)
    return token


def shape_of(text: str) -> str:
    """A text with a nought for each number: what is masked in texts of one shape is the same."""
    return _NUMBER.sub("0", text)


class KnownTokens(dict[str, str]):
    """Tokens with their values masked, computed once a shape; forgets all when it is full."""

    def __init__(self) -> None:
        super().__init__()
        self._shapes: dict[str, str] = {}
        self._chars = 0

    def __missing__(self, token: str) -> str:
        self._chars += len(token)
        if self._chars > _MOST_CHARS_KNOWN:
            self.clear()
            self._shapes.clear()
            self._chars = 0
        shape = shape_of(token)
        found = self._shapes.get(shape)
        if found is None:
            found = self._shapes[shape] = masked(token)
        self[token] = found
        return found

"""Tells a secret or a personal number from text that only has its shape."""

import base64
import binascii
import re

_WORD = re.compile(
    r"null|none|nil|true|false|undefined|empty|missing|required|invalid|expired|"
    r"incorrect|wrong|not|is|are|was|were|must|should|has|have|had|the|a|an|"
    r"for|of|to|in|on|at|by|from|with|and|or|if|no|yes|ok|failed|failure|"
    r"error|changed|reset|accepted|rejected|denied|unknown|default|optional|disabled|"
    r"enabled|mismatch|found|given|provided|redacted|hidden|masked|string|str|text|"
    r"bytes|int|type|value|header|body|parameter|field|set|unset|revoked|refreshed|"
    r"authentication|authorization",
    re.IGNORECASE,
)
"""What logs say about a password where one could stand."""
_PLACEHOLDER = re.compile(r"[\[<({*•].*|\$|\$\{.*|\$[A-Z_][A-Z0-9_]*|%\w|%\(\w+\)\w|[xX]+|\.+|-+")
_LETTER, _DIGIT = re.compile(r"[A-Za-z]"), re.compile(r"[0-9]")
_LEAST_TOKEN = 8
_LONG_TOKEN = 24

_SIZE_WORDS = re.compile(
    r"(?:bytes?|size|length|len|offset|position|pos|total|free|used|heap|mem(?:ory)?|count|"
    r"capacity|limit|rows|nanos|micros|ns|us|ticks|seq(?:uence)?|txid|xid|lsn|zxid|epoch)"
    r"[\"']?\s*[:=(]?\s*$",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s?(?:bytes?|b|kb|kib|ns|us|µs|ms|rows|records)\b", re.IGNORECASE)
_ZONE = re.compile(r"\+(?:0\d|1[0-4])(?:00|30|45)(?!\d)")
_LEAST_PHONE, _MOST_PHONE = 8, 15

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"

_HOST_ENDS = (".local", ".internal", ".lan", ".localdomain", ".svc", ".cluster", ".invalid")


def secret_value(value: str) -> bool:
    """Whether what is assigned to a password's name is one, and no word about it."""
    bare = value.strip().rstrip(".")
    if not bare or _WORD.fullmatch(bare) or placeholder(bare):
        return False
    return not bare.startswith(("/", "~/", "./"))


def placeholder(value: str) -> bool:
    """Whether something stands there already: a mark, a variable, asterisks."""
    return _PLACEHOLDER.fullmatch(value) is not None


def token(value: str) -> bool:
    """Whether text looks drawn by a machine: long, and not of letters alone."""
    if not secret_value(value) or len(value) < _LEAST_TOKEN:
        return False
    if _DIGIT.search(value) and _LETTER.search(value):
        return True
    return len(value) >= _LONG_TOKEN and not value.isdigit()


def basic_credentials(value: str) -> bool:
    """Whether base64 text holds ``user:password`` (RFC 7617)."""
    try:
        plain = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b":" in plain


def phone(number: str, before: str, after: str) -> bool:
    """Whether digits are a phone number, and no size, counter or time zone."""
    digits = sum(character.isdigit() for character in number)
    if not _LEAST_PHONE <= digits <= _MOST_PHONE or _ZONE.match(number):
        return False
    return not (_SIZE_WORDS.search(before) or _UNIT.match(after))


def identity_card(number: str) -> bool:
    """Whether the last character of a Chinese identity number is right (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return number[17].upper() == _ID_CHECKS[total % 11]


def bank_card(number: str) -> bool:
    """Whether the check digit of a card number is right (ISO/IEC 7812-1, Luhn)."""
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


def mailbox(address: str, after: str) -> bool:
    """Whether ``a@b.c`` is somebody's, and no remote repository or machine."""
    local, _, domain = address.partition("@")
    if local.lower() in ("git", "hg", "svn") and after.startswith((":", "/")):
        return False
    return not domain.lower().endswith(_HOST_ENDS)

"""What is redacted: one table of kinds, each with its shape and the check that follows it.

The shapes are those that vendors publish for their keys, and the numbering plans; they run on
RE2, which has no look-around: the value to take out is the first group that took part, or the
whole match without groups.
"""

from collections.abc import Callable
from dataclasses import dataclass

from watchers.redaction import checks

Check = Callable[[str, str, str], bool]
"""Value, text before it, text behind it → whether it is meant."""


def _always(_value: str, _before: str, _after: str) -> bool:
    return True


def _of(check: Callable[[str], bool]) -> Check:
    return lambda value, _before, _after: check(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One shape of what must not leave the host.

    Attributes:
        name: What stands in its place, and what a configuration switches off.
        pattern: In RE2's syntax.
        check: Whether a match is meant.
        numeric: Whether its last digits may be kept to tell numbers apart.
    """

    name: str
    pattern: str
    check: Check = _always
    numeric: bool = False


_QUOTED = (
    r""""((?:[^"\\]|\\.)+)"|'((?:[^'\\]|\\.)+)'"""
    r"""|\\"([^"\\]+)\\"|\\'([^'\\]+)\\'"""  # within JSON within JSON
)
_BARE = r"""([^\s,;&"'<>(){}\]|]+)"""
_NAMED = r"(?:^|[^A-Za-z0-9])[\w.-]*?"
_PASSWORDS = r"(?:password|passwd|passphrase|passcode|pwd|密码|口令|口令码)"
_SECRETS = (
    r"(?:secret|token|api[_-]?key|access[_-]?key(?:[_-]?(?:id|secret))?|secret[_-]?key|"
    r"secret[_-]?access[_-]?key|account[_-]?key|private[_-]?key|encrypt(?:ion)?[_-]?key|"
    r"shared[_-]?access[_-]?(?:key|signature)|credentials?|signature|密钥|令牌)"
)
_ASSIGNED = r"""\\?["']?\s*(?:=>|:=|[:=：＝])\s*"""
_NO_DIGIT_BEFORE = r"(?:^|[^0-9A-Za-z_.+-])"
_NO_DIGIT_AFTER = r"(?:$|[^0-9A-Za-z_])"

KINDS: tuple[Kind, ...] = (
    Kind(
        name="private key",
        pattern=r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)"
        r"(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|$)",
    ),
    Kind(name="token", pattern=r"\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){1,3}"),
    Kind(
        name="password",
        pattern=r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s:/@?#]{0,128}:([^\s/?#]{1,256})@[\w\[.-]",
        check=_of(lambda value: not checks.placeholder(value)),
    ),
    Kind(
        name="password",
        pattern=rf"(?i){_NAMED}{_PASSWORDS}{_ASSIGNED}(?:{_QUOTED}|{_BARE})",
        check=_of(checks.secret_value),
    ),
    Kind(
        name="password",
        pattern=r"(?i)\b(?:identified\s+by|with\s+password|password)\s+'((?:[^']|'')+)'",
    ),
    Kind(
        name="password",
        pattern=rf"(?i)(?:^|\s)--?[\w-]*(?:password|passwd|passphrase)\s+{_BARE}",
        check=_of(checks.secret_value),
    ),
    Kind(
        name="secret",
        pattern=rf"(?i){_NAMED}{_SECRETS}{_ASSIGNED}(?:{_QUOTED}|{_BARE})",
        check=_of(checks.token),
    ),
    Kind(
        name="secret",
        pattern=rf"(?i)(?:^|\s)--?[\w-]*(?:secret|token|api-?key|access-?key)[ =]{_BARE}",
        check=_of(checks.token),
    ),
    Kind(
        name="token",
        pattern=r"""(?i)\bauthorization\\?["']?\s*[:=]\s*\\?["']?"""
        r"""(?:(?:bearer|token|apikey|negotiate|digest|[\w-]*hmac[\w-]*)\s+)([^\s"'\\]+)""",
        check=_of(checks.token),
    ),
    Kind(
        name="token",
        pattern=r"(?i)\bbearer\s+([A-Za-z0-9._~+/=-]+)",
        check=_of(checks.token),
    ),
    Kind(
        name="password",
        pattern=r"(?i)\bbasic\s+([A-Za-z0-9+/]{4,}={0,2})",
        check=_of(checks.basic_credentials),
    ),
    Kind(
        name="cookie",
        pattern=r"""(?i)\b(?:set-)?cookie\\?["']?\s*[:=]\s*\\?["']?([\w.$-]+=[^\r\n"'\\]+)""",
    ),
    Kind(
        name="cookie",
        pattern=r"(?i)\b(?:JSESSIONID|PHPSESSID|ASP\.NET_SessionId|connect\.sid)=([\w.%:~!-]+)",
        check=_of(checks.secret_value),
    ),
    Kind(
        name="secret",
        pattern=r"\b(?:A3T[A-Z0-9]|AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}\b"
        r"|\bLTAI[A-Za-z0-9]{12,28}\b|\bSTS\.[A-Za-z0-9]{20,}|\bAKID[A-Za-z0-9]{32}\b"
        r"|\bAIza[\w-]{35}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{28}"
        r"|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{60,}|\bglpat-[\w-]{20,}"
        r"|\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"
        r"|\bsk-(?:[a-z]+-)?[A-Za-z0-9_]{20,}|\bnpm_[A-Za-z0-9]{36}|\bpypi-AgEI[\w-]{50,}"
        r"|\bSG\.[\w-]{22}\.[\w-]{43}|\bhf_[A-Za-z]{34}|\b\d{8,10}:AA[\w-]{33}"
        r"|\bdop_v1_[a-f0-9]{64}|\bhvs\.[\w-]{24,}|\bdapi[a-f0-9]{32}\b"
        r"|\b[tua]-(?:g1)?[A-Za-z0-9]{32,}\b",
    ),
    Kind(
        name="secret",
        pattern=r"open-apis/bot/v2/hook/([\w-]{8,})|webhook/send\?key=([\w-]{8,})"
        r"|hooks\.slack\.com/services/([\w/]{8,})|[?&]sig=([\w%+/=-]{20,})",
    ),
    Kind(
        name="id card",
        pattern=_NO_DIGIT_BEFORE
        + r"([1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx])"
        + _NO_DIGIT_AFTER,
        check=_of(checks.identity_card),
        numeric=True,
    ),
    Kind(
        name="bank card",
        pattern=_NO_DIGIT_BEFORE
        + r"((?:4\d{3}|5[1-5]\d{2}|2[2-7]\d{2}|62\d{2}|60\d{2}|64[4-9]\d|65\d{2}|35[2-8]\d)"
        r"(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?:[ -]?\d{3})?|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})"
        + _NO_DIGIT_AFTER,
        check=_of(checks.bank_card),
        numeric=True,
    ),
    Kind(
        name="phone",
        pattern=_NO_DIGIT_BEFORE
        + r"((?:\(?\+?86\)?[ -]?)?1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])"
        r"(?:\d{8}|-\d{4}-\d{4}| \d{4} \d{4}))" + _NO_DIGIT_AFTER,
        check=checks.phone,
        numeric=True,
    ),
    Kind(
        name="phone",
        pattern=r"(?:^|[^0-9A-Za-z+])"
        r"(\+[1-9]\d{0,2}[ -]?(?:\(\d{1,4}\)[ -]?)?\d{2,11}(?:[ -]\d{2,5}){0,4})" + _NO_DIGIT_AFTER,
        check=checks.phone,
        numeric=True,
    ),
    Kind(
        name="phone",
        pattern=r"(?:^|[^0-9A-Za-z_.+-])(0(?:10|2\d|[3-9]\d{2})-\d{7,8})(?:$|[^0-9A-Za-z_-])",
        numeric=True,
    ),
    Kind(
        name="email",
        pattern=r"([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
        r"(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24})(?:$|[^A-Za-z0-9])",
        check=lambda value, _before, after: checks.mailbox(value, after),
    ),
)
NAMES = tuple(dict.fromkeys(kind.name for kind in KINDS))

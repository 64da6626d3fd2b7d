"""Chinese text: parted at its punctuation, and values in it that only Chinese writes."""

import re
from functools import lru_cache
from typing import Final

from watchers.detectors.templates.chinese_words import ANY_WORD
from watchers.detectors.templates.telling import TELLING_IN_CHINESE

_VALUE: Final = "<*>"
SEAM: Final = "\u2424"
"""At the end of a word that the next one follows, or at the beginning of one, without a space."""
_HAN = "\u3400-\u9fff"
_COMMAS = "\uff0c\uff1b\u3002\u3001\uff01\uff1f"
_COLON = "\uff1a"
_OPENING = "\u3010\uff08\u300a\u300c\u300e"
_CLOSING = "\u3011\uff09\u300b\u300d\u300f"
_NUMERALS = "零〇一二两三四五六七八九十百千万亿"
_TIMES = "年|个?月|天|日|小时|时|分钟|分|秒钟|秒|毫秒|微秒|ms"

_RUN = re.compile(f"[{_HAN}]+(?:<\\*>[{_HAN}]+)*")
_LONGEST_NAME = 6
_EDGES = f" \t,;:.!?{_COMMAS}{_COLON}{_OPENING}{_CLOSING}[]"
_PHONE = re.compile(r"\+\d{1,3}[ -]\d{6,}")
_ANY = re.compile(f"[{_HAN}]")
_DATE = re.compile(
    r"(?:\d{2,4}年\d{1,2}月(?:\d{1,2}[日号])?|\d{1,2}月\d{1,2}[日号])"
    r"(?:\s?(?:上午|下午)?\d{1,2}(?:[时点:]\d{1,2}(?:[分:]\d{1,2}(?:\.\d+)?秒?)?分?|[时点]))?"
)
_SPAN = re.compile(rf"(?:\d+(?:\.\d+)?\s?(?:{_TIMES}))+")
_ORDINAL = re.compile(rf"(?<=第)[{_NUMERALS}]+|[{_NUMERALS}]+(?=[次条台笔人]|小时|分钟|秒)")
_CODE = re.compile(rf"(?<=[{_HAN}])[A-Za-z][A-Za-z_.-]*\d[\w.-]*", re.ASCII)
_NAMED = re.compile(
    rf"(?<=[{_HAN}\w])([{_OPENING}\[])([^{_OPENING}{_CLOSING}\[\]]{{1,60}})([{_CLOSING}\]])"
)
_FIELD = re.compile(
    rf"(?<=[,;(\s{_COMMAS}{_OPENING}])([{_HAN}]{{1,8}}[:{_COLON}])\s?([^\s,;)\]{_COMMAS}{_CLOSING}]+)"
)
_ADDRESS = re.compile(r"(?:https?:/)?/[\w./?&%+=~#-]*", re.ASCII)
_BEHIND = re.compile(rf"([{_COMMAS}{_COLON}{_CLOSING}])(?=[^\s{_COMMAS}{_COLON}{_CLOSING}])")
_BEFORE = re.compile(rf"(?<=[^\s{_OPENING}])(?=[{_OPENING}])")
_HALF = re.compile(rf"([,;])(?=[{_HAN}])|(?<=[{_HAN}])([,;:])(?=\S)")


def parted(message: str) -> str:
    """The message with a space at its Chinese punctuation, and Chinese values masked."""
    if _ANY.search(message) is None:
        return message
    message = _PHONE.sub(_VALUE, _ADDRESS.sub(_VALUE, message))
    message = _DATE.sub(_VALUE, message)
    message = _SPAN.sub(_VALUE, message)
    message = _ORDINAL.sub(_VALUE, message)
    message = _NAMED.sub(rf"\1{_VALUE}\3", message)
    message = _FIELD.sub(_field, message)
    message = _CODE.sub(_VALUE, message)
    message = _HALF.sub(r"\1\2 ", message)
    message = _RUN.sub(_with_seams, message)
    return _BEFORE.sub(" ", _BEHIND.sub(r"\1 ", message))


def seamless(text: str) -> str:
    """The text of words as it is written."""
    return text.replace(f"{SEAM} {SEAM}", "").replace(f"{SEAM} ", "").replace(f" {SEAM}", "")


def _with_seams(found: re.Match[str]) -> str:
    """The same with what may be a name as a word of its own."""
    run = found[0]
    if ANY_WORD.search(run) is None:
        return run
    parts: list[str] = []
    at = 0
    for known in [*ANY_WORD.finditer(run), None]:
        begin = known.start() if known else len(run)
        unknown = run[at:begin]
        if 1 < len(unknown) <= _LONGEST_NAME and _VALUE not in unknown:
            parts.append(f"{SEAM} {SEAM}{unknown}{SEAM} {SEAM}")
        else:
            parts.append(unknown)
        if known:
            parts.append(known[0])
            at = known.end()
    text = "".join(parts)
    if found.start() == 0 or found.string[found.start() - 1] in _EDGES:
        text = text.removeprefix(f"{SEAM} {SEAM}")
    if found.string[found.end() : found.end() + 1] in _EDGES:
        text = text.removesuffix(f"{SEAM} {SEAM}")
    return text


@lru_cache(maxsize=20_000)
def says(word: str) -> bool:
    """Whether a word is of Chinese words that logs are written with, and of nothing else."""
    return _ANY.search(word) is not None and _ANY.search(ANY_WORD.sub("", word)) is None


def _field(found: re.Match[str]) -> str:
    if found[1][:-1].endswith(TELLING_IN_CHINESE):
        return found[0]
    return f"{found[1]} {_VALUE}"

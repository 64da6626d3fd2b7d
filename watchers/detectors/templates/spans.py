"""Values that may hold spaces: fields, bodies, quoted names, lists of SQL, dumps of bytes."""

import json
import re
from itertools import chain, zip_longest
from typing import Final

from watchers.detectors.templates import chinese
from watchers.detectors.templates.telling import TELLING

VALUE: Final = "<*>"
JOINT: Final = "\u2423"
"""Stands for a space in words that belong together."""

_QUOTED_PAIR = re.compile(r"(?<![\w.-])([\w.-]{1,80})=(\"(?:[^\"\\]|\\.)*\"|'[^']*')")
_JSON_PAIR = re.compile(
    r"\"([\w.@-]{1,80})\"\s*:\s*"
    r"(?:\"(?:[^\"\\]|\\.)*\"|-?\d[\d.eE+-]*|true\b|false\b|null\b|\[[^\[\]{}]*\])"
)
_BODY = re.compile(r"[\[{](?=\s*(?:[\"{\]}]|\{))")
_DICT = re.compile(r"\{'[\w.-]{1,80}': [^{}]*\}")
_QUOTED = re.compile(r"(?<![^\s(\[,])([\"'`])([^\s\"'`][^\"'`]{0,78}[^\s\"'`])\1(?![\w\"'`])")
_NO_WORDS = re.compile(r"[\d/\\_@=<>{}]")
_WORD_BEFORE = re.compile(r"([\w.-]{1,40})\W{0,3}$")
_CHARS_BEFORE = 44
_METHOD = re.compile(r"(?:GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS|CONNECT) ")
_ROOT = re.compile(r"\b(GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS) /(?= )")
_VERBS = ("insert", "select", "update", "delete", "replace", "values")
_SQL = re.compile("|".join(f"{one.upper()} |{one} |{one.title()} " for one in _VERBS))
"""In three spellings, since a search that begins with letters as they stand is far faster."""
_SQL_LIST = re.compile(r"\b(?i:(VALUES|IN)) ?\((?:'(?:[^'\\]|\\.)*'|[^()'])*\)(?:, ?\([^()]*\))*")
_SQL_TEXT = re.compile(r"(?<=[=<>] )'(?:[^'\\]|\\.|'')*'")
_BYTES = re.compile(r"(?<![\w.:-])(?=[A-F]{0,2}[0-9 ])[0-9A-F]{2}(?: [0-9A-F]{2})+(?![\w.:-])")
_FRAME = re.compile(r"\s*at (?:async |new )?[\w.$/<>@:\[\]-]+(?: \[as \w+\])? ?\([^()]*\)(?= |$)")
_ROW = 3
_ROWS = re.compile(
    r"(?<!\S)[^\s,;\[({\"'=]+(?:(?:,[^\s,\[({\"'=]*){3,}|(?:;[^\s;\[({\"'=]*){3,})(?!\S)"
)
_NEXT_CELL = re.compile(r"([,;])(?=[^,;])")
_CELL_OF_VALUE = re.compile(
    r"[\w.+-]*\d[\w.+-]*|(?!(?:[A-Z]?[a-z]+_?)+$|[A-Z_]+$)[A-Za-z_][\w.+-]{3,}", re.ASCII
)
_MAYBE_ROW = re.compile(r",[^\s,]*,[^\s,]*,|;[^\s;]*;[^\s;]*;")
_MOST_BODIES = 8
_DECODER = json.JSONDecoder()


def with_spans_masked(message: str) -> str:
    """The message with values masked that may hold spaces; other words are left as they are."""
    if message.startswith("{"):
        message = _JSON_PAIR.sub(_json_pair, message)
    elif '{"' in message or '["' in message or "[{" in message or '{ "' in message:
        message = _without_bodies(message)
    if "{'" in message:
        message = _DICT.sub(VALUE, message)
    if '="' in message or "='" in message:
        message = _QUOTED_PAIR.sub(_quoted_pair, message)
    if " / " in message:
        message = _ROOT.sub(rf"\1 {VALUE}", message)
    if "at " in message and (found := _FRAME.match(message)):
        message = f"at {VALUE}{message[found.end() :]}"
    if ("(" in message or "'" in message) and _SQL.search(message):
        message = _SQL_TEXT.sub(VALUE, _SQL_LIST.sub(rf"\1 {VALUE}", message))
    if '"' in message or "'" in message or "`" in message:
        message = _QUOTED.sub(_quoted, message)
    if (message.count(",") >= _ROW or message.count(";") >= _ROW) and _MAYBE_ROW.search(message):
        message = _ROWS.sub(_cells, message, 1)
    message = _BYTES.sub(_bytes, message)
    return message if message.isascii() else chinese.parted(message)


def _json_pair(found: re.Match[str]) -> str:
    return found[0] if found[1].lower() in TELLING else f'"{found[1]}":{VALUE}'


def _quoted_pair(found: re.Match[str]) -> str:
    return found[0] if found[1].lower() in TELLING else f"{found[1]}={VALUE}"


def _quoted(found: re.Match[str]) -> str:
    """Words in quotes are one word, but for what says what happened."""
    text = found[2]
    if " " not in text or _METHOD.match(text):
        return found[0]
    begin = found.start()
    before = _WORD_BEFORE.search(found.string[max(0, begin - _CHARS_BEFORE) : begin])
    if before is not None and before[1].lower() in TELLING:
        return found[0]
    return VALUE if _NO_WORDS.search(text) else found[0].replace(" ", JOINT)


def _bytes(found: re.Match[str]) -> str:
    return found[0] if found[0].replace(" ", "").isalpha() else VALUE


def _cells(found: re.Match[str]) -> str:
    """The cells of a row of a table are words; what is no word there is a value as a whole."""
    parts = _NEXT_CELL.split(found[0])
    cells = [VALUE if _CELL_OF_VALUE.fullmatch(one) else one for one in parts[::2]]
    ends = [f"{one} " for one in parts[1::2]]
    return "".join(chain.from_iterable(zip_longest(cells, ends, fillvalue="")))


def _without_bodies(message: str) -> str:
    """Behind other words a JSON text is what was sent or received."""
    parts: list[str] = []
    at = 0
    for _ in range(_MOST_BODIES):
        found = _BODY.search(message, at)
        if found is None:
            break
        try:
            body, end = _DECODER.raw_decode(message, found.start())
        except (ValueError, RecursionError):
            parts.append(message[at : found.end()])
            at = found.end()
            continue
        parts += [message[at : found.start()], VALUE if body else ""]
        at = end
    return "".join(parts) + message[at:]

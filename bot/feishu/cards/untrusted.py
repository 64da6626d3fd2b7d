"""Untrusted text made safe to show: capped, control characters visible, no markup alive."""

import re
import unicodedata

_ZERO_WIDTH = "\u200b"
_BACKTICKS = re.compile(r"`{4,}")
# Every tag that the markdown of cards knows begins with one of these letters.
_TAG = re.compile(r"<(?=[/!?a-zA-Z])")
_LOOK = 1000


def one_line(text: str, limit: int) -> str:
    """For plain text on one line; at most `limit` characters, the end cut with an ellipsis."""
    # Joining is linear, but a megabyte is still too much for one line.
    joined = " ".join(text[: limit * 4 + _LOOK].split())
    return _capped(visible(joined), limit)


def lines_of(text: str, longest: int) -> list[str]:
    """For a log excerpt: its lines, each visible and capped."""
    return [_capped(visible(line[: longest + 1]), longest) for line in text.splitlines()]


def fence(lines: list[str]) -> str:
    """A markdown code block that its content cannot leave and in which no tag is alive.

    The fence is longer than any run of backticks inside, and every ``<`` that could begin a tag is
    followed by a zero-width space, because it is not documented that clients leave tags alone in
    code.
    """
    body = "\n".join(lines)
    body = _BACKTICKS.sub(lambda run: _ZERO_WIDTH.join(_threes(run[0])), body)
    body = _TAG.sub("<" + _ZERO_WIDTH, body)
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    mark = "`" * max(3, longest + 1)
    return f"{mark}\n{body}\n{mark}"


def visible(text: str) -> str:
    """Control characters as their pictures, and nothing that turns the order of others around."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return "    "
    if code < 0x20:  # noqa: PLR2004 - the C0 control characters
        return chr(0x2400 + code)
    if code == 0x7F:  # noqa: PLR2004 - DEL
        return "\u2421"
    kind = unicodedata.category(character)
    if kind in ("Cs", "Cn", "Co", "Zl", "Zp") or (kind == "Cc"):
        return "\ufffd"
    # Format characters: joiners make emoji and scripts work, the rest only hides or turns text.
    return "" if kind == "Cf" and character not in "\u200c\u200d" else character


def _capped(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _threes(run: str) -> list[str]:
    return [run[at : at + 3] for at in range(0, len(run), 3)]

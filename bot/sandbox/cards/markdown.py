"""What the platform looks at in a card's markdown: tables, people and images."""

import re
from collections.abc import Iterator

from bot.sandbox.cards.walk import LIMIT, Walk

MOST_TABLES_IN_ONE = 4
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_AT = re.compile(r"""<at\s+(id|ids|user_id)\s*=\s*["']?([^"'>\s]*)["']?[^>]*>""")
_PERSON = re.compile(r"""<person\s+id\s*=\s*["']?([^"'>\s]*)["']?[^>]*>""")
_IMAGE = re.compile(r"!\[[^\]]*\]\((img_[^)\s]+)\)")


def tables(content: str, walk: Walk) -> int:
    """How many tables stand in the text; refuses more than four in one component."""
    count = 0
    before = ""
    for line in _outside_code(content):
        if "|" in line and "|" in before and _RULE.fullmatch(line):
            count += 1
        before = line
    if count > MOST_TABLES_IN_ONE:
        most = f"more than {MOST_TABLES_IN_ONE} in one markdown"
        walk.fail(most, code=LIMIT, msg="card table number over limit")
    return count


def people(content: str) -> Iterator[str]:
    """The ids in ``<at>`` and ``<person>`` tags, but for ``all``."""
    plain = "\n".join(_outside_code(content))
    for kind, ids in _AT.findall(plain):
        for one in ids.split(",") if kind == "ids" else [ids]:
            if one != "all":
                yield one
    yield from _PERSON.findall(plain)


def images(content: str) -> Iterator[str]:
    """The keys of the images in the text."""
    yield from _IMAGE.findall("\n".join(_outside_code(content)))


def _outside_code(content: str) -> Iterator[str]:
    fence = ""
    for line in content.splitlines():
        found = _FENCE.match(line)
        if found and (not fence or found[1].startswith(fence)):
            fence = "" if fence else found[1]
        elif not fence:
            yield line

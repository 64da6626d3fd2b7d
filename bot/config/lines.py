"""Finds the line of a key in a TOML file: the standard parser keeps no places."""

import re

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"^\s*({_DOTTED})\s*=")
_PART = re.compile(_NAME)
_FENCE = re.compile(r"\"\"\"|'''")

Path = tuple[str | int, ...]


def line_of(text: str, path: Path) -> int:
    """1-based line of the key at `path`, or of the nearest table or key above it; 0 for none.

    Items of a list are found with their key; tables in double brackets are counted from 0.
    """
    places = _places(text)
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return 0


def _places(text: str) -> dict[Path, int]:
    places: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        inside, fence = fence, _fence_after(line, fence)
        if inside:
            continue  # text over several lines may look like anything
        header = _HEADER.match(line)
        if header is not None:
            table = _counted(_parts(header.group(2)), counts)
            if header.group(1) == "[[":
                counts[table] = counts.get(table, -1) + 1
                places.setdefault(table, number)
                table = (*table, counts[table])
            places.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key is not None:
            places.setdefault((*table, *_parts(key.group(1))), number)
    return places


def _fence_after(line: str, fence: str) -> str:
    """The quotes that are still open behind a line."""
    for found in _FENCE.findall(line):
        if not fence:
            fence = found
        elif found == fence:
            fence = ""
    return fence


def _counted(path: Path, counts: dict[Path, int]) -> Path:
    """`[rule.labels]` belongs to the last `[[rule]]` above it."""
    found: Path = ()
    for part in path[:-1]:
        found = (*found, part)
        if found in counts:
            found = (*found, counts[found])
    return (*found, *path[-1:])


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))

"""Makes of a pattern's tree what an automaton finds quickly: cheap slices that no match lacks."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple, assert_never

from watchers.matching.syntax import Among, Char, Edge, Either, Node, Repeat, Row, told_by_bytes

SHORTEST = 3
"""Characters that must be there as they are before a slice stands for the whole."""
_WINDOW = 8
_MOST_SLICES = 16
_MOST_ROWS = 64
_MOST_COPIES = 8
_BYTES_OF_ONE = 4
_BEYOND = frozenset(range(0x80, 0x100))


def whole(tree: Node) -> dict[bytes, bool]:
    """Expressions, byte for byte, one of which ends in every line that the tree matches.

    With each goes whether it ends only in such lines.
    """
    return {written(one): told_by_bytes(one) for one in _trimmed(tree)}


def slices(tree: Node) -> dict[bytes, bool]:
    """The same around the longest fixed texts; nothing where some line may have none."""
    found: dict[bytes, bool] = {}
    for row in _unfolded(tree) or ():
        best = _best(row)
        if best is None:
            return {}
        expression = written(Row(best.parts))
        exact = best.complete and told_by_bytes(Row(best.parts))
        found[expression] = found.get(expression, False) or exact
    return found if len(found) <= _MOST_SLICES else {}


def written(node: Node) -> bytes:
    """A tree as an expression over bytes."""
    match node:
        case Char(byte, fold):
            text = b"(?i:" + byte + b")" if fold and byte.isalpha() else _quoted(byte)
        case Among():
            text = _class(node) + (b"{1,%d}" % _BYTES_OF_ONE if node.wide else b"")
        case Edge(sign):
            text = sign
        case Row(parts):
            text = b"".join(_run(parts))
        case Either(choices):
            text = b"(?:" + b"|".join(map(written, choices)) + b")"
        case Repeat(inner, 1, 1):
            text = written(inner)
        case Repeat(Among() as among, least, most):
            text = _class(among) + _times(least, most, _BYTES_OF_ONE if among.wide else 1)
        case Repeat(inner, least, most):
            text = b"(?:" + written(inner) + b")" + _times(least, most, 1)
        case _:
            assert_never(node)
    return text


def _times(least: int, most: int | None, factor: int) -> bytes:
    if most is None:
        return {0: b"*", 1: b"+"}.get(least, b"{%d,}" % least)
    return b"{%d,%d}" % (least, most * factor)


def _run(parts: tuple[Node, ...]) -> Iterator[bytes]:
    """Letters whose case does not matter share one group."""

    def folds(node: Node) -> bool:
        return isinstance(node, Char) and node.fold

    for fold, some in groupby(parts, key=folds):
        if fold:
            letters = b"".join(one.byte for one in some if isinstance(one, Char))
            yield b"(?i:" + letters + b")"
        else:
            yield from map(written, some)


def _quoted(byte: bytes) -> bytes:
    return byte if byte.isalnum() else b"\\x%02x" % byte[0]


def _class(among: Among) -> bytes:
    members = sorted(among.ascii | (_BEYOND if among.wide else frozenset()))
    if not members:
        return rb"[^\x00-\xff]"
    spans: list[list[int]] = []
    for one in members:
        if spans and spans[-1][1] == one - 1:
            spans[-1][1] = one
        else:
            spans.append([one, one])
    inside = (
        b"\\x%02x" % low if low == high else b"\\x%02x-\\x%02x" % (low, high) for low, high in spans
    )
    return b"[" + b"".join(inside) + b"]"


def _parts(node: Node) -> tuple[Node, ...]:
    """What stands in a row, rows in it opened up."""
    if not isinstance(node, Row):
        return (node,)
    return tuple(part for one in node.parts for part in _parts(one))


def _may_lack(node: Node) -> bool:
    """Whether it matches nothing at all, without looking where it stands."""
    match node:
        case Repeat(inner, least, _):
            return least == 0 or _may_lack(inner)
        case Row(parts):
            return all(map(_may_lack, parts))
        case Either(choices):
            return any(map(_may_lack, choices))
        case Char() | Among() | Edge():
            return False


def _least(node: Node) -> Node:
    """What must be there of something at the edge of a pattern."""
    return Repeat(node.inner, node.least, node.least) if isinstance(node, Repeat) else node


def _trimmed(tree: Node) -> list[Node]:
    """Without what need not be there at both ends: it would be reported at every byte."""
    found: list[Node] = []
    for row in tree.choices if isinstance(tree, Either) else (tree,):
        parts = list(_parts(row)) or [Row(())]
        while len(parts) > 1 and _may_lack(parts[0]):
            del parts[0]
        while len(parts) > 1 and _may_lack(parts[-1]):
            del parts[-1]
        parts[-1] = _least(parts[-1])
        if len(parts) > 1:
            parts[0] = _least(parts[0])
        elif isinstance(parts[0], Either):
            found += _trimmed(parts[0])
            continue
        found.append(Row(tuple(parts)))
    return found


def _unfolded(tree: Node) -> list[tuple[Node, ...]] | None:
    """Rows without choices at their top, one of which is in every match; None for too many."""
    rows: list[tuple[Node, ...]] = [()]
    for part in _parts(tree):
        if isinstance(part, Either):
            found = [_unfolded(choice) for choice in part.choices]
            choices = [row for one in found if one is not None for row in one]
            if any(one is None for one in found) or len(rows) * len(choices) > _MOST_ROWS:
                return None
        else:
            choices = [_copies(part)]
        rows = [row + choice for row in rows for choice in choices]
    return rows


def _copies(part: Node) -> tuple[Node, ...]:
    """Something repeated a few times, one after the other."""
    if isinstance(part, Repeat) and part.least == part.most and part.least <= _MOST_COPIES:
        return _parts(part.inner) * part.least
    return (part,)


class _Slice(NamedTuple):
    """A part of a row.

    Attributes:
        parts: What stands in it, one after the other.
        complete: Whether where it is, the row is.
    """

    parts: tuple[Node, ...]
    complete: bool


def _best(row: tuple[Node, ...]) -> _Slice | None:
    """The part around the longest fixed text, None when there is none long enough."""
    best: tuple[int, int, int] = (0, 0, 0)
    at = 0
    while at < len(row):
        end = at
        while end < len(row) and isinstance(row[end], Char):
            end += 1
        best = max(best, (end - at, -at, end))
        at = end + 1
    length, begin, end = best[0], -best[1], best[2]
    if length < SHORTEST:
        return None
    first, last = begin, end
    while first > 0 and begin - first < _WINDOW and _firm(row[first - 1]):
        first -= 1
    while last < len(row) and last - end < _WINDOW and _firm(row[last]):
        last += 1
    before, open_before = _edge(row[first - 1] if first else None)
    behind, open_behind = _edge(row[last] if last < len(row) else None)
    left = first - len(before[:1]) + len(row) - last - len(behind[:1])
    parts = (*before, *row[first:last], *behind)
    return _Slice(parts, complete=not (left or open_before or open_behind))


def _edge(node: Node | None) -> tuple[tuple[Node, ...], bool]:
    """What must stand where a slice ends, and whether there must be more.

    A slice that many lines have which the pattern does not match is reported for each of them:
    five digits behind a name are rarer than the name.
    """
    if not isinstance(node, Repeat) or not _firm(node.inner) or isinstance(node.inner, Edge):
        return (), False
    return (node.inner,) * min(node.least, _WINDOW), node.least > _WINDOW


def _firm(node: Node) -> bool:
    return isinstance(node, Char | Edge) or (isinstance(node, Among) and not node.wide)

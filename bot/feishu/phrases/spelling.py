"""Command words that are spelt nearly right."""

from functools import lru_cache

from bot.feishu.phrases.vocabulary import CONCEPTS, Concept

_SPELT = {
    Concept.MUTE, Concept.UNMUTE, Concept.ACK, Concept.UNACK, Concept.RESOLVE, Concept.ASSIGN,
    Concept.SUBSCRIBE, Concept.UNSUBSCRIBE, Concept.ALERTS, Concept.STATUS, Concept.HEALTH,
    Concept.TREND, Concept.DIGEST, Concept.RULES, Concept.ON_CALL, Concept.SUBSCRIPTIONS,
}  # fmt: skip
_SHORTEST = 5
_LONG = 8
_WORDS = tuple(
    word
    for word, concept in CONCEPTS.items()
    if concept in _SPELT and word.isascii() and word.isalpha() and len(word) >= _SHORTEST
)


@lru_cache(maxsize=1000)
def respelt(word: str) -> str:
    """The one command word this nearly is, "" for none.

    One slip is allowed (a letter more, less, other, or two swapped), in long words two.
    """
    if len(word) < _SHORTEST or not word.isalpha():
        return ""
    allowed = 2 if len(word) >= _LONG else 1
    near = [(slips, one) for one in _WORDS if (slips := _slips(word, one, allowed)) <= allowed]
    if not near:
        return ""
    best = min(near)
    same = {CONCEPTS[one] for slips, one in near if slips == best[0]}
    return best[1] if len(same) == 1 else ""


def _slips(one: str, other: str, most: int) -> int:
    """Edit distance with swaps of neighbours (optimal string alignment); `most` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        now = [i]
        for j, right in enumerate(other, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        before, row = row, now
    return row[-1]

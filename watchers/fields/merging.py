"""Numbers of several spans as one, and quantiles of them."""

from collections.abc import Iterable

from watchers.fields.tallied import Numbers
from watchers.numbers.sketch import Sketch


def together(several: Iterable[Numbers]) -> Numbers | None:
    """Several as one, None for none."""
    found = list(several)
    if not found:
        return None
    bins: dict[tuple[int, int], int] = {}
    for one in found:
        for sign, place, count in one.bins:
            bins[sign, place] = bins.get((sign, place), 0) + count
    return Numbers(
        count=sum(one.count for one in found),
        total=sum(one.total for one in found),
        low=min(one.low for one in found),
        high=max(one.high for one in found),
        bins=tuple((sign, place, count) for (sign, place), count in bins.items()),
    )


def quantile(numbers: Numbers, share: float) -> float:
    """The number that so great a share is not above; the mean where there are no bins."""
    found = Sketch(numbers.bins).quantile(share)
    return numbers.mean if found is None else min(numbers.high, max(numbers.low, found))

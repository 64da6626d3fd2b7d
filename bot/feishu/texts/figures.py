"""Figures for people, the same in every language but for the units."""

_KILO = 1000
_MEGA = 1000_000
_ONE_DECIMAL_BELOW = 100
_KIBI = 1024
_MINUTE_S = 60


def number(figure: float) -> str:
    """Short: ``128``, ``1.2k``, ``18.4k``, ``3.1M``; one decimal below 10 when not whole."""
    if figure >= _MEGA:
        return f"{_trimmed(figure / _MEGA)}M"
    if figure >= _KILO:
        return f"{_trimmed(figure / _KILO)}k"
    if figure == int(figure) or figure >= _ONE_DECIMAL_BELOW / 10:
        return f"{figure:.0f}"
    return f"{figure:.1f}"


def exact(count: int) -> str:
    """Every digit up to six, so that people can compare; short above that."""
    return f"{count:,}" if count < _MEGA else number(count)


def percent(share: float) -> str:
    """``100``, ``99.98``, ``37.5``: as many decimals as keep a loss visible; without the sign."""
    figure = 100 * share
    shown = f"{figure:.2f}"
    if shown == "100.00" and share < 1:
        shown = "99.99"
    return shown.rstrip("0").rstrip(".")


def seconds(figure: float, milli: str, unit: str) -> str:
    """A latency: ``12 ms``, ``0.84 s``, ``2.1 s``, ``45 s``."""
    if figure < 0.1:  # noqa: PLR2004 - below it, milliseconds read better
        return f"{figure * 1000:.0f} {milli}"
    if figure < 1:
        return f"{figure:.2f} {unit}"
    return f"{figure:.1f} {unit}" if figure < _MINUTE_S / 6 else f"{figure:.0f} {unit}"


def data_size(count: float) -> str:
    """``512 B``, ``3.1 MB``, ``16 GB``: powers of 1024, as people say them."""
    figure = max(0.0, count)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if figure < _KIBI:
            return f"{figure:.0f} {unit}" if figure >= 10 or unit == "B" else f"{figure:.1f} {unit}"  # noqa: PLR2004
        figure /= _KIBI
    return f"{figure:.0f} PB"


def _trimmed(figure: float) -> str:
    return f"{figure:.1f}".removesuffix(".0") if figure < _ONE_DECIMAL_BELOW else f"{figure:.0f}"

"""How people are told when something will happen."""

from datetime import timedelta

from bot.core.health import Forecast
from bot.feishu.cards.reader import Reader

_HOUR = timedelta(hours=1)


def foretold(forecast: Forecast, reader: Reader) -> str:
    """``6h ± 1h``; without a give that means something, only the span."""
    span, give = _roughly(forecast.span), forecast.give
    if give > span:
        return reader.span(span)
    unit = _HOUR if span >= 2 * _HOUR else timedelta(minutes=5)
    return f"{reader.span(span)} ± {reader.span(max(1, round(give / unit)) * unit)}"


def _roughly(span: timedelta) -> timedelta:
    """Rounded: a forecast is not good to the minute."""
    return round(span / _HOUR) * _HOUR if span >= 2 * _HOUR else span

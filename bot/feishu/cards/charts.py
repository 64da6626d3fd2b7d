"""Charts as VChart specifications: bars per minute, lines, and gauges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.feishu.cards.elements import Element

GREY = "#8F959E"
_GRID = {"visible": True, "style": {"stroke": "rgba(128, 136, 150, 0.22)", "lineDash": [0]}}


def bars(points: Sequence[tuple[str, int]], color: str, height: str = "150px") -> Element:
    """One bar for each (label, count), in order."""
    spec = {
        "type": "bar",
        "data": {"values": [{"t": label, "n": count} for label, count in points]},
        "xField": "t",
        "yField": "n",
        "bar": {"style": {"fill": color, "cornerRadius": [2, 2, 0, 0]}},
        "axes": _axes(),
        "padding": {"top": 8, "bottom": 4, "left": 4, "right": 8},
    }
    return _chart(spec, height)


def stacked_bars(
    points: Sequence[tuple[str, str, int]],
    order: Sequence[tuple[str, str]],
    height: str = "200px",
) -> Element:
    """Bars of (label, series, count), stacked; `order` gives each series its colour."""
    spec = {
        "type": "bar",
        "data": {"values": [{"t": t, "s": series, "n": count} for t, series, count in points]},
        "xField": "t",
        "yField": "n",
        "seriesField": "s",
        "stack": True,
        "color": {
            "type": "ordinal",
            "domain": [name for name, _ in order],
            "range": [color for _, color in order],
        },
        "axes": _axes(),
        "legends": {"visible": True, "orient": "bottom", "padding": {"top": 4}},
        "padding": {"top": 8, "bottom": 4, "left": 4, "right": 8},
    }
    return _chart(spec, height)


def ranked_bars(points: Sequence[tuple[str, int]], color: str) -> Element:
    """Bars that lie, one below the other in order; as high as there are bars."""
    band, linear = _axes()
    most = max((count for _, count in points), default=1)
    spec = {
        "type": "bar",
        "direction": "horizontal",
        "data": {"values": [{"t": label, "n": count} for label, count in points]},
        "xField": "n",
        "yField": "t",
        "bar": {"style": {"fill": color, "cornerRadius": [0, 2, 2, 0]}},
        "label": {"visible": True, "style": {"fontSize": 10, "fill": GREY, "lineWidth": 0}},
        # Each bar says its figure; there is room for that of the longest.
        "axes": [
            band | {"orient": "left"},
            linear | {"orient": "bottom", "visible": False, "nice": False, "max": most * 1.2},
        ],
        "padding": {"top": 4, "bottom": 4, "left": 4, "right": 8},
    }
    return _chart(spec, f"{30 + 22 * max(1, len(points))}px")


def bars_and_line(
    bars: tuple[str, Sequence[tuple[str, int]], str],
    line: tuple[str, Sequence[tuple[str, int]], str] | None,
    height: str = "200px",
) -> Element:
    """Bars with a line over them; each a name, its (label, count) in order, and a colour."""
    several = [("bar", *bars)] + ([("line", *line)] if line is not None else [])
    spec = {
        "type": "common",
        "data": [
            {"id": kind, "values": [{"t": t, "s": name, "n": count} for t, count in points]}
            for kind, name, points, _ in several
        ],
        "series": [_series(kind, color) for kind, _, _, color in several],
        "color": {
            "type": "ordinal",
            "domain": [name for _, name, _, _ in several],
            "range": [color for _, _, _, color in several],
        },
        "axes": _axes(),
        "legends": {"visible": line is not None, "orient": "bottom", "padding": {"top": 4}},
        "padding": {"top": 8, "bottom": 4, "left": 4, "right": 8},
    }
    return _chart(spec, height)


def _series(kind: str, color: str) -> dict[str, Any]:
    marks: dict[str, Any] = {"bar": {"style": {"fill": color, "cornerRadius": [2, 2, 0, 0]}}}
    if kind == "line":
        marks = {
            "line": {"style": {"stroke": color, "lineWidth": 2, "lineDash": [4, 3]}},
            "point": {"visible": False},
        }
    fields = {"xField": "t", "yField": "n", "seriesField": "s"}
    return {"type": kind, "dataId": kind, **fields, **marks}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a chart: (label, value) in order, labels that are missing left out."""

    name: str
    color: str
    points: Sequence[tuple[str, float]]


def lines(several: Sequence[Line], most: float | None = None, height: str = "180px") -> Element:
    """Lines over the same labels; `most` is where the axis ends, None for where they do."""
    axes = _axes()
    if most is not None:
        axes[1] |= {"max": most, "nice": False}
    spec = {
        "type": "line",
        "data": {
            "values": [{"t": t, "s": one.name, "n": n} for one in several for t, n in one.points]
        },
        "xField": "t",
        "yField": "n",
        "seriesField": "s",
        "color": {
            "type": "ordinal",
            "domain": [one.name for one in several],
            "range": [one.color for one in several],
        },
        # A line through one point is none.
        "point": {"visible": any(len(one.points) == 1 for one in several)},
        "line": {"style": {"lineWidth": 2, "curveType": "monotone"}},
        "axes": axes,
        "legends": {"visible": len(several) > 1, "orient": "bottom", "padding": {"top": 4}},
        "padding": {"top": 8, "bottom": 4, "left": 4, "right": 8},
    }
    return _chart(spec, height)


def gauge(label: str, share: float, color: str) -> Element:
    """A ring for a share from 0.0 to 1.0, with its figure inside."""
    share = min(1.0, max(0.0, share))
    spec = {
        "type": "circularProgress",
        "data": {"values": [{"type": label, "value": round(share, 4)}]},
        "color": [color],
        "valueField": "value",
        "categoryField": "type",
        "seriesField": "type",
        "radius": 0.85,
        "innerRadius": 0.72,
        "cornerRadius": 20,
        "padding": {"top": 2, "bottom": 2, "left": 2, "right": 2},
        "progress": {"style": {"innerPadding": 0, "outerPadding": 0}},
        "indicator": {
            "visible": True,
            "fixed": True,
            "trigger": "none",
            "title": {
                "visible": True,
                "autoLimit": True,
                "style": {"fontSize": 18, "fontWeight": "bold", "text": f"{share:.0%}"},
            },
            "content": [
                {"visible": True, "style": {"fontSize": 12, "fill": GREY, "text": label}},
            ],
        },
        "legends": {"visible": False},
        "tooltip": {"visible": False},
    }
    return _chart(spec, "112px")


def gauge_color(share: float) -> str:
    """Blue while there is room, orange from 80 %, red from 90 %."""
    if share >= 0.9:  # noqa: PLR2004 - as the docstring says
        return "#F54A45"
    return "#FF8800" if share >= 0.8 else "#3370FF"  # noqa: PLR2004 - the same


def _axes() -> list[dict[str, Any]]:
    label = {"visible": True, "style": {"fontSize": 10, "fill": GREY}}
    return [
        {
            "orient": "bottom",
            "type": "band",
            "label": label | {"autoHide": True, "autoHideMethod": "greedy"},
            "tick": {"visible": False},
            "domainLine": {"visible": True, "style": {"stroke": "#DEE0E3"}},
        },
        {
            "orient": "left",
            "type": "linear",
            "min": 0,
            "nice": True,
            "tick": {"visible": False},
            "label": label,
            "domainLine": {"visible": False},
            "grid": _GRID,
        },
    ]


def _chart(spec: dict[str, Any], height: str) -> Element:
    return {"tag": "chart", "chart_spec": spec, "height": height, "preview": False}

"""Figures and numbers under the names that other systems take."""

import pytest

from bot.core.points import point_of, points_of_host
from tests.fakes import NOW
from watchers.measured import Measured


def test_figures_of_a_host_have_names_and_what_has_none_is_left_out() -> None:
    figures = {"cpu": 0.5, "disk:/var": 0.9, "up:web": 1.0, "processes": 7.0}
    found = {one.name: (one.labels, one.value) for one in points_of_host("web1", figures, NOW)}
    assert found["larkwatch_host_cpu_usage"] == ({"host": "web1"}, 0.5)
    assert len(found) == len(figures) - 1
    assert {"host": "web1", "mount": "/var"} in [labels for labels, _ in found.values()]
    assert {"host": "web1", "check": "web"} in [labels for labels, _ in found.values()]


@pytest.mark.parametrize(
    ("label", "plain"),
    [("shop", "shop"), ("shop.x", "shop_x"), ("9th", "label_9th"), ("_", "label_")],
)
def test_a_number_of_a_series_keeps_its_labels_by_names_that_are_allowed(
    label: str, plain: str
) -> None:
    number = Measured(name="queue-depth", labels={label: "a"}, at=NOW, value=3.0)
    point = point_of(number)
    assert point.name == "larkwatch_series"
    assert point.labels == {plain: "a", "series": "queue-depth"}
    assert (point.value, point.at) == (3.0, NOW)

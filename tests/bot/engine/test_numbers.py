"""Numbers that reports bring: kept over time, and for the rules that look at them."""

from bot.core.fields import NumberStep
from bot.engine.engine import Engine
from bot.engine.terms import Terms
from bot.store.store import Store
from tests.builders import NOW, host_sample, later, report
from watchers.finding import from_dict, to_dict
from watchers.measured import Measured

LATENCY = Measured(name="rule:latency", value=12.5, at=NOW, labels={"service": "pay"})


def looking_at(store: Store, *series: str) -> Engine:
    return Engine(store, Terms(series=series), lambda: None)


def test_a_series_that_a_rule_made_of_lines_is_kept_once(store: Store) -> None:
    engine = looking_at(store)
    one = from_dict(to_dict(report(numbers=(LATENCY,))))
    assert one.numbers == (LATENCY,)
    engine.report(one, NOW)
    engine.report(one, later(seconds=5))
    (series,) = store.fields.series(["rule:latency"], NOW)
    assert (series.labels, series.numeric) == ({"service": "pay"}, True)
    (point,) = store.fields.numbers([series.id], NumberStep.MINUTE, NOW, later(hours=1))
    assert (point.numbers.count, point.numbers.mean) == (1, 12.5)
    assert store.numbers.backlog() == 0


def test_a_report_of_an_older_agent_has_no_numbers() -> None:
    wire = to_dict(report())
    del wire["numbers"]
    assert from_dict(wire).numbers == ()


def test_figures_of_hosts_wait_for_the_rules_that_look_at_them_only(store: Store) -> None:
    engine = looking_at(store, "host:c*", "rule:*")
    engine.report(report(host=host_sample(cpu=0.25), numbers=(LATENCY,)), NOW)
    assert {one.measured.name for one in store.numbers.waiting(10)} == {"host:cpu", "rule:latency"}
    (cpu,) = [one.measured for one in store.numbers.waiting(10) if one.measured.name == "host:cpu"]
    assert (cpu.value, cpu.labels, cpu.at) == (0.25, {"host": "host-1"}, NOW)
    looking_at(store).report(report(host=host_sample(cpu=0.5)), later(seconds=10))
    assert store.numbers.backlog() == 2

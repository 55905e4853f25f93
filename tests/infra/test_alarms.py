"""Every alarm is on a metric that exists, and a fault on the real code drives it to ALARM."""

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.infra.alarms.aws_metrics import AWS_METRICS
from tests.infra.alarms.evaluation import Point, fits, state
from tests.infra.alarms.faults import FAULTS, NAMESPACE, Stage
from tests.infra.permissions.stack import Stack
from tests.infra.templates import ROOT

from switchboard.domain.metric import DEFINITIONS, SERVICE, Metric

STACK = Stack(ROOT / "template.yaml", {"Stage": "test"}, {})
NOW = 1_900_000_000.0
MANY = 2_000
"""More values in a period than any threshold asks for."""
WITHOUT_DATA = "HostsMissingAlarm"
"""It rings when nothing is told: silence is its fault."""


def alarms() -> dict[str, dict[str, Any]]:
    found = STACK.all_of("AWS::CloudWatch::Alarm")
    return {name: where.value(where.resource(name)["Properties"]) for name, where in found.items()}


ALARMS = alarms()
OURS = sorted(name for name, one in ALARMS.items() if one["Namespace"] == NAMESPACE)


def services() -> set[str]:
    """What entry points call themselves when they count."""
    names = set()
    for path in (ROOT / "shared/src/switchboard/bootstrap").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "emf_metrics":
                names.add(ast.literal_eval(node.args[1]))
    return names


def unknown(namespace: str, name: str, dimensions: dict[str, str]) -> str | None:
    """Why there is no such metric; None when there is."""
    if namespace != NAMESPACE:
        documented = AWS_METRICS.get((namespace, name))
        fitting = documented is not None and documented.dimensions == set(dimensions)
        return None if fitting else "not documented with these dimensions"
    if name not in set(Metric):
        return "not in domain/metric.py"
    label = DEFINITIONS[Metric(name)].label
    others = {key: value for key, value in dimensions.items() if key != SERVICE}
    if dimensions.get(SERVICE) not in services():
        return "no entry point calls itself so"
    if others and (label is None or {label.name} != set(others)):
        return "not a label of this metric"
    return None if all(value in label.values for value in others.values()) else "no such label"


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_on_a_metric_that_exists(name: str) -> None:
    one = ALARMS[name]
    dimensions = {d["Name"]: str(d["Value"]) for d in one["Dimensions"]}
    assert unknown(one["Namespace"], one["MetricName"], dimensions) is None


def dashboard() -> list[list[Any]]:
    (found,) = STACK.all_of("AWS::CloudWatch::Dashboard").items()
    name, where = found
    body = json.loads(where.value(where.resource(name)["Properties"]["DashboardBody"]))
    return [m for one in body["widgets"] for m in one["properties"].get("metrics", [])]


def test_every_line_of_the_dashboard_is_a_metric_that_exists() -> None:
    plotted = dashboard()
    assert len(plotted) > 60
    for metric in plotted:
        words = [word for word in metric if not isinstance(word, dict)]
        dimensions = dict(zip(words[2::2], words[3::2], strict=True))
        assert unknown(words[0], words[1], dimensions) is None, words


def test_an_alarms_name_is_its_entry_in_the_runbook() -> None:
    names = [one["AlarmName"] for one in ALARMS.values()]
    assert len(set(names)) == len(names)
    assert all(name.startswith("switchboard-test-") for name in names)
    assert all(" - " in one["AlarmDescription"] for one in ALARMS.values())


def test_every_alarm_on_a_metric_of_ours_has_its_fault() -> None:
    assert set(OURS) - {WITHOUT_DATA} == set(FAULTS)


@pytest.mark.parametrize("name", sorted(FAULTS))
async def test_a_fault_drives_its_alarm(name: str, tmp_path: Path) -> None:
    alarm = ALARMS[name]
    stage = Stage(tmp_path)
    await FAULTS[name](stage)
    mine = [point for point in stage.told() if fits(alarm, point)]
    assert mine, f"the fault told {sorted({point.name for point in stage.told()})}"
    assert {point.unit for point in mine} == {DEFINITIONS[Metric(alarm["MetricName"])].unit}
    worst = max(mine, key=lambda point: point.value)
    assert worst.value > 0
    assert state(alarm, [], NOW) == "OK"
    assert state(alarm, repeated(alarm, worst), NOW) == "ALARM"
    other = replace(worst, dimensions=worst.dimensions | {("organization_id", "alpha")})
    assert state(alarm, repeated(alarm, other), NOW) == "OK", "another metric"


def repeated(alarm: dict[str, Any], point: Point) -> list[Point]:
    """The fault goes on, often enough, through all periods of the alarm."""
    period, count = int(alarm["Period"]), int(alarm["EvaluationPeriods"])
    moments = [NOW - n * period - 1 for n in range(count)]
    return [replace(point, at=at) for at in moments for _ in range(MANY)]


async def test_silence_drives_the_alarm_on_missing_hosts(tmp_path: Path) -> None:
    alarm = ALARMS[WITHOUT_DATA]
    stage = Stage(tmp_path)
    await FAULTS["HostLoadAlarm"](stage)
    told = next(point for point in stage.told() if fits(alarm, point))
    each_minute = [NOW - 60 * n - 1 for n in range(5)]
    both = [replace(told, at=at) for at in each_minute for _ in range(int(alarm["Threshold"]))]
    assert state(alarm, both, NOW) == "OK"
    assert state(alarm, [replace(told, at=at) for at in each_minute], NOW) == "ALARM"
    assert state(alarm, [], NOW) == "ALARM"

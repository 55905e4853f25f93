"""Every alarm is on a metric that exists, and a fault on the real code drives it to ALARM."""

import ast
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.infra.alarms.aws_metrics import AWS_METRICS
from tests.infra.alarms.evaluation import Point, fits, state
from tests.infra.alarms.faults import ENVIRONMENTS, FAULTS, LASTING, STACK, VALUES, Stage
from tests.infra.templates import ROOT

from switchboard.domain.metric import DEFINITIONS, SERVICE, Definition, Metric

NAMESPACE = "Switchboard/test"
NOW = 1_900_000_000.0
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


def unknown(
    namespace: str, name: str, dimensions: dict[str, str], unit: str | None = None
) -> str | None:
    """Why there is no such metric; None when there is."""
    ours = namespace == NAMESPACE
    known = DEFINITIONS.get(Metric(name)) if ours and name in set(Metric) else None
    documented = known or AWS_METRICS.get((namespace, name))
    if documented is None:
        return "neither in domain/metric.py nor documented by AWS"
    if unit not in {None, documented.unit}:
        return "another unit"
    if isinstance(documented, Definition):
        return unfitting(documented, dimensions)
    return None if documented.dimensions == set(dimensions) else "other dimensions"


def unfitting(definition: Definition, dimensions: dict[str, str]) -> str | None:
    """Why a metric of ours has no such dimensions; None when it has."""
    label = definition.label
    others = {key: value for key, value in dimensions.items() if key != SERVICE}
    if dimensions.get(SERVICE) not in services():
        return "no entry point calls itself so"
    if others and (label is None or {label.name} != set(others)):
        return "not a label of this metric"
    return None if all(value in label.values for value in others.values()) else "no such label"


def unknown_of(one: dict[str, Any]) -> str | None:
    dimensions = {d["Name"]: str(d["Value"]) for d in one["Dimensions"]}
    return unknown(one["Namespace"], one["MetricName"], dimensions, one.get("Unit"))


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_on_a_metric_that_exists(name: str) -> None:
    assert unknown_of(ALARMS[name]) is None


def test_every_entry_point_counts_under_its_name_where_alarms_look() -> None:
    assert set(ENVIRONMENTS) == services()
    given = {name: one["METRICS_NAMESPACE"] for name, one in ENVIRONMENTS.items()}
    assert given == dict.fromkeys(ENVIRONMENTS, NAMESPACE)
    names = {name: one["POWERTOOLS_SERVICE_NAME"] for name, one in ENVIRONMENTS.items()}
    assert names == {name: name for name in ENVIRONMENTS}


UNITS = {
    "Time": "Milliseconds",
    "Age": "Seconds",
    "Size": "Bytes",
    "Memory": "Bytes",
    "MemoryOwn": "Bytes",
    "Load": "Percent",
    "Cpu": "Percent",
}
"""What the end of a metric's name says; all others count."""


@pytest.mark.parametrize("metric", Metric)
def test_a_metric_has_the_unit_that_its_name_says(metric: Metric) -> None:
    said = {unit for ending, unit in UNITS.items() if metric.endswith(ending)}
    assert {DEFINITIONS[metric].unit} == (said or {"Count"})


async def test_the_service_scales_on_what_hosts_tell(tmp_path: Path) -> None:
    policies = STACK.all_of("AWS::ApplicationAutoScaling::ScalingPolicy")
    found = [where.value(where.resource(name)["Properties"]) for name, where in policies.items()]
    tracked = [one.get("TargetTrackingScalingPolicyConfiguration", {}) for one in found]
    (spec,) = [
        one["CustomizedMetricSpecification"]
        for one in tracked
        if "CustomizedMetricSpecification" in one
    ]
    assert unknown_of(spec) is None
    stage = Stage(tmp_path)
    await FAULTS["HostLoadAlarm"](stage)
    assert [point.value for point in stage.told() if fits(spec, point)][-1] == 100


@pytest.mark.parametrize("name", ALARMS)
def test_silence_rings_where_an_alarm_waits_for_too_little(name: str) -> None:
    too_little = ALARMS[name]["ComparisonOperator"].startswith("Less")
    assert state(ALARMS[name], [], NOW) == ("ALARM" if too_little else "OK")


@pytest.mark.parametrize("name", sorted(set(ALARMS) - set(OURS)))
def test_a_trouble_of_the_size_it_is_there_for_drives_an_alarm_of_aws(name: str) -> None:
    alarm = ALARMS[name]
    documented = AWS_METRICS[alarm["Namespace"], alarm["MetricName"]]
    assert documented.reached is not None
    dimensions = frozenset((d["Name"], str(d["Value"])) for d in alarm["Dimensions"])
    named = (alarm["Namespace"], alarm["MetricName"], dimensions, documented.unit)
    worst = Point(*named, NOW, documented.reached)
    assert state(alarm, repeated(alarm, worst, 1), NOW) == "ALARM"


def widgets() -> list[dict[str, Any]]:
    (found,) = STACK.all_of("AWS::CloudWatch::Dashboard").items()
    name, where = found
    body = json.loads(where.value(where.resource(name)["Properties"]["DashboardBody"]))
    return list(body["widgets"])


def dashboard() -> list[list[Any]]:
    return [m for one in widgets() for m in one["properties"].get("metrics", [])]


def test_no_widget_of_the_dashboard_covers_another() -> None:
    taken = [
        (x, y)
        for one in widgets()
        for x in range(one["x"], one["x"] + one["width"])
        for y in range(one["y"], one["y"] + one["height"])
    ]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize(
    ("metric", "ending"),
    [
        ("ApproximateAgeOfOldestMessage", "(?<!DeadLetter)Queue"),
        ("ApproximateNumberOfMessagesVisible", "DeadLetterQueue"),
    ],
)
def test_the_dashboard_shows_every_queue(metric: str, ending: str) -> None:
    queues = STACK.all_of("AWS::SQS::Queue").items()
    wanted = {where.physical(name) for name, where in queues if re.search(f"{ending}$", name)}
    assert {one[3] for one in dashboard() if one[1] == metric} == wanted


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
    if name in LASTING:
        measured, now = mine, stage.world.clock.now().timestamp()
    else:
        measured, now = repeated(alarm, worst, VALUES.get(name, 1)), NOW
    assert state(alarm, measured, now) == "ALARM"
    more = {("organization_id", "alpha")}
    others = [replace(one, dimensions=one.dimensions | more) for one in measured]
    assert state(alarm, others, now) == "OK", "another metric"


def repeated(alarm: dict[str, Any], point: Point, often: int) -> list[Point]:
    """The trouble goes on, so often a period, through all periods of the alarm."""
    period, count = int(alarm["Period"]), int(alarm["EvaluationPeriods"])
    moments = [NOW - n * period - 1 for n in range(count)]
    return [replace(point, at=at) for at in moments for _ in range(often)]


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

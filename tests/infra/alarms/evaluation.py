"""An alarm judged as CloudWatch judges it: name, unit (if it names one) and every dimension must fit.

Source: CloudWatch user guide, 'Evaluating an alarm' (M out of N periods, missing data) and
'Specification: Embedded metric format' (one metric for each set of dimensions).
"""

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

OPERATORS = {
    "GreaterThanThreshold": lambda value, limit: value > limit,
    "GreaterThanOrEqualToThreshold": lambda value, limit: value >= limit,
    "LessThanThreshold": lambda value, limit: value < limit,
}


@dataclass(frozen=True)
class Point:
    """One value of one metric, as CloudWatch stores it."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]
    unit: str
    at: float
    value: float


def points(lines: Iterable[str]) -> list[Point]:
    """What CloudWatch makes of embedded metric lines; other lines are only logs."""
    found = []
    for line in lines:
        if '"_aws"' not in line:
            continue
        told = json.loads(line)
        for directive in told["_aws"]["CloudWatchMetrics"]:
            for names in directive["Dimensions"]:
                dimensions = frozenset((name, told[name]) for name in names)
                for metric in directive["Metrics"]:
                    at, value = told["_aws"]["Timestamp"] / 1000, told[metric["Name"]]
                    point = (directive["Namespace"], metric["Name"], dimensions, metric["Unit"])
                    found.append(Point(*point, at, value))
    return found


def state(alarm: dict[str, Any], measured: Iterable[Point], now: float) -> str:
    """ALARM or OK after `now`, over the alarm's own periods."""
    mine = [point for point in measured if fits(alarm, point)]
    period, count = int(alarm["Period"]), int(alarm["EvaluationPeriods"])
    breaches = [
        _breaches(
            alarm, [p.value for p in mine if now - (n + 1) * period < p.at <= now - n * period]
        )
        for n in range(count)
    ]
    return "ALARM" if sum(breaches) >= int(alarm.get("DatapointsToAlarm", count)) else "OK"


def fits(alarm: dict[str, Any], point: Point) -> bool:
    """Exactly the alarm's metric: a further dimension makes it another."""
    wanted = frozenset((one["Name"], str(one["Value"])) for one in alarm["Dimensions"])
    named = (alarm["Namespace"], alarm["MetricName"], alarm.get("Unit", point.unit))
    return (point.namespace, point.name, point.unit) == named and point.dimensions == wanted


def _breaches(alarm: dict[str, Any], values: list[float]) -> bool:
    sample_count = alarm.get("Statistic") == "SampleCount"
    if not values:
        return alarm.get("TreatMissingData") == "breaching"
    chosen = len(values) if sample_count else _statistic(alarm, values)
    return bool(OPERATORS[alarm["ComparisonOperator"]](chosen, float(alarm["Threshold"])))


def _statistic(alarm: dict[str, Any], values: list[float]) -> float:
    percentile = alarm.get("ExtendedStatistic")
    if percentile:
        ordered = sorted(values)
        return ordered[min(len(ordered) - 1, int(len(ordered) * float(percentile[1:]) / 100))]
    by_name = {"Sum": sum, "Average": statistics.fmean, "Maximum": max, "Minimum": min}
    return float(by_name[alarm["Statistic"]](values))

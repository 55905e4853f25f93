"""`Metrics`, in memory and as lines of the embedded metric format."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.support.builders import A

from switchboard.adapters.emf.metrics import EmfMetrics
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.adapters.memory.metrics import Datum, MemoryMetrics
from switchboard.domain.metric import DEFINITIONS, Metric
from switchboard.ports.metrics import Metrics

type Noted = Callable[[], list[Datum]]


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def datum(line: dict[str, Any]) -> Datum:
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    (declared,) = directive["Metrics"]
    label = DEFINITIONS[Metric(declared["Name"])].label
    return Datum(
        Metric(declared["Name"]),
        line[declared["Name"]],
        line.get("organization_id"),
        line.get(label.name) if label else None,
    )


@pytest.fixture(params=["memory", "emf"])
def given(request: pytest.FixtureRequest) -> tuple[Metrics, Noted]:
    if request.param == "memory":
        memory = MemoryMetrics()
        return memory, lambda: memory.noted
    stream = io.StringIO()
    emf = EmfMetrics("Switchboard/test", "inbound", MemoryClock(), stream)
    return emf, lambda: [datum(line) for line in lines(stream)]


def test_a_value_is_noted_once(given: tuple[Metrics, Noted]) -> None:
    metrics, noted = given
    metrics.put(Metric.MESSAGES_SENT)
    metrics.put(Metric.DELIVERY_TIME, 1250, organization_id=A)
    assert noted() == [
        Datum(Metric.MESSAGES_SENT, 1),
        Datum(Metric.DELIVERY_TIME, 1250, organization_id=A),
    ]


def test_a_label_of_the_closed_set_is_kept(given: tuple[Metrics, Noted]) -> None:
    metrics, noted = given
    metrics.put(Metric.GRANTS_REFUSED, organization_id=A, label="hour")
    assert noted() == [Datum(Metric.GRANTS_REFUSED, 1, A, "hour")]


@pytest.mark.parametrize(
    ("metric", "label"), [(Metric.GRANTS_REFUSED, "15550001111"), (Metric.MESSAGES_SENT, "hour")]
)
def test_any_other_label_is_left_out(
    given: tuple[Metrics, Noted], metric: Metric, label: str
) -> None:
    metrics, noted = given
    metrics.put(metric, label=label)
    assert noted() == [Datum(metric, 1)]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_dropped(given: tuple[Metrics, Noted], value: float) -> None:
    metrics, noted = given
    metrics.put(Metric.SEND_TIME, value)
    assert noted() == []


def test_a_line_is_what_cloudwatch_makes_metrics_of() -> None:
    stream, clock = io.StringIO(), MemoryClock()
    metrics = EmfMetrics("Switchboard/test", "browser-host", clock, stream)
    metrics.put(Metric.CONNECTION_ERRORS, organization_id=A, label="page_crashed")
    assert lines(stream) == [
        {
            "_aws": {
                "Timestamp": round(clock.now().timestamp() * 1000),
                "CloudWatchMetrics": [
                    {
                        "Namespace": "Switchboard/test",
                        "Dimensions": [["service"], ["service", "reason"]],
                        "Metrics": [{"Name": "ConnectionErrors", "Unit": "Count"}],
                    }
                ],
            },
            "service": "browser-host",
            "reason": "page_crashed",
            "ConnectionErrors": 1,
            "organization_id": A,
        }
    ]


def test_a_stream_that_nobody_reads_fails_no_caller() -> None:
    stream = io.StringIO()
    metrics = EmfMetrics("Switchboard/test", "inbound", MemoryClock(), stream)
    stream.close()
    metrics.put(Metric.MESSAGES_RECEIVED)

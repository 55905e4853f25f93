"""The list of metrics: whole, bounded, and counted somewhere."""

import re
from pathlib import Path

from switchboard.application.answer_conversation import Outcome
from switchboard.domain import delivery
from switchboard.domain.metric import DEFINITIONS, Kind, Metric

ROOT = Path(__file__).parents[3]
COUNTING = ("shared/src", "browser-host/src", "functions")
MOST_SERIES = 150
"""Name and label combinations; CloudWatch bills each one an entry point."""


def test_every_name_is_defined() -> None:
    assert set(DEFINITIONS) == set(Metric)
    assert all(re.fullmatch("([A-Z][a-z]+)+", metric) for metric in Metric)
    assert all(definition.meaning for definition in DEFINITIONS.values())


def test_the_outcomes_are_those_of_the_use_case() -> None:
    label = DEFINITIONS[Metric.ANSWERS].label
    assert label is not None
    assert label.values == set(Outcome)
    tries = DEFINITIONS[Metric.DELIVERY_ATTEMPTS].label
    assert tries is not None
    assert tries.values == set(delivery.Outcome)


def test_the_number_of_metrics_is_bounded_whatever_happens() -> None:
    labels = [one.label for one in DEFINITIONS.values() if one.label]
    assert len(DEFINITIONS) + sum(len(label.values) for label in labels) <= MOST_SERIES
    assert not any("organization" in label.name for label in labels)


def test_a_counter_counts_and_is_labelled_only_when_it_does() -> None:
    assert all(one.kind is Kind.COUNTER for one in DEFINITIONS.values() if one.label)


def test_every_metric_is_counted_somewhere() -> None:
    texts = [
        path.read_text(encoding="utf8")
        for folder in COUNTING
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "metric.py"
    ]
    uncounted = [one.name for one in Metric if not any(f"Metric.{one.name}" in t for t in texts)]
    assert uncounted == []


def test_every_metric_is_on_the_dashboard() -> None:
    dashboard = (ROOT / "infra/dashboard.yaml").read_text(encoding="utf8")
    assert [one for one in Metric if f'"{one}"' not in dashboard] == []

"""Metrics in memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import DEFINITIONS, Metric


@dataclass(frozen=True, slots=True)
class Datum:
    """One noted value."""

    metric: Metric
    value: float
    organization_id: OrganizationId | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class MemoryMetrics:
    """`Metrics` that keeps every value."""

    noted: list[Datum] = field(default_factory=list)

    def put(
        self,
        metric: Metric,
        value: float = 1,
        *,
        organization_id: OrganizationId | None = None,
        label: str | None = None,
    ) -> None:
        """Keep one value."""
        known = DEFINITIONS[metric].label
        if known is None or label not in known.values:
            label = None
        if math.isfinite(value):
            self.noted.append(Datum(metric, value, organization_id, label))

    def total(self, metric: Metric, label: str | None = None) -> float:
        """Sum of the values of a metric, of one label or of all."""
        return sum(
            datum.value
            for datum in self.noted
            if datum.metric is metric and label in (None, datum.label)
        )

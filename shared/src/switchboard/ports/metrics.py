"""Where is counted."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import Metric


class Metrics(Protocol):
    """Counts and measures for operators; what is measured is more important than the measuring."""

    def put(
        self,
        metric: Metric,
        value: float = 1,
        *,
        organization_id: OrganizationId | None = None,
        label: str | None = None,
    ) -> None:
        """Note one value. Never fails its caller and never waits for a network.

        Args:
            metric: one of the list; its unit and label stand in `DEFINITIONS`.
            value: in the metric's unit; a value that is no finite number is dropped.
            organization_id: whom it concerns; searchable, never a dimension.
            label: a value of the metric's label; any other is left out and logged.
        """
        ...

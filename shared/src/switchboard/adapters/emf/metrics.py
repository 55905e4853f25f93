"""Metrics as lines of CloudWatch's embedded metric format.

CloudWatch Logs makes metrics of such lines by itself, from Lambda and from the `awslogs` driver
alike: no agent, no request, no permission. Source: CloudWatch user guide, 'Specification: Embedded
metric format' and 'Using the PutLogEvents API' (the format header is not required).
"""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import dataclass, field
from typing import Any, TextIO

from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import DEFINITIONS, SERVICE, Definition, Metric
from switchboard.domain.moment import milliseconds
from switchboard.ports.clock import Clock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EmfMetrics:
    """`Metrics` of one entry point: a line a value."""

    namespace: str
    service: str
    clock: Clock
    stream: TextIO = field(default_factory=lambda: sys.stdout)

    def put(
        self,
        metric: Metric,
        value: float = 1,
        *,
        organization_id: OrganizationId | None = None,
        label: str | None = None,
    ) -> None:
        """Write one line, in one write, so that threads do not mix theirs."""
        definition = DEFINITIONS[metric]
        line = self._line(metric, definition, value, label)
        if organization_id is not None:
            line["organization_id"] = organization_id
        try:
            text = json.dumps(line, allow_nan=False, separators=(",", ":"))
            self.stream.write(f"{text}\n")
            self.stream.flush()  # a container's output is a pipe: a killed host must not keep it
        except (OSError, ValueError):  # no finite number, or nobody listens any more
            _log.warning("metric.dropped", extra={"metric": metric.value})

    def _line(
        self, metric: Metric, definition: Definition, value: float, label: str | None
    ) -> dict[str, Any]:
        dimensions, values = [[SERVICE]], {SERVICE: self.service}
        known = definition.label
        if known is not None and label in known.values:
            dimensions.append([SERVICE, known.name])
            values[known.name] = label
        elif label is not None:
            _log.warning("metric.label.unknown", extra={"metric": metric.value})
        directive = {
            "Namespace": self.namespace,
            "Dimensions": dimensions,
            "Metrics": [{"Name": metric.value, "Unit": definition.unit.value}],
        }
        moment = milliseconds(self.clock.now())
        head = {"Timestamp": moment, "CloudWatchMetrics": [directive]}
        return {"_aws": head, **values, metric.value: value}

"""Gauges of one host: what it holds, once a minute, by which the service is scaled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from browser_host.line import Line
from browser_host.services import Services
from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import Metric

EVERY = timedelta(minutes=1)
"""CloudWatch's finest period that costs nothing extra; a sum over it counts each host once."""


@dataclass(frozen=True, slots=True)
class Gauges:
    """Reads what the host's loops know already; costs no request."""

    services: Services
    lines: Mapping[OrganizationId, Line]

    async def run(self) -> None:
        """Tell at once, so that a new host counts, then each minute."""
        while True:
            self._tell()
            await self.services.clock.sleep(EVERY)

    def _tell(self) -> None:
        lines, now = list(self.lines.values()), self.services.clock.now()
        connected = sum(line.ready.is_set() for line in lines)
        due = [moment for line in lines for moment in _due(line, now)]
        age = max((now - moment for moment in due), default=timedelta())
        put = self.services.metrics.put
        put(Metric.LINES_HELD, len(lines))
        put(Metric.LINES_CONNECTED, connected)
        put(Metric.HOST_LOAD, round(100 * len(lines) / self.services.capacity))
        put(Metric.OUTBOX_WAITING, sum(len(line.backlog.entries) for line in lines))
        put(Metric.OUTBOX_OLDEST_AGE, round(age.total_seconds()))


def _due(line: Line, now: datetime) -> list[datetime]:
    """Since when the entries of a line could have been sent."""
    entries = line.backlog.entries.values()
    return [entry.due_at for entry in entries if entry.due_at <= now and entry.takes_part(now)]

"""The gate in memory."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.adapters.memory.ownership import owned_line
from switchboard.adapters.memory.table import Line, MemoryTable
from switchboard.domain import rate_limit
from switchboard.domain.ids import OrganizationId
from switchboard.domain.moment import milliseconds
from switchboard.domain.rate_limit import Counts, Limits, Usage
from switchboard.domain.session import Lease
from switchboard.ports.rate_gate import Granted, Refused


@dataclass(frozen=True, slots=True)
class MemoryRateGate:
    """`RateGate` over the lines of `MemorySessionStore`, so that limits and pauses act at once."""

    table: MemoryTable

    def grant(self, lease: Lease, now: datetime, *, urgent: bool) -> Granted | Refused:
        """Take a token in all three windows, or say when to ask again."""
        with self.table.lock:
            refused = self.refusal(lease, now, urgent=urgent)
            if refused is not None:
                return refused
            line = owned_line(self.table, lease)
            line.counts = line.counts.plus_one(milliseconds(now))
            line.grant_version += 1
            line.grant_id = uuid.uuid4().hex
            return Granted(line.grant_id, line.session.limits.per_minute)

    def refusal(self, lease: Lease, now: datetime, *, urgent: bool) -> Refused | None:
        """Why no token can be taken now."""
        with self.table.lock:
            line = owned_line(self.table, lease)
            until = line.session.paused_until
            if until is not None and until > now:
                return Refused(until, paused=True)
            now_ms = milliseconds(now)
            behind = line.counts.newest_ms() - now_ms
            if behind > rate_limit.SKEW_MS:
                return Refused(now, behind=timedelta(milliseconds=behind))
            full = _fullest(line, now_ms, urgent=urgent)
            return Refused(now + full.wait, full.window) if full.wait else None

    def charge(self, lease: Lease, now: datetime) -> None:
        """Count a send that left late."""
        with self.table.lock:
            line = owned_line(self.table, lease)
            line.counts = line.counts.plus_one(milliseconds(now))
            line.grant_version += 1

    def usage(self, organization_id: OrganizationId, now: datetime) -> tuple[Usage, ...]:
        """The whole limits, the reserve included."""
        with self.table.lock:
            line = self.table.lines.get(organization_id)
            limits = line.session.limits if line is not None else Limits()
            counts = line.counts if line is not None else Counts()
        return rate_limit.quota(limits, counts, milliseconds(now))

    def usages(
        self, organization_ids: Sequence[OrganizationId], now: datetime
    ) -> Mapping[OrganizationId, tuple[Usage, ...]]:
        """The same for those of these that have a line."""
        with self.table.lock:
            lines = [one for one in organization_ids if one in self.table.lines]
            return {one: self.usage(one, now) for one in lines}


def _fullest(line: Line, now_ms: int, *, urgent: bool) -> Usage:
    windows = rate_limit.usage(line.session.limits, line.counts, now_ms, urgent=urgent)
    return max(windows, key=lambda window: window.wait)

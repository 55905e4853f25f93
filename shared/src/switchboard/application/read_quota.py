"""How much of an organization's limits is left, and when there is room again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from switchboard.application.existing import existing
from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Usage
from switchboard.ports.clock import Clock
from switchboard.ports.rate_gate import RateGate
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class Quota:
    """The windows, the shortest first, as they were at a moment."""

    at: datetime
    windows: Sequence[Usage]


@dataclass(frozen=True, slots=True)
class ReadQuota:
    """The gate's own counts: what it granted, not what was asked for.

    Raises:
        NotFound: no such organization.
    """

    sessions: SessionStore
    gate: RateGate
    clock: Clock

    def __call__(self, organization_id: OrganizationId) -> Quota:
        """Read consistently."""
        existing(self.sessions, organization_id)
        now = self.clock.now()
        return Quota(now, self.gate.usage(organization_id, now))

"""Change an organization's limits, live."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Limits
from switchboard.ports.clock import Clock
from switchboard.ports.session_store import SessionStore
from switchboard.ports.wake_ups import WakeUps


@dataclass(frozen=True, slots=True)
class ChangeLimits:
    """The next grant uses the new limits; what was already sent still counts.

    Raises:
        NotFound: no such line.
    """

    sessions: SessionStore
    wake_ups: WakeUps
    clock: Clock

    def __call__(self, organization_id: OrganizationId, limits: Limits) -> None:
        """Store the limits and wake the owner, who may be waiting for an older, lower one."""
        self.sessions.set_limits(organization_id, limits, self.clock.now())
        session = self.sessions.read(organization_id)
        if session is not None and session.owner_queue_url is not None:
            self.wake_ups.wake(session.owner_queue_url, organization_id)

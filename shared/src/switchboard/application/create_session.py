"""Create an organization with its line."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.read_session import ReadSession, SessionReport
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Limits
from switchboard.ports.clock import Clock
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class CreateSession:
    """A new line is STOPPED; starting it is another request.

    Raises:
        Conflict: the line exists.
    """

    sessions: SessionStore
    read_session: ReadSession
    clock: Clock

    def __call__(self, organization_id: OrganizationId, limits: Limits | None) -> SessionReport:
        """Create one line, with other limits than the default when given."""
        now = self.clock.now()
        if not self.sessions.create(organization_id, now):
            raise Conflict(f"session {organization_id} exists")
        if limits is not None:
            self.sessions.set_limits(organization_id, limits, now)
        return self.read_session(organization_id)

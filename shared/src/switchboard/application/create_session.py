"""Create an organization with its line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.end_queued import EndQueued
from switchboard.application.read_session import ReadSession, SessionReport
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Wanted
from switchboard.ports.clock import Clock
from switchboard.ports.session_store import SessionStore

ENDING_WITHIN = timedelta(seconds=10)
"""Of the API's time for a request; a few hundred messages."""


@dataclass(frozen=True, slots=True)
class CreateSession:
    """A new line is STOPPED; starting it is another request.

    One that takes a deleted one's name does not send what that one had queued.

    Raises:
        Conflict: the line exists, or a deleted one's messages are still being ended.
    """

    sessions: SessionStore
    end_queued: EndQueued
    read_session: ReadSession
    clock: Clock

    def __call__(self, organization_id: OrganizationId, limits: Limits | None) -> SessionReport:
        """Create one line, with other limits than the default when given."""
        now = self.clock.now()
        before = self.sessions.read(organization_id)
        deleted = before is not None and before.wanted is Wanted.DELETED
        if deleted and not self.end_queued(organization_id, ENDING_WITHIN):
            raise Conflict("the deleted session's messages are still being ended: try again")
        if not self.sessions.create(organization_id, now):
            raise Conflict(f"session {organization_id} exists")
        if limits is not None:
            self.sessions.set_limits(organization_id, limits, now)
        return self.read_session(organization_id)

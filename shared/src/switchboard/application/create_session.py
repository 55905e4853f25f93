"""Create an organization with its line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.end_queued import EndQueued
from switchboard.application.read_session import ReadSession, SessionReport
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Session, Wanted
from switchboard.ports.belongings import Belongings
from switchboard.ports.clock import Clock
from switchboard.ports.session_store import SessionStore

PAGE = 100
"""Items that are removed between two looks at the line."""
ENDING_WITHIN = timedelta(seconds=10)
"""Of the API's time for a request; a few thousand items."""


@dataclass(frozen=True, slots=True)
class CreateSession:
    """A new line is STOPPED; starting it is another request.

    One that takes a deleted one's name inherits nothing: what that one had queued is ended, and
    what it had stored is removed, before the name is free.

    Raises:
        Conflict: the line exists, or a deleted one is still being let go of or removed.
    """

    sessions: SessionStore
    end_queued: EndQueued
    belongings: Belongings
    read_session: ReadSession
    clock: Clock

    def __call__(self, organization_id: OrganizationId, limits: Limits | None) -> SessionReport:
        """Create one line, with other limits than the default when given."""
        now = self.clock.now()
        before = self.sessions.read(organization_id)
        if before is not None and before.wanted is Wanted.DELETED:
            self._free(before)
        if not self.sessions.create(organization_id, now):
            raise Conflict(f"session {organization_id} exists")
        if limits is not None:
            self.sessions.set_limits(organization_id, limits, now)
        return self.read_session(organization_id)

    def _free(self, deleted: Session) -> None:
        """Remove what a deleted line left; each try goes on where the last one stopped."""
        if deleted.owner is not None:
            raise Conflict("the deleted session's page is still being closed: try again")
        name = deleted.organization_id
        until = self.clock.monotonic() + ENDING_WITHIN.total_seconds()
        done = self.end_queued(name, ENDING_WITHIN)
        while done and not self.belongings.remove(name, PAGE):
            present = self.sessions.read(name)  # somebody else may have finished and created it
            done = self.clock.monotonic() < until and present == deleted
        if not done:
            raise Conflict("the deleted session's data is still being removed: try again")

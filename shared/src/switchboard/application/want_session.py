"""Say what is wanted of a line: start, stop, restart, delete. Hosts work towards it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.session import Session, Wanted
from switchboard.ports.clock import Clock
from switchboard.ports.session_starts import SessionStarts
from switchboard.ports.session_store import SessionStore
from switchboard.ports.wake_ups import WakeUps

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WantSession:
    """Idempotent: wanting what is wanted already only repeats the hint.

    Raises:
        NotFound: no such line, or deleted.
    """

    sessions: SessionStore
    session_starts: SessionStarts
    wake_ups: WakeUps
    clock: Clock

    def __call__(self, organization_id: OrganizationId, wanted: Wanted) -> Session:
        """Store the wish, then hint at it; a lost hint is repaired by the sweeper or the owner."""
        session = self.sessions.want(organization_id, wanted, self.clock.now())
        self._hint(session)
        return session

    def restart(self, organization_id: OrganizationId) -> Session:
        """Ask for a fresh page on the kept login; a stopped line is started."""
        session = self.sessions.restart(organization_id, self.clock.now())
        self._hint(session)
        return session

    def _hint(self, session: Session) -> None:
        if session.owner_queue_url is not None:
            self.wake_ups.wake(session.owner_queue_url, session.organization_id)
        elif session.wanted is Wanted.RUNNING:
            self._announce(session.organization_id)

    def _announce(self, organization_id: OrganizationId) -> None:
        try:
            self.session_starts.announce(organization_id)
        except DependencyUnavailable:
            _log.warning("session.not_announced", extra={"organization_id": organization_id})

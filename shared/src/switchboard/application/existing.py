"""The line that a request is about; a deleted one looks like a missing one."""

from __future__ import annotations

from switchboard.domain.errors import NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.session import Session, Wanted
from switchboard.ports.session_store import SessionStore


def existing(sessions: SessionStore, organization_id: OrganizationId) -> Session:
    """Read consistently.

    Raises:
        NotFound: no such line, or deleted.
    """
    session = sessions.read(organization_id)
    if session is None or session.wanted is Wanted.DELETED:
        raise NotFound("session")
    return session

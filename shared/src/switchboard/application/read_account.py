"""Which account a line is linked to."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.ids import OrganizationId
from switchboard.domain.session import Account
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class ReadAccount:
    """The account as the page last reported it; empty before the first scan.

    Raises:
        NotFound: no such line, or deleted.
    """

    sessions: SessionStore

    def __call__(self, organization_id: OrganizationId) -> Account:
        """Read consistently."""
        return existing(self.sessions, organization_id).account

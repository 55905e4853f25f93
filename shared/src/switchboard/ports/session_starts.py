"""The session-start queue: lines that wait for a host."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.ids import OrganizationId


class SessionStarts(Protocol):
    """Lines that wait for a host."""

    def announce(self, organization_id: OrganizationId) -> None:
        """Offer a line to whichever host has room.

        Raises:
            DependencyUnavailable: not announced; the sweeper will.
        """
        ...

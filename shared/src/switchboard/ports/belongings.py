"""What was stored for an organization beside its line: removed before its name is used again."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.ids import OrganizationId


class Belongings(Protocol):
    """Contacts, conversations, messages, knowledge, settings, receivers, notices, keys."""

    def remove(self, organization_id: OrganizationId, most: int) -> bool:
        """Remove up to so many items; may be repeated.

        The line itself stays, with its epoch and its pause. What ends by itself within days stays
        too: log entries of deliveries, which no later receiver's id leads to.

        Returns:
            Whether nothing is left.

        Raises:
            DependencyUnavailable: some may be left.
        """
        ...

"""How snapshots go."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from switchboard.domain.ids import OrganizationId
from switchboard.domain.snapshot import Snapshot


class SnapshotDisposal(Protocol):
    """Needs no key: what is deleted is not read."""

    def delete(self, snapshot: Snapshot) -> None:
        """Forget one pack with its manifest; nothing happens when they are not there.

        Raises:
            DependencyUnavailable: the store did not answer.
        """
        ...

    def dispose(
        self, organization_id: OrganizationId, keep: Collection[str], up_to_epoch: int
    ) -> int:
        """Delete an organization's generations that nobody needs; how many objects went.

        Args:
            organization_id: whose.
            keep: generations that stay.
            up_to_epoch: what newer owners stored stays too, whatever the caller believes.

        Raises:
            DependencyUnavailable: the store did not answer.
        """
        ...

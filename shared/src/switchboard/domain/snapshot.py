"""Snapshots of a login: who owns them and how they are told apart."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.ids import OrganizationId

KEPT_GENERATIONS = 3
"""Published ones that stay: a damaged newest one falls back to the one before."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One generation; `id` is unique, and a stale host never uses a newer host's epoch."""

    organization_id: OrganizationId
    epoch: int
    id: str

    @property
    def generation(self) -> str:
        """What the line item keeps."""
        return f"{self.epoch}/{self.id}"

    @property
    def key(self) -> str:
        """Where the store keeps it."""
        return f"profiles/{self.organization_id}/{self.generation}"


def snapshot_of(organization_id: OrganizationId, generation: str) -> Snapshot:
    """The snapshot that a line item names."""
    epoch, _, id_ = generation.partition("/")
    return Snapshot(organization_id, int(epoch), id_)

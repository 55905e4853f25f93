"""Snapshots of a login: who owns them, how they are told apart, and what wrote them."""

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
        """What the line item keeps, and what later generations call this one's pack."""
        return f"{self.epoch}/{self.id}"

    @property
    def key(self) -> str:
        """Where the store keeps it."""
        return f"{prefix(self.organization_id)}{self.generation}"


def snapshot_of(organization_id: OrganizationId, generation: str) -> Snapshot:
    """The snapshot that a line item names."""
    epoch, _, id_ = generation.partition("/")
    return Snapshot(organization_id, int(epoch), id_)


def prefix(organization_id: OrganizationId) -> str:
    """What the keys of all snapshots of one organization begin with."""
    return f"profiles/{organization_id}/"


@dataclass(frozen=True, slots=True)
class Builds:
    """What wrote a profile, as recorded with each snapshot of it."""

    chromium: str
    """The browser's full version, such as 156.0.7800.12."""
    backend: str
    """How the browser keeps IndexedDB: `leveldb` or `sqlite`; the other one wipes the login."""
    wa_js: str
    whatsapp_web: str | None

"""Organizations and their knowledge in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.errors import NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import KnowledgeEntry, Organization, Settings


@dataclass(frozen=True, slots=True)
class MemoryOrganizationStore:
    """`OrganizationStore` in memory; organizations are made by `MemorySessionStore.create`."""

    table: MemoryTable

    def read(self, organization_id: OrganizationId) -> Organization | None:
        """One organization."""
        with self.table.lock:
            return self.table.organizations.get(organization_id)

    def set_settings(self, organization_id: OrganizationId, settings: Settings) -> None:
        """Replace the settings."""
        with self.table.lock:
            stored = self.read(organization_id)
            if stored is None:
                raise NotFound("organization")
            self.table.organizations[organization_id] = replace(stored, settings=settings)

    def knowledge(self, organization_id: OrganizationId) -> Sequence[KnowledgeEntry]:
        """All questions and answers, by entry id."""
        with self.table.lock:
            return [
                entry
                for (owner, _), entry in sorted(
                    self.table.knowledge.items(), key=lambda row: row[0]
                )
                if owner == organization_id
            ]

    def put_knowledge(self, organization_id: OrganizationId, entry: KnowledgeEntry) -> None:
        """Add or replace one entry."""
        with self.table.lock:
            self.table.knowledge[organization_id, entry.id] = entry

    def delete_knowledge(self, organization_id: OrganizationId, entry_id: str) -> None:
        """Remove one entry."""
        with self.table.lock:
            self.table.knowledge.pop((organization_id, entry_id), None)

"""Organizations and their knowledge in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.errors import NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import KnowledgeEntry, Organization, Settings, Stage


@dataclass(frozen=True, slots=True)
class MemoryOrganizationStore:
    """`OrganizationStore` in memory; organizations are made by `MemorySessionStore.create`."""

    table: MemoryTable

    def read(self, organization_id: OrganizationId) -> Organization | None:
        """One organization."""
        with self.table.lock:
            return self.table.organizations.get(organization_id)

    def read_all(
        self, organization_ids: Sequence[OrganizationId]
    ) -> Mapping[OrganizationId, Organization]:
        """Those of these that there are."""
        with self.table.lock:
            stored = self.table.organizations
            return {one: stored[one] for one in organization_ids if one in stored}

    def set_settings(self, organization_id: OrganizationId, settings: Settings) -> None:
        """Replace the settings."""
        with self.table.lock:
            stored = self.read(organization_id)
            if stored is None:
                raise NotFound("organization")
            self.table.organizations[organization_id] = replace(stored, settings=settings)

    def knowledge(
        self, organization_id: OrganizationId, stage: Stage = Stage.LIVE
    ) -> Sequence[KnowledgeEntry]:
        """All questions and answers of a stage, by entry id."""
        with self.table.lock:
            rows = sorted(self.table.knowledge.items(), key=lambda row: row[0])
        return [
            entry for (owner, (of, _)), entry in rows if (owner, of) == (organization_id, stage)
        ]

    def put_knowledge(
        self, organization_id: OrganizationId, entry: KnowledgeEntry, stage: Stage = Stage.LIVE
    ) -> None:
        """Add or replace one entry of a stage."""
        with self.table.lock:
            self.table.knowledge[organization_id, (stage, entry.id)] = entry

    def delete_knowledge(
        self, organization_id: OrganizationId, entry_id: str, stage: Stage = Stage.LIVE
    ) -> None:
        """Remove one entry."""
        with self.table.lock:
            self.table.knowledge.pop((organization_id, (stage, entry_id)), None)

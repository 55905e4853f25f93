"""Organizations in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.reading import get, query
from switchboard.adapters.dynamodb.rows import KnowledgeRow, OrganizationRow
from switchboard.adapters.dynamodb.writing import repeatable
from switchboard.domain.errors import NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import (
    AgentKind,
    KnowledgeEntry,
    OnUnknown,
    Organization,
    Settings,
)


@dataclass(frozen=True, slots=True)
class DynamoOrganizationStore:
    """`OrganizationStore`."""

    def read(self, organization_id: OrganizationId) -> Organization | None:
        """One organization."""
        row = get(OrganizationRow, keys.organization(organization_id), keys.META)
        if row is None:
            return None
        settings = Settings(
            AgentKind(row.agent), row.groups, row.hand_off_text or "", OnUnknown(row.on_unknown)
        )
        return Organization(organization_id, row.created_at, settings)

    def set_settings(self, organization_id: OrganizationId, settings: Settings) -> None:
        """Replace the settings."""
        row = OrganizationRow(keys.organization(organization_id), keys.META)
        actions = setting(
            OrganizationRow,
            agent=settings.agent.value,
            groups=settings.groups,
            hand_off_text=settings.hand_off_text or None,
            on_unknown=settings.on_unknown.value,
        )
        if not repeatable(lambda: row.update(actions, OrganizationRow.pk.exists())):
            raise NotFound("organization")

    def knowledge(self, organization_id: OrganizationId) -> Sequence[KnowledgeEntry]:
        """All questions and answers."""
        rows = query(KnowledgeRow, keys.organization(organization_id), keys.knowledge(""))
        return [
            KnowledgeEntry(
                row.sk.removeprefix(keys.knowledge("")),
                tuple(row.phrasings),
                row.answer,
                row.vectors or b"",
            )
            for row in rows
        ]

    def put_knowledge(self, organization_id: OrganizationId, entry: KnowledgeEntry) -> None:
        """Add or replace one entry."""
        row = KnowledgeRow(
            keys.organization(organization_id),
            keys.knowledge(entry.id),
            phrasings=list(entry.phrasings),
            answer=entry.answer,
            vectors=entry.vectors or None,
        )
        with translated():
            row.save()

    def delete_knowledge(self, organization_id: OrganizationId, entry_id: str) -> None:
        """Remove one entry."""
        with translated():
            KnowledgeRow(keys.organization(organization_id), keys.knowledge(entry_id)).delete()

"""Organizations in DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.reading import get, get_all, query
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
    Stage,
)
from switchboard.domain.quiet_hours import QuietHours


@dataclass(frozen=True, slots=True)
class DynamoOrganizationStore:
    """`OrganizationStore`."""

    def read(self, organization_id: OrganizationId) -> Organization | None:
        """One organization."""
        row = get(OrganizationRow, keys.organization(organization_id), keys.META)
        return None if row is None else _organization(row)

    def read_all(
        self, organization_ids: Sequence[OrganizationId]
    ) -> Mapping[OrganizationId, Organization]:
        """Those of these that there are, in one request."""
        wanted = [(keys.organization(one), keys.META) for one in organization_ids]
        found = [_organization(row) for row in get_all(OrganizationRow, wanted)]
        return {one.id: one for one in found}

    def set_settings(self, organization_id: OrganizationId, settings: Settings) -> None:
        """Replace the settings."""
        row = OrganizationRow(keys.organization(organization_id), keys.META)
        quiet = settings.quiet_hours
        actions = setting(
            OrganizationRow,
            agent=settings.agent.value,
            groups=settings.groups,
            hand_off_text=settings.hand_off_text or None,
            on_unknown=settings.on_unknown.value,
            instructions=settings.instructions or None,
            daily_budget_micros=settings.daily_budget_micros,
            quiet_start=f"{quiet.start:%H:%M}" if quiet else None,
            quiet_end=f"{quiet.end:%H:%M}" if quiet else None,
            quiet_zone=quiet.zone if quiet else None,
            metadata=dict(settings.metadata) or None,
        )
        if not repeatable(lambda: row.update(actions, OrganizationRow.pk.exists())):
            raise NotFound("organization")

    def knowledge(
        self, organization_id: OrganizationId, stage: Stage = Stage.LIVE
    ) -> Sequence[KnowledgeEntry]:
        """All questions and answers of a stage."""
        prefix = keys.knowledge("", stage)
        rows = query(KnowledgeRow, keys.organization(organization_id), prefix)
        return [
            KnowledgeEntry(
                row.sk.removeprefix(prefix), tuple(row.phrasings), row.answer, row.vectors or b""
            )
            for row in rows
        ]

    def put_knowledge(
        self, organization_id: OrganizationId, entry: KnowledgeEntry, stage: Stage = Stage.LIVE
    ) -> None:
        """Add or replace one entry of a stage."""
        row = KnowledgeRow(
            keys.organization(organization_id),
            keys.knowledge(entry.id, stage),
            phrasings=list(entry.phrasings),
            answer=entry.answer,
            vectors=entry.vectors or None,
        )
        with translated():
            row.save()

    def delete_knowledge(
        self, organization_id: OrganizationId, entry_id: str, stage: Stage = Stage.LIVE
    ) -> None:
        """Remove one entry."""
        sk = keys.knowledge(entry_id, stage)
        with translated():
            KnowledgeRow(keys.organization(organization_id), sk).delete()


def _organization(row: OrganizationRow) -> Organization:
    return Organization(keys.organization_of(row.pk), row.created_at, _settings(row))


def _settings(row: OrganizationRow) -> Settings:
    quiet = None
    if row.quiet_zone is not None:
        start, end = (time.fromisoformat(one) for one in (row.quiet_start, row.quiet_end))
        quiet = QuietHours(start, end, row.quiet_zone)
    return Settings(
        agent=AgentKind(row.agent),
        groups=row.groups,
        hand_off_text=row.hand_off_text or "",
        on_unknown=OnUnknown(row.on_unknown),
        instructions=row.instructions or "",
        daily_budget_micros=int(row.daily_budget_micros),
        quiet_hours=quiet,
        metadata=row.metadata or {},
    )

"""Organizations: settings and knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import KnowledgeEntry, Organization, Settings, Stage


class OrganizationStore(Protocol):
    """Small items that change seldom; knowledge may be read eventually consistent."""

    def read(self, organization_id: OrganizationId) -> Organization | None:
        """One organization, read consistently: a change merges into what is read."""
        ...

    def read_all(
        self, organization_ids: Sequence[OrganizationId]
    ) -> Mapping[OrganizationId, Organization]:
        """Those of these, each given once, that there are; read consistently."""
        ...

    def set_settings(self, organization_id: OrganizationId, settings: Settings) -> None:
        """Replace the settings.

        Raises:
            NotFound: no such organization.
        """
        ...

    def knowledge(
        self, organization_id: OrganizationId, stage: Stage = Stage.LIVE
    ) -> Sequence[KnowledgeEntry]:
        """All questions and answers of a stage."""
        ...

    def put_knowledge(
        self, organization_id: OrganizationId, entry: KnowledgeEntry, stage: Stage = Stage.LIVE
    ) -> None:
        """Add or replace one entry of a stage; the other stage's stays."""
        ...

    def delete_knowledge(
        self, organization_id: OrganizationId, entry_id: str, stage: Stage = Stage.LIVE
    ) -> None:
        """Remove one entry; nothing happens when it is not there."""
        ...

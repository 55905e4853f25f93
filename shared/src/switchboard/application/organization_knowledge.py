"""Read and change what an organization's embedded agent knows, and its settings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from switchboard.domain.errors import DependencyUnavailable, NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import KnowledgeEntry, Settings, Stage
from switchboard.ports.agent import Embedder
from switchboard.ports.organization_store import OrganizationStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ListKnowledge:
    """All entries of a stage.

    Raises:
        NotFound: no such organization.
    """

    organizations: OrganizationStore

    def __call__(
        self, organization_id: OrganizationId, stage: Stage = Stage.LIVE
    ) -> Sequence[KnowledgeEntry]:
        """Read."""
        _existing(self.organizations, organization_id)
        return self.organizations.knowledge(organization_id, stage)


@dataclass(frozen=True, slots=True)
class PutKnowledge:
    """Add or replace an entry, with the vectors of its phrasings.

    When the embedder does not answer the entry is stored without: the agent makes the vectors
    when it first needs them.

    Raises:
        NotFound: no such organization.
    """

    organizations: OrganizationStore
    embedder: Embedder

    def __call__(
        self, organization_id: OrganizationId, entry: KnowledgeEntry, stage: Stage = Stage.LIVE
    ) -> None:
        """Write."""
        _existing(self.organizations, organization_id)
        embedded = replace(entry, vectors=self._vectors(organization_id, entry))
        self.organizations.put_knowledge(organization_id, embedded, stage)

    def _vectors(self, organization_id: OrganizationId, entry: KnowledgeEntry) -> bytes:
        try:
            return self.embedder.embed(entry.phrasings)
        except DependencyUnavailable:
            _log.warning("knowledge.not_embedded", extra={"organization_id": organization_id})
            return b""


@dataclass(frozen=True, slots=True)
class PublishKnowledge:
    """Put a draft in the place of the live entry: two idempotent steps, the live one first.

    Raises:
        NotFound: no such organization, or no such draft.
    """

    organizations: OrganizationStore

    def __call__(self, organization_id: OrganizationId, entry_id: str) -> KnowledgeEntry:
        """Publish."""
        _existing(self.organizations, organization_id)
        drafts = self.organizations.knowledge(organization_id, Stage.DRAFT)
        draft = next((one for one in drafts if one.id == entry_id), None)
        if draft is None:
            raise NotFound("draft")
        self.organizations.put_knowledge(organization_id, draft)
        self.organizations.delete_knowledge(organization_id, entry_id, Stage.DRAFT)
        return draft


@dataclass(frozen=True, slots=True)
class DeleteKnowledge:
    """Remove an entry and its draft; removing what is not there is no error.

    Raises:
        NotFound: no such organization.
    """

    organizations: OrganizationStore

    def __call__(self, organization_id: OrganizationId, entry_id: str) -> None:
        """Delete."""
        _existing(self.organizations, organization_id)
        for stage in Stage:
            self.organizations.delete_knowledge(organization_id, entry_id, stage)


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Replace the settings.

    Raises:
        NotFound: no such organization.
    """

    organizations: OrganizationStore

    def __call__(self, organization_id: OrganizationId, settings: Settings) -> None:
        """Write."""
        self.organizations.set_settings(organization_id, settings)


def _existing(organizations: OrganizationStore, organization_id: OrganizationId) -> None:
    if organizations.read(organization_id) is None:
        raise NotFound("session")

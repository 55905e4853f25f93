"""Read and change what an organization's embedded agent knows, and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from switchboard.domain.errors import NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import KnowledgeEntry, Settings
from switchboard.ports.organization_store import OrganizationStore


@dataclass(frozen=True, slots=True)
class ListKnowledge:
    """All entries.

    Raises:
        NotFound: no such organization.
    """

    organizations: OrganizationStore

    def __call__(self, organization_id: OrganizationId) -> Sequence[KnowledgeEntry]:
        """Read."""
        _existing(self.organizations, organization_id)
        return self.organizations.knowledge(organization_id)


@dataclass(frozen=True, slots=True)
class PutKnowledge:
    """Add or replace an entry; the agent embeds its phrasings when it first needs them.

    Raises:
        NotFound: no such organization.
    """

    organizations: OrganizationStore

    def __call__(self, organization_id: OrganizationId, entry: KnowledgeEntry) -> None:
        """Write."""
        _existing(self.organizations, organization_id)
        self.organizations.put_knowledge(organization_id, replace(entry, vectors=b""))


@dataclass(frozen=True, slots=True)
class DeleteKnowledge:
    """Remove an entry; removing what is not there is no error.

    Raises:
        NotFound: no such organization.
    """

    organizations: OrganizationStore

    def __call__(self, organization_id: OrganizationId, entry_id: str) -> None:
        """Delete."""
        _existing(self.organizations, organization_id)
        self.organizations.delete_knowledge(organization_id, entry_id)


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

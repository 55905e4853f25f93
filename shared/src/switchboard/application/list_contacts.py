"""Read an organization's contacts."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.conversation import Contact
from switchboard.domain.errors import NotFound
from switchboard.domain.ids import ChatId, OrganizationId
from switchboard.domain.page import Page
from switchboard.ports.inbox import Inbox
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class ListContacts:
    """A page of contacts; it may be shorter than `limit` and yet not the last.

    Raises:
        NotFound: no such organization.
        InvalidInput: a cursor that this listing did not give.
    """

    sessions: SessionStore
    inbox: Inbox

    def __call__(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Contact]:
        """One page."""
        existing(self.sessions, organization_id)
        return self.inbox.contacts(organization_id, cursor, limit)


@dataclass(frozen=True, slots=True)
class ReadContact:
    """The contact behind an address.

    Raises:
        NotFound: no such organization, or nobody behind the address.
    """

    sessions: SessionStore
    inbox: Inbox

    def __call__(self, organization_id: OrganizationId, chat_id: ChatId) -> Contact:
        """Read consistently."""
        existing(self.sessions, organization_id)
        contact = self.inbox.contact_at(organization_id, chat_id)
        if contact is None:
            raise NotFound("contact")
        return contact

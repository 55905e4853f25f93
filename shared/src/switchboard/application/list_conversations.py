"""List conversations and their messages."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import NotFound
from switchboard.domain.ids import ChatId, OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.page import Page
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class ListConversations:
    """A page of an organization's conversations.

    Raises:
        NotFound: no such organization.
        InvalidInput: a cursor that this listing did not give.
    """

    sessions: SessionStore
    inbox: Inbox

    def __call__(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Conversation]:
        """One page."""
        existing(self.sessions, organization_id)
        return self.inbox.conversations(organization_id, cursor, limit)


@dataclass(frozen=True, slots=True)
class ListMessages:
    """A page of a chat's messages, newest first.

    Raises:
        NotFound: no such chat in this organization.
        InvalidInput: a cursor that this listing did not give.
    """

    inbox: Inbox
    messages: MessageStore

    def __call__(
        self, organization_id: OrganizationId, chat_id: ChatId, cursor: str | None, limit: int
    ) -> Page[Message]:
        """One page."""
        contact = self.inbox.contact_at(organization_id, chat_id)
        if contact is None:
            raise NotFound("chat")
        return self.messages.page(organization_id, contact.thread, cursor, limit)

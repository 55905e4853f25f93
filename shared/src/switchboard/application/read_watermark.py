"""How far a chat is known: what a scan after an absence has to reach back to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.ids import ChatId, OrganizationId, conversation_id
from switchboard.ports.inbox import Inbox


@dataclass(frozen=True, slots=True)
class ReadWatermark:
    """The time of the contact's newest stored message; None for a chat of which none is stored."""

    inbox: Inbox

    def __call__(self, organization_id: OrganizationId, chat_id: ChatId) -> datetime | None:
        """Read consistently."""
        contact = self.inbox.contact_at(organization_id, chat_id)
        if contact is None:
            return None
        conversation = self.inbox.conversation(organization_id, conversation_id(contact.id))
        return conversation.heard_at if conversation is not None else None

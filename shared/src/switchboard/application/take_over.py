"""Give a conversation to a person, or back to the agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from switchboard.domain.errors import NotFound
from switchboard.domain.ids import ChatId, OrganizationId
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox

UNTIL_RELEASED = timedelta(days=3650)
"""A takeover by hand has no end of its own."""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """While a person has the conversation the agent neither answers nor sends.

    Raises:
        NotFound: no such chat in this organization.
    """

    inbox: Inbox
    clock: Clock

    def __call__(self, organization_id: OrganizationId, chat_id: ChatId, *, on: bool) -> None:
        """Take over or release."""
        contact = self.inbox.contact_at(organization_id, chat_id)
        if contact is None:
            raise NotFound("chat")
        until = self.clock.now() + UNTIL_RELEASED if on else None
        self.inbox.set_human_until(contact, until)

"""Tell a contact that its messages were read."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.run_command import RunCommand
from switchboard.domain.command import CommandKind
from switchboard.domain.ids import ChatId, OrganizationId
from switchboard.ports.inbox import Inbox


@dataclass(frozen=True, slots=True)
class MarkSeen:
    """The page sends the read receipt, then the conversation here has nothing unread.

    Raises:
        NotFound: no such organization, or the page has no such chat.
        Conflict: the line does not run.
        NoAnswer: the page did not answer in time.
    """

    inbox: Inbox
    run_command: RunCommand

    def __call__(self, organization_id: OrganizationId, chat_id: ChatId) -> None:
        """Mark one chat."""
        self.run_command(organization_id, CommandKind.SEEN, chat_id)
        contact = self.inbox.contact_at(organization_id, chat_id)
        if contact is not None:
            self.inbox.mark_read(contact)

"""Read or cancel one message."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.errors import Conflict, NotFound
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.message import Message, MessageStatus
from switchboard.ports.clock import Clock
from switchboard.ports.message_store import MessageStore
from switchboard.ports.outbox import Outbox


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """One message by our id.

    Raises:
        NotFound: no such message in this organization.
    """

    messages: MessageStore

    def __call__(self, organization_id: OrganizationId, message_id: MessageId) -> Message:
        """Read consistently."""
        message = self.messages.read(organization_id, message_id)
        if message is None:
            raise NotFound("message")
        return message


@dataclass(frozen=True, slots=True)
class CancelMessage:
    """Take back what is not yet being sent.

    Raises:
        NotFound: no such message.
        Conflict: it is being sent, or was.
    """

    read_message: ReadMessage
    messages: MessageStore
    outbox: Outbox
    clock: Clock

    def __call__(self, organization_id: OrganizationId, message_id: MessageId) -> None:
        """Delete the entry first: once that is done nobody can send it."""
        message = self.read_message(organization_id, message_id)
        if message.status is MessageStatus.CANCELLED:
            return
        if not self.outbox.cancel(organization_id, message_id):
            raise Conflict(f"the message is {message.status} or being sent")
        self.messages.advance(message, MessageStatus.CANCELLED, self.clock.now())

"""Checked once more just before a message is sent: lateness, opt-out, takeover, quiet hours."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.backlog import Backlog
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.hold_proactive import HoldProactive
from switchboard.application.outgoing import HAND_OFF_NOTICE
from switchboard.domain.conversation import Contact
from switchboard.domain.ids import OrganizationId, conversation_id
from switchboard.domain.message import Message, MessageStatus, Source
from switchboard.domain.outbox import OutboxEntry
from switchboard.ports.blocking import Blocking
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore
from switchboard.ports.outbox import Outbox


@dataclass(frozen=True, slots=True)
class LastCheck:
    """Much may have happened while a message waited.

    Raises:
        DependencyUnavailable: a store did not answer: try again later.
    """

    outbox: Outbox
    messages: MessageStore
    inbox: Inbox
    finish: FinishOutbound
    clock: Clock
    blocking: Blocking
    hold: HoldProactive

    async def __call__(self, backlog: Backlog, entry: OutboxEntry) -> Message | None:
        """The message, unless it is settled, or this check settles or holds it."""
        organization_id = entry.organization_id
        message = await self.blocking(self.messages.read, organization_id, entry.message_id)
        if message is None or message.status is not MessageStatus.QUEUED:
            await self.blocking(self.outbox.remove, entry)
            backlog.drop(entry)
            return None
        verdict = await self._verdict(entry)
        if verdict is None:
            return None if await self._held(backlog, entry) else message
        status, code = verdict
        if entry.may_have_left:
            status = MessageStatus.UNCONFIRMED
        await self.blocking(self.finish, entry, message, status, code)
        backlog.drop(entry)
        return None

    async def _held(self, backlog: Backlog, entry: OutboxEntry) -> bool:
        until = await self.blocking(self.hold, entry)
        if until is not None:
            backlog.hold(entry, until)
        else:
            backlog.holds.pop(entry.message_id, None)
        return until is not None

    async def look_at_holds(self, backlog: Backlog, organization_id: OrganizationId) -> None:
        """One read however many are held: a person, or the clock, may have changed the hours."""
        if backlog.holds:
            backlog.keep_holds(await self.blocking(self.hold.until, organization_id))

    async def _verdict(self, entry: OutboxEntry) -> tuple[MessageStatus, str] | None:
        """Lateness and opt-out stop every message, a person's takeover the agent's."""
        if entry.is_late(self.clock.now()):
            return MessageStatus.EXPIRED, "expired"
        contact = await self.blocking(self.inbox.contact_at, entry.organization_id, entry.chat_id)
        if contact is None:
            return None
        if contact.opted_out:
            return MessageStatus.FAILED, "contact_opted_out"
        taken = contact.human_until is not None and contact.human_until > self.clock.now()
        if taken and entry.source == Source.AGENT:
            return MessageStatus.CANCELLED, "human_takeover"
        if entry.source == HAND_OFF_NOTICE and not await self._awaited(contact):
            return MessageStatus.CANCELLED, "human_takeover"
        return None

    async def _awaited(self, contact: Contact) -> bool:
        """Whether a person is still to come: announcing one who is there would be strange."""
        organization_id, number = contact.organization_id, conversation_id(contact.id)
        conversation = await self.blocking(self.inbox.conversation, organization_id, number)
        return conversation is not None and conversation.needs_human

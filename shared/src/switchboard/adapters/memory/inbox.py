"""Contacts, conversations and inbound messages in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.adapters.memory.contacts import address_book
from switchboard.adapters.memory.cursor import cut
from switchboard.adapters.memory.outgoing import after
from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.addresses import Addresses, later
from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.ids import (
    ChatId,
    ContactId,
    ConversationId,
    OrganizationId,
    WaHex,
)
from switchboard.domain.ids import conversation_id as first_conversation
from switchboard.domain.message import Message, wa_hex_of
from switchboard.domain.page import Page


@dataclass(frozen=True, slots=True)
class MemoryInbox:
    """`Inbox` in memory."""

    table: MemoryTable

    def resolve(
        self, organization_id: OrganizationId, addresses: Addresses, now: datetime
    ) -> Contact:
        """Find, make or merge the contact behind the addresses."""
        with self.table.lock:
            return address_book(self.table, organization_id, addresses, now)

    def receive(
        self,
        contact: Contact,
        message: Message,
        *,
        answerable: bool,
        opted_out: bool | None = None,
    ) -> bool:
        """Store an inbound message once."""
        key = (contact.organization_id, wa_hex_of(message))
        with self.table.lock:
            if key in self.table.received:
                return False
            self.table.received.add(key)
            contact = self.contact(contact.organization_id, contact.id) or contact
            conversation = self.open_conversation(contact, message.created_at)
            version = conversation.in_version + 1 if answerable else None
            message = replace(message, conversation_id=conversation.id, in_version=version)
            self.table.messages[message.organization_id, message.id] = message
            heard = replace(
                after(conversation, message),
                chat_id=contact.chat_id,
                unread=conversation.unread + 1,
                heard_at=later(conversation.heard_at, message.received_at),
            )
            self._put(_asking(heard, message) if answerable else heard)
            at = message.received_at or message.created_at
            if opted_out is not None and contact.wishes_last(at):
                self._put_contact(replace(contact, opted_out=opted_out, opted_at=at))
            return True

    def stored(
        self, organization_id: OrganizationId, wa_hexes: Collection[WaHex]
    ) -> frozenset[WaHex]:
        """Which of these messages of contacts are stored."""
        with self.table.lock:
            received = self.table.received
            return frozenset(each for each in wa_hexes if (organization_id, each) in received)

    def record_own(self, contact: Contact, message: Message, human_until: datetime) -> bool:
        """Store what the operator typed on the phone."""
        key = (contact.organization_id, wa_hex_of(message))
        with self.table.lock:
            if key in self.table.sent_as:
                return False
            self.table.sent_as[key] = message.id
            self.table.messages[message.organization_id, message.id] = message
            conversation = self.open_conversation(contact, message.created_at)
            self._put(replace(after(_released(conversation), message), unread=0))
            stored = self.contact(contact.organization_id, contact.id) or contact
            until = later(stored.human_until, human_until)
            self._put_contact(replace(stored, human_until=until))
            return True

    def contact(self, organization_id: OrganizationId, contact_id: ContactId) -> Contact | None:
        """One contact."""
        with self.table.lock:
            contact_id = self.table.merged.get((organization_id, contact_id), contact_id)
            return self.table.contacts.get((organization_id, contact_id))

    def contact_at(self, organization_id: OrganizationId, chat_id: ChatId) -> Contact | None:
        """The contact behind an address."""
        with self.table.lock:
            contact_id = self.table.addresses.get((organization_id, chat_id))
            return self.contact(organization_id, contact_id) if contact_id is not None else None

    def contacts(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Contact]:
        """All contacts of an organization by id, merged ones left out."""
        with self.table.lock:
            led_to = {
                target
                for (owner, _), target in self.table.addresses.items()
                if owner == organization_id
            }
            rows = sorted(
                (str(number), self.table.contacts[organization_id, number]) for number in led_to
            )
        return cut(rows, f"contacts {organization_id}", cursor, limit)

    def set_opted_out(self, contact: Contact, at: datetime, *, opted_out: bool) -> None:
        """Whether the contact may be written to."""
        with self.table.lock:
            stored = self.contact(contact.organization_id, contact.id)
            if stored is not None:
                self._put_contact(replace(stored, opted_out=opted_out, opted_at=at))

    def mark_read(self, contact: Contact) -> None:
        """Nothing in the contact's conversation is unread."""
        number = first_conversation(contact.id)
        with self.table.lock:
            stored = self.conversation(contact.organization_id, number)
            if stored is not None:
                self._put(replace(stored, unread=0))

    def set_contact_status(self, contact: Contact, status: ContactStatus) -> bool:
        """Move a contact's status, when it is still the one that was read."""
        with self.table.lock:
            stored = self.contact(contact.organization_id, contact.id)
            if stored is None or stored.status is not contact.status:
                return False
            self._put_contact(replace(stored, status=status))
            return True

    def set_human_until(self, contact: Contact, until: datetime | None) -> None:
        """Start or end a human takeover."""
        with self.table.lock:
            stored = self.contact(contact.organization_id, contact.id)
            if stored is not None:
                self._put_contact(replace(stored, human_until=until))
            conversation = self.conversation(
                contact.organization_id, first_conversation(contact.id)
            )
            if conversation is not None:
                self._put(_released(conversation))

    def conversation(
        self, organization_id: OrganizationId, conversation_id: ConversationId
    ) -> Conversation | None:
        """One conversation."""
        with self.table.lock:
            return self.table.conversations.get((organization_id, conversation_id))

    def open_conversation(self, contact: Contact, now: datetime) -> Conversation:
        """The contact's ACTIVE conversation."""
        with self.table.lock:
            contact = self.contact(contact.organization_id, contact.id) or contact
            number = first_conversation(contact.id)
            stored = self.conversation(contact.organization_id, number)
            if stored is not None:
                return stored
            made = Conversation(
                number,
                contact.organization_id,
                contact.id,
                contact.chat_id,
                now,
                title=contact.name,
            )
            self._put(made)
            return made

    def conversations(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Conversation]:
        """All conversations of an organization by id."""
        with self.table.lock:
            rows = sorted(
                (str(number), conversation)
                for (owner, number), conversation in self.table.conversations.items()
                if owner == organization_id
                and (owner, conversation.contact_id) not in self.table.merged
            )
        return cut(rows, f"conversations {organization_id}", cursor, limit)

    def _put(self, conversation: Conversation) -> None:
        self.table.conversations[conversation.organization_id, conversation.id] = conversation

    def _put_contact(self, contact: Contact) -> None:
        self.table.contacts[contact.organization_id, contact.id] = contact


def _released(conversation: Conversation) -> Conversation:
    return replace(conversation, needs_human=False, hand_off_reason=None, handed_off_at=None)


def _asking(conversation: Conversation, message: Message) -> Conversation:
    """One more message to answer; the wait counts from the first of the burst."""
    first = conversation.first_pending_at if conversation.unanswered else None
    return replace(
        conversation,
        in_version=conversation.in_version + 1,
        first_pending_at=first or message.created_at,
        correlation_id=message.correlation_id,
    )

"""Contacts, conversations and inbound messages in DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.connection import done, translated
from switchboard.adapters.dynamodb.contacts import AddressBook, contact_key, contact_of, later
from switchboard.adapters.dynamodb.messages import message_row, pointer_row
from switchboard.adapters.dynamodb.reading import get, page
from switchboard.adapters.dynamodb.rows import (
    ContactRow,
    ConversationRow,
    PointerRow,
    ReceivedRow,
)
from switchboard.adapters.dynamodb.threads import (
    conversation_key,
    conversation_of,
    last_message,
    new_row,
    waiting,
)
from switchboard.adapters.dynamodb.writing import transact
from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import (
    ChatId,
    ContactId,
    ConversationId,
    OrganizationId,
    WaHex,
    parse_wa_hex,
)
from switchboard.domain.ids import conversation_id as first_conversation
from switchboard.domain.message import Message
from switchboard.domain.page import Page
from switchboard.ports.inbox import Addresses

_RACES = 8


@dataclass(frozen=True, slots=True)
class DynamoInbox:
    """`Inbox`."""

    def resolve(
        self, organization_id: OrganizationId, addresses: Addresses, now: datetime
    ) -> Contact:
        """Find, make or merge the contact behind the addresses."""
        return AddressBook(organization_id).resolve(addresses, now)

    def receive(self, contact: Contact, message: Message, *, answerable: bool) -> bool:
        """Store an inbound message once."""
        for _ in range(_RACES):
            if self._received(message):
                return False
            conversation = self.open_conversation(contact, message.created_at)
            if self._store(contact, conversation, message, answerable=answerable):
                return True
        raise DependencyUnavailable("the conversation is written to by too many at once")

    def record_own(self, contact: Contact, message: Message, human_until: datetime) -> bool:
        """Store what the operator typed on the phone."""
        pk = keys.organization(message.organization_id)
        pointer = keys.by_wa_hex(_wa_hex(message))
        if get(PointerRow, pk, pointer) is not None:
            return False
        conversation = self.open_conversation(contact, message.created_at)
        until = later(contact.human_until, human_until)

        def build(writes: TransactWrite) -> None:
            new = PointerRow.pk.does_not_exist()
            writes.save(pointer_row(message, pointer), condition=new)
            writes.save(message_row(message))
            changes = {"unread": 0, **last_message(conversation, message)}
            writes.update(conversation_key(conversation), setting(ConversationRow, **changes))
            writes.update(contact_key(contact), setting(ContactRow, human_until=until))

        return transact(build)

    def contact(self, organization_id: OrganizationId, contact_id: ContactId) -> Contact | None:
        """One contact."""
        row = get(ContactRow, keys.organization(organization_id), keys.contact(contact_id))
        return contact_of(row) if row is not None else None

    def contact_at(self, organization_id: OrganizationId, chat_id: ChatId) -> Contact | None:
        """The contact behind an address."""
        return AddressBook(organization_id).at(chat_id)

    def set_contact_status(self, contact: Contact, status: ContactStatus) -> bool:
        """Move a contact's status, when it is still the one that was read."""
        row = contact_key(contact)
        same = ContactRow.status == contact.status.value
        return done(lambda: row.update(setting(ContactRow, status=status.value), same))

    def set_human_until(self, contact: Contact, until: datetime | None) -> None:
        """Start or end a human takeover."""
        with translated():
            contact_key(contact).update(setting(ContactRow, human_until=until))
        if until is None:
            pk = keys.organization(contact.organization_id)
            row = ConversationRow(pk, keys.conversation(first_conversation(contact.id)))
            released = setting(ConversationRow, needs_human=False)
            done(lambda: row.update(released, ConversationRow.pk.exists()))

    def conversation(
        self, organization_id: OrganizationId, conversation_id: ConversationId
    ) -> Conversation | None:
        """One conversation."""
        sk = keys.conversation(conversation_id)
        row = get(ConversationRow, keys.organization(organization_id), sk)
        return conversation_of(row) if row is not None else None

    def open_conversation(self, contact: Contact, now: datetime) -> Conversation:
        """The contact's ACTIVE conversation."""
        number = first_conversation(contact.id)
        stored = self.conversation(contact.organization_id, number)
        if stored is not None:
            return stored
        made = Conversation(
            number, contact.organization_id, contact.id, contact.chat_id, now, title=contact.name
        )
        row = new_row(made)
        if done(lambda: row.save(condition=ConversationRow.pk.does_not_exist())):
            return made
        return self.conversation(contact.organization_id, number) or made

    def conversations(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Conversation]:
        """All conversations of an organization by id."""
        pk = keys.organization(organization_id)
        rows, following = page(ConversationRow, pk, "CONV#", cursor, limit)
        return Page([conversation_of(row) for row in rows], following)

    def _received(self, message: Message) -> bool:
        pk = keys.organization(message.organization_id)
        return get(ReceivedRow, pk, keys.received(_wa_hex(message))) is not None

    def _store(
        self,
        contact: Contact,
        conversation: Conversation,
        message: Message,
        *,
        answerable: bool,
    ) -> bool:
        pk = keys.organization(message.organization_id)
        changes: dict[str, Any] = {
            "chat_id": contact.chat_id,
            "unread": conversation.unread + 1,
            **last_message(conversation, message),
        }
        if answerable:
            changes |= _asking(conversation, message.created_at)

        def build(writes: TransactWrite) -> None:
            received = ReceivedRow(pk, keys.received(_wa_hex(message)))
            writes.save(received, condition=ReceivedRow.pk.does_not_exist())
            writes.save(message_row(message))
            same = (ConversationRow.in_version == conversation.in_version) & (
                ConversationRow.answered_version == conversation.answered_version
            )
            row = conversation_key(conversation)
            writes.update(row, setting(ConversationRow, **changes), condition=same)

        return transact(build)


def _wa_hex(message: Message) -> WaHex:
    """WhatsApp's id without the chat, which may be written as a phone or as a LID."""
    return message.wa_hex or parse_wa_hex(message.whatsapp_message_id)


def _asking(conversation: Conversation, now: datetime) -> dict[str, Any]:
    """One more message to answer; the wait counts from the first of the burst."""
    first = conversation.first_pending_at if conversation.unanswered else None
    return {
        "in_version": conversation.in_version + 1,
        **waiting(conversation.organization_id, first or now),
    }

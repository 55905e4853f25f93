"""Contacts, conversations and inbound messages in DynamoDB."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.contacts import AddressBook, contact_key, contact_of
from switchboard.adapters.dynamodb.messages import pointer_row, put_message
from switchboard.adapters.dynamodb.reading import get, get_all, page
from switchboard.adapters.dynamodb.rows import (
    ContactRow,
    ConversationRow,
    PointerRow,
    ReceivedRow,
)
from switchboard.adapters.dynamodb.threads import (
    as_read,
    conversation_key,
    conversation_of,
    heard,
    last_message,
    new_row,
    released,
    waiting,
)
from switchboard.adapters.dynamodb.writing import insert, new_mark, repeatable, transact, update
from switchboard.domain.addresses import Addresses, later
from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.errors import DependencyUnavailable
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

_RACES = 8
"""Writers to one conversation, of both directions; a write that lost reads it again."""


@dataclass(frozen=True, slots=True)
class DynamoInbox:
    """`Inbox`."""

    def resolve(
        self, organization_id: OrganizationId, addresses: Addresses, now: datetime
    ) -> Contact:
        """Find, make or merge the contact behind the addresses."""
        return AddressBook(organization_id).resolve(addresses, now)

    def receive(
        self,
        contact: Contact,
        message: Message,
        *,
        answerable: bool,
        opted_out: bool | None = None,
    ) -> bool:
        """Store an inbound message once."""
        for _ in range(_RACES):
            if self._received(message) is not None:
                return False
            conversation = self.open_conversation(contact, message.created_at)
            if opted_out is not None or conversation.contact_id != contact.id:  # merged meanwhile
                contact = self.contact(contact.organization_id, contact.id) or contact
            wish = opted_out if contact.wishes_last(_written(message)) else None
            message = replace(message, conversation_id=conversation.id)
            if self._store(contact, conversation, message, answerable=answerable, opted_out=wish):
                return True
        raise DependencyUnavailable("the conversation is written to by too many at once")

    def stored(
        self, organization_id: OrganizationId, wa_hexes: Collection[WaHex]
    ) -> frozenset[WaHex]:
        """Which of these messages of contacts are stored."""
        pk = keys.organization(organization_id)
        by_sk = {keys.received(wa_hex): wa_hex for wa_hex in wa_hexes}
        rows = get_all(ReceivedRow, [(pk, sk) for sk in by_sk], consistent=False)
        return frozenset(by_sk[row.sk] for row in rows)

    def record_own(self, contact: Contact, message: Message, human_until: datetime) -> bool:
        """Store what the operator typed on the phone."""
        sk, mark = keys.by_wa_hex(wa_hex_of(message)), new_mark()
        if self._pointer(message, sk) is not None:
            return False
        conversation = self.open_conversation(contact, message.created_at)
        stored = self.contact(contact.organization_id, contact.id) or contact
        until = later(stored.human_until, human_until)

        def build(writes: TransactWrite) -> None:
            new = PointerRow.pk.does_not_exist()
            writes.save(pointer_row(message, sk, mark=mark), condition=new)
            writes.save(pointer_row(message, keys.by_message_id(message.id)))
            put_message(writes, message)
            changes = {"unread": 0, **released(), **last_message(conversation, message)}
            writes.update(conversation_key(conversation), setting(ConversationRow, **changes))
            writes.update(contact_key(stored), setting(ContactRow, human_until=until))

        def mine() -> bool:
            pointer = self._pointer(message, sk)
            return pointer is not None and pointer.write_id == mark

        return transact(build, mine)

    def contact(self, organization_id: OrganizationId, contact_id: ContactId) -> Contact | None:
        """One contact."""
        return AddressBook(organization_id).contact(contact_id)

    def contact_at(self, organization_id: OrganizationId, chat_id: ChatId) -> Contact | None:
        """The contact behind an address."""
        return AddressBook(organization_id).at(chat_id)

    def contacts(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Contact]:
        """All contacts of an organization by id, merged ones left out."""
        pk = keys.organization(organization_id)
        rows, following = page(ContactRow, pk, keys.CONTACT, cursor, limit)
        return Page([contact_of(row) for row in rows if row.merged_into is None], following)

    def set_opted_out(self, contact: Contact, at: datetime, *, opted_out: bool) -> None:
        """Whether the contact may be written to."""
        row = contact_key(contact)
        actions = setting(ContactRow, opted_out=opted_out, opted_at=at)
        repeatable(lambda: row.update(actions, ContactRow.pk.exists()))

    def mark_read(self, contact: Contact) -> None:
        """Nothing in the contact's conversation is unread."""
        self._change_conversation(contact, unread=0)

    def set_contact_status(self, contact: Contact, status: ContactStatus) -> bool:
        """Move a contact's status, when it is still the one that was read."""
        row = contact_key(contact)
        same = ContactRow.status == contact.status.value
        return update(row, setting(ContactRow, status=status.value), same)

    def set_human_until(self, contact: Contact, until: datetime | None) -> None:
        """Start or end a human takeover."""
        row = contact_key(contact)
        actions = setting(ContactRow, human_until=until)
        repeatable(lambda: row.update(actions, ContactRow.pk.exists()))
        self._change_conversation(contact, **released())

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
            return self._going_on(stored, contact, now)
        made = Conversation(
            number, contact.organization_id, contact.id, contact.chat_id, now, title=contact.name
        )
        if insert(new_row(made)):
            return made
        raced = self.conversation(contact.organization_id, number) or made
        return self._going_on(raced, contact, now)

    def conversations(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Conversation]:
        """All conversations of an organization by id."""
        pk = keys.organization(organization_id)
        rows, following = page(ConversationRow, pk, keys.CONVERSATION, cursor, limit)
        return Page([conversation_of(row) for row in rows if not row.merged], following)

    def _going_on(self, stored: Conversation, contact: Contact, now: datetime) -> Conversation:
        person = self.contact(contact.organization_id, contact.id) if stored.merged else None
        return stored if person is None else self.open_conversation(person, now)

    def _change_conversation(self, contact: Contact, **changes: Any) -> None:
        pk = keys.organization(contact.organization_id)
        row = ConversationRow(pk, keys.conversation(first_conversation(contact.id)))
        actions = setting(ConversationRow, **changes)
        repeatable(lambda: row.update(actions, ConversationRow.pk.exists()))

    def _pointer(self, message: Message, sk: str) -> PointerRow | None:
        return get(PointerRow, keys.organization(message.organization_id), sk)

    def _received(self, message: Message) -> ReceivedRow | None:
        pk = keys.organization(message.organization_id)
        return get(ReceivedRow, pk, keys.received(wa_hex_of(message)))

    def _store(
        self,
        contact: Contact,
        conversation: Conversation,
        message: Message,
        *,
        answerable: bool,
        opted_out: bool | None,
    ) -> bool:
        pk, mark = keys.organization(message.organization_id), new_mark()
        if answerable:
            message = replace(message, in_version=conversation.in_version + 1)
        actions = _heard(contact, conversation, message, answerable=answerable)

        def build(writes: TransactWrite) -> None:
            sk = keys.received(wa_hex_of(message))
            received = ReceivedRow(pk, sk, message_id=message.id, write_id=mark)
            writes.save(received, condition=ReceivedRow.pk.does_not_exist())
            writes.save(pointer_row(message, keys.by_message_id(message.id)))
            put_message(writes, message)
            writes.update(conversation_key(conversation), actions, condition=as_read(conversation))
            if opted_out is not None:
                _wish(writes, contact, _written(message), opted_out=opted_out)

        def mine() -> bool:
            stored = self._received(message)
            return stored is not None and stored.write_id == mark

        return transact(build, mine)


def _written(message: Message) -> datetime:
    return message.received_at or message.created_at


def _wish(writes: TransactWrite, contact: Contact, at: datetime, *, opted_out: bool) -> None:
    """Unless a later one came in between."""
    last = ContactRow.opted_at
    actions = setting(ContactRow, opted_out=opted_out, opted_at=at)
    condition = last.does_not_exist() | (last <= at)
    writes.update(contact_key(contact), actions, condition=condition)


def _heard(
    contact: Contact, conversation: Conversation, message: Message, *, answerable: bool
) -> list[Action]:
    """What one more message of the contact changes in its conversation."""
    changes = {
        "chat_id": contact.chat_id,
        **heard(conversation, message),
        **last_message(conversation, message),
    }
    if answerable:
        changes |= _asking(conversation, message)
    unread = ConversationRow.unread.set(ConversationRow.unread + 1)
    return [*setting(ConversationRow, **changes), unread]


def _asking(conversation: Conversation, message: Message) -> dict[str, Any]:
    """One more message to answer; the wait counts from the first of the burst."""
    first = conversation.first_pending_at if conversation.unanswered else None
    return {
        "in_version": conversation.in_version + 1,
        "correlation_id": message.correlation_id,
        **waiting(conversation.organization_id, first or message.created_at),
    }

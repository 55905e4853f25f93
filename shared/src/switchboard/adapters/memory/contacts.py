"""Who is behind a set of addresses: found, made, or two contacts merged into one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.addresses import Addresses, learned
from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.ids import ChatId, ContactId, OrganizationId, conversation_id
from switchboard.domain.merge import joined, left


def address_book(
    table: MemoryTable, organization_id: OrganizationId, addresses: Addresses, now: datetime
) -> Contact:
    """The one contact of all these addresses; the caller holds the table's lock."""
    known = _known(table, organization_id, addresses)
    contact = known[0] if known else _new(organization_id, addresses.chat_id, now)
    contact = learned(contact, addresses, known[1:])
    table.contacts[organization_id, contact.id] = contact
    aliases = {other.id for other in known[1:]}
    _merge_conversations(table, contact, known[1:])
    table.merged |= {(organization_id, other): contact.id for other in contact.absorbed}
    for key, target in table.addresses.items():
        if key[0] == organization_id and target in aliases:
            table.addresses[key] = contact.id
    for address in addresses.all():
        table.addresses[organization_id, address] = contact.id
    return contact


def _merge_conversations(table: MemoryTable, person: Contact, merged: Sequence[Contact]) -> None:
    """What waits in the conversations of the others goes on in the person's."""
    organization_id, number = person.organization_id, conversation_id(person.id)
    for other in merged:
        loser = table.conversations.get((organization_id, conversation_id(other.id)))
        if loser is None:
            continue
        empty = Conversation(
            number, organization_id, person.id, person.chat_id, person.created_at, title=person.name
        )
        winner = table.conversations.get((organization_id, number), empty)
        table.conversations[organization_id, number] = joined(winner, loser)
        table.conversations[organization_id, loser.id] = left(loser)


def _known(
    table: MemoryTable, organization_id: OrganizationId, addresses: Addresses
) -> list[Contact]:
    """Contacts that any of the addresses leads to, the oldest first."""
    ids = {
        table.addresses[organization_id, address]
        for address in addresses.all()
        if (organization_id, address) in table.addresses
    }
    found = [table.contacts[organization_id, contact_id] for contact_id in ids]
    return sorted(found, key=lambda contact: (contact.created_at, contact.id))


def _new(organization_id: OrganizationId, chat_id: ChatId, now: datetime) -> Contact:
    contact_id = ContactId(uuid.uuid4().hex)
    return Contact(contact_id, organization_id, ContactStatus.NEW_LEAD, "WHATSAPP", now, chat_id)

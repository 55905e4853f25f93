"""Who is behind a set of addresses: found, made, or two contacts merged into one."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.conversation import Contact, ContactStatus
from switchboard.domain.ids import ChatId, ContactId, OrganizationId, is_group, phone_of
from switchboard.ports.inbox import Addresses


def address_book(
    table: MemoryTable, organization_id: OrganizationId, addresses: Addresses, now: datetime
) -> Contact:
    """The one contact of all these addresses; the caller holds the table's lock."""
    known = _known(table, organization_id, addresses)
    contact = known[0] if known else _new(organization_id, addresses.chat_id, now)
    contact = _learned(contact, addresses, known[1:])
    table.contacts[organization_id, contact.id] = contact
    aliases = {other.id for other in known[1:]}
    table.merged |= {(organization_id, other): contact.id for other in contact.absorbed}
    for key, target in table.addresses.items():
        if key[0] == organization_id and target in aliases:
            table.addresses[key] = contact.id
    for address in _addresses(addresses):
        table.addresses[organization_id, address] = contact.id
    return contact


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two ends: a short takeover does not end a long one."""
    return max((moment for moment in (one, other) if moment is not None), default=None)


def _known(
    table: MemoryTable, organization_id: OrganizationId, addresses: Addresses
) -> list[Contact]:
    """Contacts that any of the addresses leads to, the oldest first."""
    ids = {
        table.addresses[organization_id, address]
        for address in _addresses(addresses)
        if (organization_id, address) in table.addresses
    }
    found = [table.contacts[organization_id, contact_id] for contact_id in ids]
    return sorted(found, key=lambda contact: (contact.created_at, contact.id))


def _addresses(addresses: Addresses) -> list[ChatId]:
    """A group is nobody's alias, whoever wrote in it."""
    if is_group(addresses.chat_id):
        return [addresses.chat_id]
    phone = f"{addresses.phone}@c.us" if addresses.phone else None
    written = (addresses.chat_id, phone, addresses.lid)
    return [ChatId(address) for address in dict.fromkeys(written) if address]


def _new(organization_id: OrganizationId, chat_id: ChatId, now: datetime) -> Contact:
    contact_id = ContactId(uuid.uuid4().hex)
    return Contact(contact_id, organization_id, ContactStatus.NEW_LEAD, "WHATSAPP", now, chat_id)


def _learned(contact: Contact, addresses: Addresses, merged: list[Contact]) -> Contact:
    """Add what is new; an opt-out or a takeover of either one holds for the person."""
    group = is_group(addresses.chat_id)
    phone = None if group else addresses.phone or phone_of(addresses.chat_id)
    lid = None if group else addresses.lid or _lid_of(addresses.chat_id)
    human_until = contact.human_until
    for other in merged:
        phone, lid = phone or other.phone, lid or other.lid
        human_until = later(human_until, other.human_until)
    return replace(
        contact,
        chat_id=addresses.chat_id,
        phone=phone or contact.phone,
        lid=lid or contact.lid,
        name=addresses.name or contact.name or next((o.name for o in merged if o.name), None),
        human_until=human_until,
        opted_out=contact.opted_out or any(other.opted_out for other in merged),
        absorbed=(
            *contact.absorbed,
            *(one for other in merged for one in (other.id, *other.absorbed)),
        ),
    )


def _lid_of(chat: ChatId) -> str | None:
    return chat if chat.endswith("@lid") else None

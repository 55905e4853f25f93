"""Who is behind a set of addresses: found, made, or two contacts merged into one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.reading import get
from switchboard.adapters.dynamodb.rows import AddressRow, ContactRow
from switchboard.adapters.dynamodb.writing import transact
from switchboard.domain.conversation import Contact, ContactStatus
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ChatId, ContactId, OrganizationId, is_group, phone_of
from switchboard.ports.inbox import Addresses

_RACES = 8


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Addresses of one organization."""

    organization_id: OrganizationId

    def at(self, chat_id: ChatId) -> Contact | None:
        """The contact behind one address."""
        pk = keys.organization(self.organization_id)
        address = get(AddressRow, pk, keys.address(chat_id))
        if address is None:
            return None
        row = get(ContactRow, pk, keys.contact(ContactId(address.contact_id)))
        return contact_of(row) if row is not None else None

    def resolve(self, addresses: Addresses, now: datetime) -> Contact:
        """The one contact of all these addresses.

        Raises:
            DependencyUnavailable: too many writers raced for the same addresses.
        """
        for _ in range(_RACES):
            behind = {address: self.at(address) for address in _written(addresses)}
            known = _oldest_first(behind)
            contact = known[0] if known else _new(self.organization_id, addresses.chat_id, now)
            learned = _learned(contact, addresses, known[1:])
            if known and learned == contact and None not in behind.values() and len(known) == 1:
                return contact
            if self._write(learned, behind, known):
                return learned
        raise DependencyUnavailable("too many writers of the same addresses")

    def _write(
        self, learned: Contact, behind: dict[ChatId, Contact | None], known: list[Contact]
    ) -> bool:
        """One transaction; each address must still lead where it was read to lead."""
        pk = keys.organization(self.organization_id)
        aliases = {
            ChatId(address)
            for other in known[1:]
            for address in (other.chat_id, other.lid, _chat_of(other.phone))
            if address and address not in behind
        }

        def build(writes: TransactWrite) -> None:
            if known:
                changes = setting(ContactRow, **_changes(learned))
                writes.update(contact_key(learned), changes, condition=ContactRow.pk.exists())
            else:
                writes.save(_row(learned), condition=ContactRow.pk.does_not_exist())
            for address, other in behind.items():
                unread = AddressRow.pk.does_not_exist()
                same = unread if other is None else AddressRow.contact_id == other.id
                row = AddressRow(pk, keys.address(address), contact_id=learned.id)
                writes.save(row, condition=same)
            for address in aliases:
                writes.save(AddressRow(pk, keys.address(address), contact_id=learned.id))

        return transact(build)


def contact_key(contact: Contact) -> ContactRow:
    """The row's key, for an update."""
    return ContactRow(keys.organization(contact.organization_id), keys.contact(contact.id))


def contact_of(row: ContactRow) -> Contact:
    """The domain's view of a row."""
    return Contact(
        id=ContactId(row.id),
        organization_id=OrganizationId(row.organization_id),
        status=ContactStatus(row.status),
        source=row.source,
        created_at=row.created_at,
        chat_id=ChatId(row.chat_id),
        phone=row.phone,
        lid=row.lid,
        name=row.name,
        human_until=row.human_until,
        opted_out=row.opted_out,
    )


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two ends: a short takeover does not end a long one."""
    return max((moment for moment in (one, other) if moment is not None), default=None)


def _row(contact: Contact) -> ContactRow:
    return ContactRow(
        keys.organization(contact.organization_id),
        keys.contact(contact.id),
        id=contact.id,
        organization_id=contact.organization_id,
        status=contact.status.value,
        source=contact.source,
        created_at=contact.created_at,
        **_changes(contact),
    )


def _changes(contact: Contact) -> dict[str, Any]:
    return {
        "chat_id": contact.chat_id,
        "phone": contact.phone,
        "lid": contact.lid,
        "name": contact.name,
        "human_until": contact.human_until,
        "opted_out": contact.opted_out,
    }


def _written(addresses: Addresses) -> list[ChatId]:
    """A group is nobody's alias, whoever wrote in it."""
    if is_group(addresses.chat_id):
        return [addresses.chat_id]
    every = (addresses.chat_id, _chat_of(addresses.phone), addresses.lid)
    return [ChatId(address) for address in dict.fromkeys(every) if address]


def _chat_of(phone: str | None) -> str | None:
    return f"{phone}@c.us" if phone else None


def _oldest_first(behind: dict[ChatId, Contact | None]) -> list[Contact]:
    found = {contact.id: contact for contact in behind.values() if contact is not None}
    return sorted(found.values(), key=lambda contact: (contact.created_at, contact.id))


def _new(organization_id: OrganizationId, chat_id: ChatId, now: datetime) -> Contact:
    contact_id = ContactId(uuid.uuid4().hex)
    return Contact(contact_id, organization_id, ContactStatus.NEW_LEAD, "WHATSAPP", now, chat_id)


def _learned(contact: Contact, addresses: Addresses, merged: list[Contact]) -> Contact:
    """Add what is new; an opt-out or a takeover of either one holds for the person."""
    group = is_group(addresses.chat_id)
    lid_chat = addresses.chat_id if addresses.chat_id.endswith("@lid") else None
    phone = None if group else addresses.phone or phone_of(addresses.chat_id)
    lid = None if group else addresses.lid or lid_chat
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
    )

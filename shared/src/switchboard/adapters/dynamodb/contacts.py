"""Who is behind a set of addresses: found, made, or two contacts merged into one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.reading import get
from switchboard.adapters.dynamodb.rows import AddressRow, ContactRow, ConversationRow
from switchboard.adapters.dynamodb.writing import transact
from switchboard.domain.conversation import Contact, ContactStatus
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import (
    ChatId,
    ContactId,
    OrganizationId,
    conversation_id,
    is_group,
    phone_of,
)
from switchboard.ports.inbox import Addresses

_RACES = 8
_LONGEST_CHAIN = 8
"""Merges of merges; a person has two addresses, so that even two is rare."""


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Addresses of one organization."""

    organization_id: OrganizationId

    def at(self, chat_id: ChatId) -> Contact | None:
        """The contact behind one address."""
        target = self._target(chat_id)
        return self.contact(target) if target is not None else None

    def resolve(self, addresses: Addresses, now: datetime) -> Contact:
        """The one contact of all these addresses.

        Raises:
            DependencyUnavailable: too many writers raced for the same addresses.
        """
        for _ in range(_RACES):
            targets = {address: self._target(address) for address in _written(addresses)}
            known = self._known(targets.values())
            contact = known[0] if known else _new(self.organization_id, addresses.chat_id, now)
            learned = _learned(contact, addresses, known[1:])
            if learned == contact and set(targets.values()) == {contact.id}:
                return contact
            if self._write(contact if known else None, learned, targets, known[1:]):
                return learned
        raise DependencyUnavailable("too many writers of the same addresses")

    def _write(
        self,
        stored: Contact | None,
        learned: Contact,
        targets: Mapping[ChatId, ContactId | None],
        merged: list[Contact],
    ) -> bool:
        """One transaction; each address must still lead where it was read to lead.

        A loser's item stays and names the winner, so that each of its addresses finds the winner,
        also those that nobody knows here. After a lost reply the caller reads what it wrote.
        """
        pk = keys.organization(self.organization_id)
        sks = [keys.conversation(conversation_id(other.id)) for other in merged]
        threads = [row for sk in sks if (row := get(ConversationRow, pk, sk)) is not None]

        def build(writes: TransactWrite) -> None:
            _put(writes, stored, learned)
            for other in merged:
                into = setting(ContactRow, merged_into=learned.id)
                unmerged = ContactRow.pk.exists() & ContactRow.merged_into.does_not_exist()
                writes.update(contact_key(other), into, condition=unmerged)
            for thread in threads:
                writes.update(thread, setting(ConversationRow, merged=True))
            for address, target in targets.items():
                unread = AddressRow.pk.does_not_exist()
                same = unread if target is None else AddressRow.contact_id == target
                row = AddressRow(pk, keys.address(address), contact_id=learned.id)
                writes.save(row, condition=same)

        return transact(build, lambda: False)

    def _target(self, chat_id: ChatId) -> ContactId | None:
        pk = keys.organization(self.organization_id)
        row = get(AddressRow, pk, keys.address(chat_id))
        return ContactId(row.contact_id) if row is not None else None

    def _known(self, targets: Iterable[ContactId | None]) -> list[Contact]:
        """The contacts that the targets lead to, the oldest first."""
        leads = [self.contact(target) for target in {*targets} if target is not None]
        found = {contact.id: contact for contact in leads if contact is not None}
        return sorted(found.values(), key=lambda contact: (contact.created_at, contact.id))

    def contact(self, contact_id: ContactId) -> Contact | None:
        """The contact, or the one that it was merged into."""
        pk = keys.organization(self.organization_id)
        for _ in range(_LONGEST_CHAIN):
            row = get(ContactRow, pk, keys.contact(contact_id))
            if row is None:
                return None
            if row.merged_into is None:
                return contact_of(row)
            contact_id = ContactId(row.merged_into)
        raise DependencyUnavailable("a chain of merged contacts does not end")


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
        absorbed=tuple(ContactId(contact) for contact in row.absorbed or ()),
    )


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two ends: a short takeover does not end a long one."""
    return max((moment for moment in (one, other) if moment is not None), default=None)


def _put(writes: TransactWrite, stored: Contact | None, learned: Contact) -> None:
    """Write what was learned only: a takeover that starts meanwhile must not be undone."""
    if stored is None:
        writes.save(_row(learned), condition=ContactRow.pk.does_not_exist())
        return
    before, after = _attributes(stored), _attributes(learned)
    changes = {name: value for name, value in after.items() if value != before[name]}
    changes["chat_id"] = learned.chat_id  # an update needs something to set
    unmerged = ContactRow.pk.exists() & ContactRow.merged_into.does_not_exist()
    writes.update(contact_key(learned), setting(ContactRow, **changes), condition=unmerged)


def _row(contact: Contact) -> ContactRow:
    return ContactRow(
        keys.organization(contact.organization_id),
        keys.contact(contact.id),
        id=contact.id,
        organization_id=contact.organization_id,
        status=contact.status.value,
        source=contact.source,
        created_at=contact.created_at,
        **_attributes(contact),
    )


def _attributes(contact: Contact) -> dict[str, Any]:
    """What may be learned later."""
    return {
        "chat_id": contact.chat_id,
        "phone": contact.phone,
        "lid": contact.lid,
        "name": contact.name,
        "human_until": contact.human_until,
        "opted_out": contact.opted_out,
        "absorbed": list(contact.absorbed) or None,
    }


def _written(addresses: Addresses) -> list[ChatId]:
    """A group is nobody's alias, whoever wrote in it."""
    if is_group(addresses.chat_id):
        return [addresses.chat_id]
    phone = f"{addresses.phone}@c.us" if addresses.phone else None
    every = (addresses.chat_id, phone, addresses.lid)
    return [ChatId(address) for address in dict.fromkeys(every) if address]


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
        absorbed=(
            *contact.absorbed,
            *(one for other in merged for one in (other.id, *other.absorbed)),
        ),
    )
